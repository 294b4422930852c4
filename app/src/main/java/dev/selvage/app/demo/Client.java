package dev.selvage.app.demo;

import dev.selvage.model.event.CacheStatus;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One kept-alive connection to the edge, opened when it is needed. Used by one thread.
final class Client implements AutoCloseable {
    /// @param bytes received, head included
    record Answer(int status, CacheStatus cache, long bytes) {}

    private static final int MAX_HEAD = 64 << 10;
    private static final int TIMEOUT_MILLIS = 30_000;

    private final InetSocketAddress edge;
    private final String host;
    private final Site site;
    private final byte[] discarded = new byte[64 << 10];
    private @Nullable Socket socket;
    private @Nullable Counted in;

    Client(InetSocketAddress edge, String host, Site site) {
        this.edge = edge;
        this.host = host;
        this.site = site;
    }

    /// Sends the request that `entry` tells of, and reads the whole answer.
    ///
    /// A kept connection may have been closed by the edge in the meantime: a request that then got no byte of an
    /// answer is sent once more on a new one.
    Answer ask(AccessLog.Entry entry) throws IOException {
        boolean kept = socket != null;
        try {
            return exchange(entry);
        } catch (IOException failure) {
            boolean unanswered = in == null || in.count == 0;
            close();
            if (!kept || !unanswered) {
                throw failure;
            }
        }
        try {
            return exchange(entry);
        } catch (IOException failure) {
            close();
            throw failure;
        }
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        in = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException alreadyGone) {
                // Nothing is left to release.
            }
        }
    }

    private Answer exchange(AccessLog.Entry entry) throws IOException {
        Socket socket = this.socket;
        Counted in = this.in;
        if (socket == null || in == null) {
            socket = new Socket();
            this.socket = socket;
            socket.setTcpNoDelay(true);
            socket.connect(edge, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            in = new Counted(new BufferedInputStream(socket.getInputStream(), 64 << 10));
            this.in = in;
        }
        in.count = 0;
        socket.getOutputStream().write(request(entry));
        Head head = head(in);
        boolean untilClose = skipBody(in, head, entry.method());
        if (untilClose || head.closes()) {
            close();
        }
        CacheStatus cache = Tally.cacheStatus(head.field("cf-cache-status"), head.field("cache-status"));
        return new Answer(head.status(), cache, in.count);
    }

    private byte[] request(AccessLog.Entry entry) {
        var head = new StringBuilder(512)
                .append(entry.method())
                .append(' ')
                .append(entry.target())
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\nX-Forwarded-For: ")
                .append(entry.client())
                .append("\r\n");
        field(head, "Referer", entry.referer());
        field(head, "User-Agent", entry.userAgent());
        // What the browser must have asked for to be answered so.
        Site.Page page = site.page(entry.method(), entry.target());
        switch (entry.status()) {
            case 304 -> field(head, "If-None-Match", page.etag());
            case 206 -> field(head, "Range", "bytes=0-" + Math.max(0, entry.bytes() - 1));
            case 416 -> field(head, "Range", "bytes=" + page.size() + "-");
            default -> {}
        }
        if (entry.method().equals("POST") || entry.method().equals("PUT")) {
            field(head, "Content-Length", "0");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void field(StringBuilder head, String name, String value) {
        if (!value.isEmpty()) {
            head.append(name).append(": ").append(value).append("\r\n");
        }
    }

    /// The final head; interim ones (1xx) are passed over.
    private static Head head(InputStream in) throws IOException {
        for (int interim = 0; interim < 8; interim++) {
            Head head = Head.read(in, MAX_HEAD);
            if (head == null) {
                throw new EOFException("the edge closed the connection without an answer");
            }
            if (head.status() >= 200) {
                return head;
            }
        }
        throw new IOException("the edge sent only interim answers");
    }

    /// Reads past the body; true where the connection's end ended it.
    private boolean skipBody(Counted in, Head head, String method) throws IOException {
        int status = head.status();
        if (method.equals("HEAD") || status == 204 || status == 304) {
            return false;
        }
        if ("chunked".equalsIgnoreCase(head.field("transfer-encoding"))) {
            skipChunks(in);
            return false;
        }
        long length = head.number("content-length", Long.MAX_VALUE);
        long left = length;
        while (left > 0) {
            int count = in.read(discarded, 0, (int) Math.min(left, discarded.length));
            if (count < 0) {
                if (length == Long.MAX_VALUE) {
                    return true;
                }
                throw new EOFException("the answer was cut " + left + " bytes before its end");
            }
            left -= count;
        }
        return false;
    }

    private static void skipChunks(Counted in) throws IOException {
        while (true) {
            String line = line(in);
            int end = line.indexOf(';');
            long size;
            try {
                size = Long.parseUnsignedLong(end < 0 ? line : line.substring(0, end), 16);
            } catch (NumberFormatException malformed) {
                throw new IOException("a chunk's size is " + line, malformed);
            }
            if (size == 0) {
                while (!line(in).isEmpty()) {
                    // trailers
                }
                return;
            }
            in.skipNBytes(size);
            line(in);
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > MAX_HEAD) {
                throw new EOFException("the answer was cut in its chunks");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /// Counts what is read.
    private static final class Counted extends InputStream {
        private final InputStream in;
        private long count;

        Counted(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int c = in.read();
            count += c < 0 ? 0 : 1;
            return c;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = in.read(into, from, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
