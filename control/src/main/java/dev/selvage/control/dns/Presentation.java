package dev.selvage.control.dns;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Character strings in the text form of records (RFC 1035 section 5.1).
final class Presentation {
    /// Longest character string in bytes, which one byte counts (RFC 1035 section 3.3).
    private static final int LONGEST_STRING = 255;

    private Presentation() {}

    /// `bytes` as one string in quotes, in printable ASCII.
    static String quote(byte[] bytes) {
        return quote(bytes, 0, bytes.length);
    }

    static String quote(String text) {
        return quote(text.getBytes(StandardCharsets.UTF_8));
    }

    /// `bytes` as strings in quotes, as many as it takes.
    static String quoteAll(byte[] bytes) {
        List<String> strings = new ArrayList<>();
        int from = 0;
        do {
            int to = Math.min(from + LONGEST_STRING, bytes.length);
            strings.add(quote(bytes, from, to));
            from = to;
        } while (from < bytes.length);
        return String.join(" ", strings);
    }

    /// What the text of a token stands for; empty when an escape is broken or a quote stands inside.
    static Optional<byte[]> bytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '"') {
                return Optional.empty();
            }
            if (c == '\\') {
                if (i == text.length()) {
                    return Optional.empty();
                }
                int escaped = text.codePointAt(i);
                if (escaped < '0' || escaped > '9') {
                    i += Character.charCount(escaped);
                    bytes.writeBytes(Character.toString(escaped).getBytes(StandardCharsets.UTF_8));
                    continue;
                }
                int value = decimal(text, i);
                if (value < 0) {
                    return Optional.empty();
                }
                bytes.write(value);
                i += 3;
                continue;
            }
            bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        }
        return Optional.of(bytes.toByteArray());
    }

    /// What the text of a token stands for, when that is text.
    static Optional<String> text(String text) {
        return bytes(text).flatMap(Presentation::utf8);
    }

    /// `bytes` as text; empty when they are not UTF-8.
    static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /// The bytes of a TXT record's content: strings in quotes, or text that stands for itself; empty when it
    /// starts with a quote and is not a row of strings in quotes.
    static Optional<byte[]> textRecord(String content) {
        if (!content.startsWith("\"")) {
            return Optional.of(content.getBytes(StandardCharsets.UTF_8));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length());
        for (MasterLexer.Token token : MasterLexer.tokens(content).orElse(List.of())) {
            Optional<byte[]> string = token.quoted() ? bytes(token.text()) : Optional.empty();
            if (string.isEmpty()) {
                return Optional.empty();
            }
            bytes.writeBytes(string.get());
        }
        return MasterLexer.tokens(content).map(_ -> bytes.toByteArray());
    }

    private static String quote(byte[] bytes, int from, int to) {
        StringBuilder quoted = new StringBuilder(to - from + 2).append('"');
        for (int i = from; i < to; i++) {
            int b = bytes[i] & 0xFF;
            if (b == '"' || b == '\\') {
                quoted.append('\\').append((char) b);
            } else if (b >= 0x20 && b < 0x7F) {
                quoted.append((char) b);
            } else {
                quoted.append('\\')
                        .append((char) ('0' + b / 100))
                        .append((char) ('0' + b / 10 % 10))
                        .append((char) ('0' + b % 10));
            }
        }
        return quoted.append('"').toString();
    }

    /// The byte that three digits name; -1 when they name none.
    private static int decimal(String text, int at) {
        if (at + 3 > text.length()) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + 3; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = 10 * value + c - '0';
        }
        return value > 255 ? -1 : value;
    }
}
