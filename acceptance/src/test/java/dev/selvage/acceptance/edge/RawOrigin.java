package dev.selvage.acceptance.edge;

import dev.selvage.acceptance.Api;
import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// An origin with a zone of its own that does not wait for a request's body: what it does after the head is the
/// scenario's.
final class RawOrigin implements AutoCloseable {
    private static final byte[] READY = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nready"
            .getBytes(StandardCharsets.US_ASCII);

    /// What happens once a request's head has been read.
    @FunctionalInterface
    interface Conduct {
        void serve(InputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;

    /// A whole answer that may be cached.
    static void say(OutputStream out, String text) throws IOException {
        out.write(
                ("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + text.length() + "\r\n\r\n" + text)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /// Makes the zone `host` and waits until the edge serves it from here.
    RawOrigin(Site site, String host, Conduct conduct) throws Exception {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> accept(conduct));
        Api api = site.program().api();
        api.proxy(api.createZone(host), host, listener.getLocalPort());
        Until.holds(
                "the zone is served",
                Duration.ofSeconds(5),
                () -> Client.get(site.port(), "/raw-ready", "Host: " + host).text(),
                "ready"::equals);
    }

    private void accept(Conduct conduct) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket, conduct));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(Socket socket, Conduct conduct) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Wire.Head head = Wire.head(in);
            if (head != null && head.line().startsWith("GET /raw-ready ")) {
                socket.getOutputStream().write(READY);
            } else if (head != null) {
                conduct.serve(in, socket.getOutputStream());
            }
        } catch (IOException over) {
            // What the visitor saw tells.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
