package dev.selvage.bench.api;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One connection to the API, used for one call after the other. It costs little itself, because it shares the machine
/// with what it measures.
public final class KeepAlive implements AutoCloseable {
    private static final int PATIENCE = 30_000;
    private static final int LARGEST = 64 << 20;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final int port;
    private final String token;

    /// An answer with its whole body.
    public record Answer(int status, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    public KeepAlive(int port, String token) throws IOException {
        this.port = port;
        this.token = token;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
        in = new BufferedInputStream(socket.getInputStream(), 32 << 10);
    }

    public Answer call(Call call) throws IOException {
        socket.getOutputStream().write(call.bytes(port, token));
        String status = line();
        int length = -1;
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            if (colon > 0 && field.substring(0, colon).toLowerCase(Locale.ROOT).equals("content-length")) {
                length = Integer.parseInt(field.substring(colon + 1).strip());
            }
        }
        if (!status.startsWith("HTTP/1.1 ") || length < 0 || length > LARGEST) {
            throw new IOException("an answer that was not expected: " + status);
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the connection ended within an answer");
        }
        return new Answer(Integer.parseInt(status.substring(9, 12)), body);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended before the answer did");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
