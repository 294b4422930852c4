package dev.selvage.app.demo;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The head of an HTTP/1.1 message, as far as a demo needs one.
///
/// @param line the start line
/// @param fields each as `name: value`, names in lower case
record Head(String line, List<String> fields) {
    /// The next head, or null where the stream ends before one begins.
    static @Nullable Head read(InputStream in, int limit) throws IOException {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (int count = 0; ; count++) {
            int c = in.read();
            if (c < 0 && count == 0) {
                return null;
            }
            if (c < 0 || count == limit) {
                throw new EOFException(c < 0 ? "the head was cut" : "the head is longer than " + limit + " bytes");
            }
            if (c == '\n') {
                if (line.isEmpty()) {
                    return lines.isEmpty() ? null : new Head(lines.getFirst(), lines.subList(1, lines.size()));
                }
                lines.add(lines.isEmpty() ? line.toString() : lowerName(line.toString()));
                line.setLength(0);
            } else if (c != '\r') {
                line.append((char) c);
            }
        }
    }

    /// The first field of that lower-case name; null when there is none.
    @Nullable
    String field(String name) {
        for (String field : fields) {
            if (field.startsWith(name) && field.length() > name.length() && field.charAt(name.length()) == ':') {
                return field.substring(name.length() + 1).strip();
            }
        }
        return null;
    }

    long number(String name, long otherwise) throws IOException {
        String value = field(name);
        try {
            return value == null ? otherwise : Long.parseUnsignedLong(value);
        } catch (NumberFormatException malformed) {
            throw new IOException(name + " is " + value + ", not a number", malformed);
        }
    }

    /// An answer's status.
    int status() throws IOException {
        String[] parts = line.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-9][0-9]{2}")) {
            throw new IOException("not an HTTP answer: " + line);
        }
        return Integer.parseInt(parts[1]);
    }

    /// True when the connection ends with this message.
    boolean closes() {
        return "close".equalsIgnoreCase(field("connection"));
    }

    private static String lowerName(String field) {
        int colon = field.indexOf(':');
        return colon < 0 ? field : field.substring(0, colon).toLowerCase(Locale.ROOT) + field.substring(colon);
    }
}
