package dev.selvage.app.demo;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The website behind the demo: an HTTP/1.1 server on loopback that answers for a [Site].
///
/// What was found may be cached for an hour. A body is made while it is sent, the same for each request; ETags,
/// `If-None-Match` and single ranges are understood. One virtual thread per connection.
final class DemoOrigin implements AutoCloseable {
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_CONNECTIONS = 1_024;
    private static final int IDLE_MILLIS = 60_000;

    /// Bodies are windows into this text, repeated.
    private static final byte[] TEXT = text();

    private final Site site;
    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final LongAdder requests = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    private DemoOrigin(Site site, ServerSocket listener) {
        this.site = site;
        this.listener = listener;
    }

    /// Starts answering on a free loopback port.
    static DemoOrigin start(Site site) throws IOException {
        var listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
        var origin = new DemoOrigin(site, listener);
        Thread.ofVirtual().name("demo-origin").start(origin::accept);
        return origin;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /// Requests answered so far.
    long requests() {
        return requests.sum();
    }

    /// Bytes sent so far, heads included.
    long bytes() {
        return bytes.sum();
    }

    /// The bytes `from`..`to` (exclusive) of the body at `target`.
    static byte[] body(String target, int from, int to) {
        byte[] body = new byte[to - from];
        for (int i = 0; i < body.length; i++) {
            body[i] = TEXT[(int) ((start(target) + from + i) % TEXT.length)];
        }
        return body;
    }

    @Override
    public void close() {
        close(listener);
        connections.forEach(DemoOrigin::close);
    }

    private void accept() {
        while (true) {
            Socket socket;
            try {
                socket = listener.accept();
            } catch (IOException closed) {
                return;
            }
            connections.add(socket);
            if (listener.isClosed() || connections.size() > MAX_CONNECTIONS) {
                drop(socket);
            } else {
                Thread.ofVirtual().name("demo-origin-connection").start(() -> serve(socket));
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(IDLE_MILLIS);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 8 << 10);
            OutputStream out = socket.getOutputStream();
            for (Head head = Head.read(in, MAX_HEAD); head != null; head = Head.read(in, MAX_HEAD)) {
                in.skipNBytes(head.number("content-length", 0));
                requests.increment();
                answer(head, out);
                if (head.closes() || head.field("transfer-encoding") != null) {
                    return;
                }
            }
        } catch (IOException gone) {
            // The other side left, or sent what is not HTTP: the connection ends, which is all there is to do.
        } finally {
            drop(socket);
        }
    }

    private void answer(Head head, OutputStream out) throws IOException {
        String[] line = head.line().split(" ", 3);
        String method = line[0];
        String target = line.length > 1 ? line[1] : "/";
        Site.Page page = site.page(method, target);
        var fields = new StringBuilder();
        int status = page.status();
        Site.Range range = new Site.Range(0, page.size() - 1);
        fields.append("Content-Type: ").append(page.type()).append("\r\n");
        if (status == 200) {
            String asked = head.field("range");
            fields.append("Cache-Control: public, max-age=3600\r\nAccept-Ranges: bytes\r\nETag: ")
                    .append(page.etag())
                    .append("\r\n");
            if (matches(head.field("if-none-match"), page.etag())) {
                status = 304;
            } else if (asked != null && method.equals("GET") && asked.startsWith("bytes=")) {
                Site.Range given = Site.range(asked, page.size());
                status = given == null ? 416 : 206;
                range = given == null ? new Site.Range(0, -1) : given;
                fields.append("Content-Range: bytes ")
                        .append(given == null ? "*" : given.from() + "-" + given.to())
                        .append('/')
                        .append(page.size())
                        .append("\r\n");
            }
        } else if (status == 301) {
            fields.append("Location: ").append(target).append("/\r\n");
        }
        if (status != 304) {
            fields.append("Content-Length: ").append(range.length()).append("\r\n");
        }
        byte[] encoded = ("HTTP/1.1 " + status + " " + reason(status) + "\r\n" + fields + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        boolean hasBody = status != 304 && !method.equals("HEAD");
        send(out, encoded, target, range, hasBody ? range.length() : 0);
    }

    private void send(OutputStream out, byte[] head, String target, Site.Range range, long length) throws IOException {
        out.write(head);
        bytes.add(head.length);
        int at = (int) ((start(target) + range.from()) % TEXT.length);
        for (long left = length; left > 0; ) {
            int count = (int) Math.min(left, TEXT.length - at);
            out.write(TEXT, at, count);
            bytes.add(count);
            left -= count;
            at = 0;
        }
    }

    private void drop(Socket socket) {
        close(socket);
        connections.remove(socket);
    }

    private static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException alreadyGone) {
            // Nothing is left to release.
        }
    }

    private static boolean matches(@Nullable String field, String etag) {
        if (field == null) {
            return false;
        }
        for (String candidate : field.split(",", -1)) {
            String tag = candidate.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }

    private static long start(String target) {
        return Math.floorMod(target.hashCode(), TEXT.length);
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 206 -> "Partial Content";
            case 301 -> "Moved Permanently";
            case 304 -> "Not Modified";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 416 -> "Range Not Satisfiable";
            case 500 -> "Internal Server Error";
            default -> "Status " + status;
        };
    }

    private static byte[] text() {
        var random = new SplittableRandom(2015);
        byte[] text = new byte[(64 << 10) - 1];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) (i % 80 == 79 ? '\n' : 'a' + random.nextInt(26));
        }
        return text;
    }
}
