package dev.selvage.acceptance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One connection of a client that sends exact bytes.
///
/// ```java
/// Wire.Response answer = Client.get(port, "/a", "Host: shop.example");
/// try (Client client = Client.connect(port)) {
///     client.send("GET / HTTP/1.1\r\nHost: a\n\r\n");
///     assertThat(client.response().status()).isEqualTo(400);
///     client.expectClosed();
/// }
/// ```
public final class Client implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket;
    private final InputStream in;
    private final List<Wire.Head> interim = new ArrayList<>();

    private Client(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /// A connection to a port of loopback.
    public static Client connect(int port) throws IOException {
        return connect(port, 0);
    }

    /// A connection that takes little before it is read: `buffer` bytes, about.
    public static Client connect(int port, int buffer) throws IOException {
        Socket socket = new Socket();
        if (buffer > 0) {
            socket.setReceiveBufferSize(buffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) PATIENCE.toMillis());
        return new Client(socket);
    }

    /// GET over a connection of its own; each of `fields` is a line `Name: value`, and `Host` is `localhost` where none
    /// is given.
    public static Wire.Response get(int port, String target, String... fields) throws IOException {
        return ask(port, "GET", target, "", fields);
    }

    /// Any method over a connection of its own; a body that is not empty is sent with its length.
    public static Wire.Response ask(int port, String method, String target, String body, String... fields)
            throws IOException {
        try (Client client = connect(port)) {
            client.request(method, target, body, fields);
            return client.response(method);
        }
    }

    /// Sends a request.
    public void request(String method, String target, String body, String... fields) throws IOException {
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        boolean host = false;
        for (String field : fields) {
            text.append(field).append("\r\n");
            host |= field.regionMatches(true, 0, "Host:", 0, 5);
        }
        if (!host) {
            text.append("Host: localhost\r\n");
        }
        if (!body.isEmpty()) {
            text.append("Content-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n");
        }
        send(text.append("\r\n").append(body).toString());
    }

    /// Sends exactly these characters, each as one byte up to U+00FF.
    public void send(String bytes) throws IOException {
        boolean latin = bytes.chars().allMatch(c -> c < 256);
        send(bytes.getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
    }

    /// Sends exactly these bytes.
    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /// The next response, to a GET.
    public Wire.Response response() throws IOException {
        return response("GET");
    }

    /// The next response, to a request of `method`: HEAD has no body.
    public Wire.Response response(String method) throws IOException {
        return Wire.response(in, method, interim);
    }

    /// The interim responses (such as 100) seen so far.
    public List<Wire.Head> interim() {
        return List.copyOf(interim);
    }

    /// The next head alone; the body is left to [#read].
    public Wire.Head head() throws IOException {
        Wire.Head head = Wire.head(in);
        if (head == null) {
            throw new IOException("the connection ended before a response");
        }
        return head;
    }

    /// Exactly `length` bytes, or fewer where the connection ends before.
    public String read(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /// Fails unless the peer ends the connection, orderly or not, before it says anything more.
    public void expectClosed() throws IOException {
        int next;
        try {
            next = in.read();
        } catch (SocketTimeoutException open) {
            throw new AssertionError("the connection is still open after " + PATIENCE, open);
        } catch (SocketException reset) {
            return;
        }
        if (next >= 0) {
            throw new AssertionError(
                    "expected the end of the connection, but there came 0x" + Integer.toHexString(next));
        }
    }

    /// True when a byte arrives within `patience`; it is not consumed.
    public boolean hears(Duration patience) throws IOException {
        in.mark(1);
        socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
        try {
            boolean heard = in.read() >= 0;
            in.reset();
            return heard;
        } catch (SocketTimeoutException silent) {
            return false;
        } finally {
            socket.setSoTimeout((int) PATIENCE.toMillis());
        }
    }

    /// Ends the sending half; the other half stays open.
    public void finish() throws IOException {
        socket.shutdownOutput();
    }

    /// Leaves with a reset, as a client does that is killed.
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
