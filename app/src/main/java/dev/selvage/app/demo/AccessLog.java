package dev.selvage.app.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tukaani.xz.XZInputStream;

/// A web server's access log in the combined format.
///
/// @param entries in the log's order
/// @param skipped lines that are not in the format
public record AccessLog(List<Entry> entries, int skipped) {
    private static final String BUNDLED = "access.log.xz";
    static final int MAX_LINE = 16 << 10;
    static final int MAX_ENTRIES = 1_000_000;

    /// Memory for the decompressor, in KiB: the bundled log needs 8 MiB.
    private static final int XZ_MEMORY = 128 << 10;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

    public AccessLog {
        entries = List.copyOf(entries);
    }

    /// One request.
    ///
    /// @param time epoch milliseconds, in whole seconds
    /// @param target path and query as the client sent them
    /// @param bytes of the answer's body; 0 where the log has `-`
    /// @param referer empty where the log has `-`
    /// @param userAgent empty where the log has `-`
    public record Entry(
            String client,
            long time,
            String method,
            String target,
            int status,
            long bytes,
            String referer,
            String userAgent) {}

    /// The real web server's log that comes with the program.
    public static AccessLog bundled() throws IOException {
        InputStream log = AccessLog.class.getResourceAsStream(BUNDLED);
        if (log == null) {
            throw new FileNotFoundException("the access log " + BUNDLED + " is missing from this build");
        }
        try (log) {
            return readXz(log);
        }
    }

    /// Reads an xz-compressed log.
    ///
    /// @throws IOException when it is not xz, damaged, or larger than the bounds
    static AccessLog readXz(InputStream compressed) throws IOException {
        try (var in = new XZInputStream(compressed, XZ_MEMORY)) {
            return read(in);
        }
    }

    /// Reads a log; a line that is not in the format is counted and skipped.
    ///
    /// @throws IOException when a line or the number of lines is beyond the bounds
    static AccessLog read(InputStream in) throws IOException {
        List<Entry> entries = new ArrayList<>();
        int skipped = 0;
        byte[] line = new byte[MAX_LINE];
        int length = 0;
        byte[] chunk = new byte[1 << 16];
        boolean more = true;
        while (more) {
            int count = in.read(chunk);
            more = count >= 0;
            for (int i = 0; i < Math.max(count, 0) + (more ? 0 : 1); i++) {
                boolean end = !more || chunk[i] == '\n';
                if (!end) {
                    if (length == MAX_LINE) {
                        throw new IOException("line " + (entries.size() + skipped + 1)
                                + " of the access log is longer than " + MAX_LINE + " bytes");
                    }
                    line[length++] = chunk[i];
                } else if (length > 0) {
                    if (entries.size() + skipped == MAX_ENTRIES) {
                        throw new IOException("the access log has more than " + MAX_ENTRIES + " lines");
                    }
                    Optional<Entry> entry = parse(new String(line, 0, length, StandardCharsets.ISO_8859_1));
                    entry.ifPresent(entries::add);
                    skipped += entry.isPresent() ? 0 : 1;
                    length = 0;
                }
            }
        }
        return new AccessLog(entries, skipped);
    }

    /// The request that a line tells of, if it is in the format:
    /// `CLIENT IDENT USER [TIME] "METHOD TARGET PROTOCOL" STATUS BYTES "REFERER" "AGENT"`.
    ///
    /// Servers cut long user agents, so its closing quote may be missing.
    static Optional<Entry> parse(String line) {
        var cursor = new Cursor(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        try {
            String client = cursor.until(" ");
            cursor.until("[");
            String time = cursor.until("] \"");
            String[] request = cursor.until("\" ").split(" ", -1);
            int status = Integer.parseInt(cursor.until(" "));
            String bytes = cursor.until(" \"");
            String referer = cursor.until("\" \"");
            String agent = cursor.rest();
            String target = request.length == 3 ? request[1] : "";
            if (!sendable(client, request[0], target, referer) || status < 100 || status > 599) {
                return Optional.empty();
            }
            return Optional.of(new Entry(
                    client,
                    OffsetDateTime.parse(time, TIME).toInstant().toEpochMilli(),
                    request[0],
                    target,
                    status,
                    bytes.equals("-") ? 0 : Long.parseUnsignedLong(bytes),
                    dash(referer),
                    dash(printable(agent.endsWith("\"") ? agent.substring(0, agent.length() - 1) : agent))));
        } catch (IllegalArgumentException | DateTimeException malformed) {
            return Optional.empty();
        }
    }

    /// What goes into a request's head must not be able to end it.
    private static boolean sendable(String client, String method, String target, String referer) {
        return !client.isEmpty()
                && client.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':')
                && !method.isEmpty()
                && method.chars().allMatch(c -> c >= 'A' && c <= 'Z')
                && target.startsWith("/")
                && target.chars().allMatch(c -> c > ' ' && c < 0x7f)
                && printable(referer).equals(referer);
    }

    private static String printable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f) ? text : text.replaceAll("[^ -~]", "?");
    }

    private static String dash(String field) {
        return field.equals("-") ? "" : field;
    }

    private static final class Cursor {
        private final String line;
        private int at;

        Cursor(String line) {
            this.line = line;
        }

        String until(String end) {
            int found = line.indexOf(end, at);
            if (found < 0) {
                throw new IllegalArgumentException("no " + end);
            }
            String field = line.substring(at, found);
            at = found + end.length();
            return field;
        }

        String rest() {
            return line.substring(at);
        }
    }
}
