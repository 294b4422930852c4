package dev.selvage.edge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An origin whose every resource is the number of its current version, fresh for ten minutes.
final class VersionedOrigin implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final AtomicInteger version = new AtomicInteger(1);
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private volatile String fields = "";
    private volatile @Nullable CountDownLatch held;
    private volatile int slow;

    VersionedOrigin() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    /// Changes everything; gives the new version.
    int next() {
        return version.incrementAndGet();
    }

    /// Fields of further answers; `Cache-Control` among them takes the place of its own.
    void fields(String lines) {
        fields = lines;
    }

    /// Answers nothing more until the latch is open, with what it was when it was asked.
    CountDownLatch hold() {
        CountDownLatch latch = new CountDownLatch(1);
        held = latch;
        return latch;
    }

    /// Takes its time from when it knows what to answer.
    void slow(int millis) {
        slow = millis;
    }

    int asked() {
        return heads.size();
    }

    /// The heads that it was sent, in lower case.
    List<String> heads() {
        return heads;
    }

    void awaitAsked(int times) {
        TierTest.until(() -> heads.size() >= times);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket peer = socket.accept();
                Thread.ofVirtual().start(() -> serve(peer));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket peer) {
        try (peer) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.ISO_8859_1));
            while (true) {
                StringBuilder head = new StringBuilder();
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    head.append(line).append("\r\n");
                }
                if (head.isEmpty()) {
                    return;
                }
                String body = Integer.toString(version.get());
                heads.add(head.toString().toLowerCase(Locale.ROOT));
                CountDownLatch latch = held;
                if (latch != null && !latch.await(20, TimeUnit.SECONDS)) {
                    return;
                }
                int millis = slow;
                if (millis > 0) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
                }
                String said = fields;
                String control = said.contains("Cache-Control") ? "" : "Cache-Control: max-age=600\r\n";
                String answer = "HTTP/1.1 200 OK\r\n" + control + said + "Content-Type: text/plain\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body;
                peer.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException | InterruptedException _) {
            // The edge closed the connection, or the test is over.
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It listens no more.
        }
    }
}
