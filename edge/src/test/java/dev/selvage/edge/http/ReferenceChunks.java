package dev.selvage.edge.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// A chunked body read by the grammar of RFC 9112 section 7.1, as regular expressions over whole lines.
///
/// @param length bytes of the coding
/// @param withinBounds none of the bounds that a recipient may set is near
record ReferenceChunks(byte[] body, int length, boolean withinBounds) {
    private static final String BWS = "[ \\t]*";
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String QUOTED =
            "\"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*\"";
    private static final String EXTENSION =
            BWS + ";" + BWS + TOKEN + "(?:" + BWS + "=" + BWS + "(?:" + TOKEN + "|" + QUOTED + "))?";
    private static final Pattern SIZE_LINE = Pattern.compile("([0-9A-Fa-f]+)(?:" + EXTENSION + ")*+");
    private static final Pattern FIELD = Pattern.compile(TOKEN + ":[\\t \\x21-\\x7e\\x80-\\xff]*");

    static Optional<ReferenceChunks> read(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        StringBuilder body = new StringBuilder();
        boolean small = true;
        int extensions = 0;
        int at = 0;
        while (true) {
            int end = text.indexOf("\r\n", at);
            var line = SIZE_LINE.matcher(end < 0 ? "" : text.substring(at, end));
            if (!line.matches()) {
                return Optional.empty();
            }
            String digits = line.group(1);
            extensions += end - at - digits.length();
            small &= digits.length() <= 15 && extensions <= 1_000;
            at = end + 2;
            long size = digits.length() <= 15 ? Long.parseLong(digits, 16) : Long.MAX_VALUE;
            if (digits.chars().allMatch(c -> c == '0')) {
                break;
            }
            if (size > text.length() - at || !text.startsWith("\r\n", at + (int) size)) {
                return Optional.empty();
            }
            body.append(text, at, at + (int) size);
            at += (int) size + 2;
        }
        int trailers = at;
        while (!text.startsWith("\r\n", at)) {
            int end = text.indexOf("\r\n", at);
            if (end < 0 || !FIELD.matcher(text.substring(at, end)).matches()) {
                return Optional.empty();
            }
            at = end + 2;
        }
        small &= at - trailers <= 8_000;
        return Optional.of(new ReferenceChunks(body.toString().getBytes(StandardCharsets.ISO_8859_1), at + 2, small));
    }

    static String hex(byte[] bytes) {
        return bytes.length > 200
                ? bytes.length + ":" + Arrays.hashCode(bytes)
                : HexFormat.of().formatHex(bytes);
    }
}
