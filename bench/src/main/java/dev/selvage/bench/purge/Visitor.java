package dev.selvage.bench.purge;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// One connection to a cache, over which small things are asked for.
final class Visitor implements AutoCloseable {
    private static final int PATIENCE = 30_000;
    private static final int LARGEST = 1 << 20;
    private static final int IN_FLIGHT = 64;

    private final Socket socket = new Socket();
    private final InputStream in;

    Visitor(int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
        in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
    }

    /// The body of what is there.
    String get(String path) throws IOException {
        socket.getOutputStream().write(request(path));
        return answer();
    }

    /// Asks for many things, several at a time.
    void getAll(List<String> paths) throws IOException {
        for (int i = 0; i < paths.size(); i += IN_FLIGHT) {
            List<String> some = paths.subList(i, Math.min(paths.size(), i + IN_FLIGHT));
            StringBuilder requests = new StringBuilder();
            some.forEach(path -> requests.append(new String(request(path), StandardCharsets.ISO_8859_1)));
            socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.ISO_8859_1));
            for (int j = 0; j < some.size(); j++) {
                answer();
            }
        }
    }

    private static byte[] request(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: " + Site.HOST + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private String answer() throws IOException {
        String status = line();
        int length = -1;
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            if (colon > 0 && field.substring(0, colon).toLowerCase(Locale.ROOT).equals("content-length")) {
                length = Integer.parseInt(field.substring(colon + 1).strip());
            }
        }
        if (!status.startsWith("HTTP/1.1 200") || length < 0 || length > LARGEST) {
            throw new IOException("an answer that was not expected: " + status);
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the connection ended within an answer");
        }
        return new String(body, StandardCharsets.ISO_8859_1);
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

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
