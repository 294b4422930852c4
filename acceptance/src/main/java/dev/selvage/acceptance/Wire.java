package dev.selvage.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 as it is on the wire, read as plainly as can be: a test must not forgive what it reads.
public final class Wire {
    private static final int MAX_LINE = 1 << 20;

    private Wire() {}

    /// A header field as it was written.
    public record Field(String name, String value) {}

    /// The first line and the fields of a message.
    public record Head(String line, List<Field> fields) {
        public Head {
            fields = List.copyOf(fields);
        }

        /// The first field of that name, in any case.
        public Optional<String> header(String name) {
            return headers(name).stream().findFirst();
        }

        /// Every field of that name, in any case, in order.
        public List<String> headers(String name) {
            return fields.stream()
                    .filter(field -> field.name().equalsIgnoreCase(name))
                    .map(Field::value)
                    .toList();
        }
    }

    /// What a client asked, as the origin saw it.
    ///
    /// @param trailers what followed a chunked body
    public record Request(Head head, byte[] body, List<Field> trailers) {
        public Request {
            trailers = List.copyOf(trailers);
        }

        public String method() {
            return head.line().split(" ", 3)[0];
        }

        public String target() {
            return head.line().split(" ", 3)[1];
        }

        public Optional<String> header(String name) {
            return head.header(name);
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /// What came back.
    ///
    /// @param complete false when the connection ended before the body did
    /// @param trailers what followed a chunked body
    public record Response(Head head, byte[] body, boolean complete, List<Field> trailers) {
        public Response {
            trailers = List.copyOf(trailers);
        }

        public int status() {
            return Integer.parseInt(head.line().split(" ", 3)[1]);
        }

        public Optional<String> header(String name) {
            return head.header(name);
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            String text = text();
            return head.line() + " " + head.fields() + " " + text.substring(0, Math.min(text.length(), 500));
        }
    }

    /// Reads a head; null when the connection ended before its first byte.
    public static @Nullable Head head(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        return new Head(line, fields(in));
    }

    /// Reads a request; null when the connection ended before its first byte.
    public static @Nullable Request request(InputStream in) throws IOException {
        Head head = head(in);
        if (head == null) {
            return null;
        }
        return request(in, head);
    }

    /// Reads the rest of a request whose head has been read.
    public static Request request(InputStream in, Head head) throws IOException {
        List<Field> trailers = new ArrayList<>();
        return new Request(head, requestBody(in, head, trailers), trailers);
    }

    /// Reads the body that a request's head announces.
    public static byte[] requestBody(InputStream in, Head head) throws IOException {
        return requestBody(in, head, new ArrayList<>());
    }

    private static byte[] requestBody(InputStream in, Head head, List<Field> trailers) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean complete = chunked(head)
                ? chunks(in, body, trailers)
                : exactly(in, body, length(head).orElse(0L));
        if (!complete) {
            throw new EOFException("the request ended within its body");
        }
        return body.toByteArray();
    }

    /// Reads a final response to a request of `method`; interim ones (1xx but 101) are put into `interim`.
    public static Response response(InputStream in, String method, List<Head> interim) throws IOException {
        while (true) {
            Head head = head(in);
            if (head == null) {
                throw new EOFException("the connection ended before a response");
            }
            int status = Integer.parseInt(head.line().split(" ", 3)[1]);
            if (status >= 100 && status < 200 && status != 101) {
                interim.add(head);
                continue;
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            List<Field> trailers = new ArrayList<>();
            boolean complete = true;
            if (method.equals("HEAD") || status == 204 || status == 304 || status == 101) {
                return new Response(head, new byte[0], true, List.of());
            } else if (chunked(head)) {
                complete = chunks(in, body, trailers);
            } else if (length(head).isPresent()) {
                complete = exactly(in, body, length(head).get());
            } else {
                in.transferTo(body);
            }
            return new Response(head, body.toByteArray(), complete, trailers);
        }
    }

    private static boolean chunked(Head head) {
        return head.headers("Transfer-Encoding").stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).endsWith("chunked"));
    }

    private static Optional<Long> length(Head head) {
        return head.header("Content-Length").map(Long::parseLong);
    }

    private static boolean exactly(InputStream in, ByteArrayOutputStream body, long length) throws IOException {
        byte[] bytes = in.readNBytes(Math.toIntExact(length));
        body.writeBytes(bytes);
        return bytes.length == length;
    }

    private static boolean chunks(InputStream in, ByteArrayOutputStream body, List<Field> trailers) throws IOException {
        while (true) {
            String line = line(in);
            if (line == null) {
                return false;
            }
            int size = Integer.parseInt(line.split(";", 2)[0].strip(), 16);
            if (size == 0) {
                trailers.addAll(fields(in));
                return true;
            }
            if (!exactly(in, body, size)) {
                return false;
            }
            if (!"".equals(line(in))) {
                throw new IOException("a chunk is longer than its size");
            }
        }
    }

    private static List<Field> fields(InputStream in) throws IOException {
        List<Field> fields = new ArrayList<>();
        while (true) {
            String line = line(in);
            if (line == null) {
                throw new EOFException("the connection ended within the header fields");
            }
            if (line.isEmpty()) {
                return fields;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a header field: " + line);
            }
            fields.add(new Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
    }

    /// A line without its CRLF; null at the end of the stream.
    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                if (!text.endsWith("\r")) {
                    throw new IOException("a line ends with a bare LF: " + text);
                }
                return text.substring(0, text.length() - 1);
            }
            line.write(next);
            if (line.size() > MAX_LINE) {
                throw new IOException("a line without end");
            }
        }
        if (line.size() > 0) {
            throw new EOFException("the connection ended within a line: " + line);
        }
        return null;
    }
}
