package dev.selvage.rules;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The text of an expression and a place in it.
final class Source {
    private static final int SHOWN = 200;
    private static final int SHOWN_LINE = 120;

    private final String text;
    private int at;

    /// What a backslash means within quotation marks.
    enum Escapes {
        /// `\"`, `\\`, `\xHH` and `\NNN`.
        STRING,
        /// `\"`; every other stays for the regular expression.
        REGEX,
        /// As `STRING`; `\*` and `\\` stay for the wildcard pattern.
        WILDCARD,
        /// As `STRING`; what `STRING` does not know stays.
        REGEX_OR_STRING
    }

    Source(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    int at() {
        return at;
    }

    void back(int place) {
        at = place;
    }

    boolean ended() {
        return at >= text.length();
    }

    /// The next character; NUL at the end.
    char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    boolean startsWith(String symbol) {
        return text.startsWith(symbol, at);
    }

    boolean take(String symbol) {
        boolean there = startsWith(symbol);
        at += there ? symbol.length() : 0;
        return there;
    }

    /// The name or keyword that starts here; empty when none does.
    String peekWord() {
        int end = at;
        if (end < text.length() && letter(text.charAt(end))) {
            while (end < text.length() && (letter(text.charAt(end)) || digit(text.charAt(end)) || dotted(end))) {
                end++;
            }
        }
        return text.substring(at, end);
    }

    private boolean dotted(int place) {
        return text.charAt(place) == '.' && place + 1 < text.length() && letter(text.charAt(place + 1));
    }

    boolean takeWord(String word) {
        boolean there = startsWith(word) && peekWord().equals(word);
        at += there ? word.length() : 0;
        return there;
    }

    boolean digitAhead() {
        return digit(peek());
    }

    /// True where a text or a number starts.
    boolean literalAhead() {
        char c = peek();
        return c == '"' || c == '-' || digit(c) || (c == 'r' && (startsWith("r\"") || startsWith("r#")));
    }

    boolean joinAhead() {
        String word = peekWord();
        return word.equals("and")
                || word.equals("or")
                || word.equals("xor")
                || startsWith("&&")
                || startsWith("||")
                || startsWith("^^");
    }

    private static boolean letter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    // ---- literals

    /// A text in quotation marks, as bytes.
    String text(Escapes escapes) throws Refusal {
        int start = at;
        if (peek() == 'r' && (startsWith("r\"") || startsWith("r#"))) {
            return raw(start);
        }
        if (peek() != '"') {
            throw refusal(start, endOfWord(), "expected a text in quotation marks");
        }
        at++;
        StringBuilder bytes = new StringBuilder();
        while (true) {
            if (ended()) {
                throw refusal(start, start + 1, "this quotation mark is never closed");
            }
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return bytes.toString();
            }
            if (c == '\\') {
                escape(escapes, bytes);
            } else {
                int point = text.codePointAt(at);
                append(bytes, point);
                at += Character.charCount(point);
            }
        }
    }

    private void escape(Escapes escapes, StringBuilder bytes) throws Refusal {
        int start = at++;
        char c = peek();
        boolean kept = switch (escapes) {
            case STRING -> false;
            case REGEX -> c != '"';
            case WILDCARD -> c == '*' || c == '\\';
            case REGEX_OR_STRING -> c != '"' && c != '\\' && c != 'x' && !(c >= '0' && c <= '7');
        };
        if (kept && !ended()) {
            int point = text.codePointAt(at);
            bytes.append('\\');
            append(bytes, point);
            at += Character.charCount(point);
            return;
        }
        if (c == '"' || c == '\\') {
            bytes.append(c);
            at++;
        } else if (c == 'x') {
            bytes.append((char) number(start, at + 1, 2, 16));
            at += 3;
        } else if (c >= '0' && c <= '7') {
            int value = number(start, at, 3, 8);
            if (value > 255) {
                throw refusal(start, at + 3, "a byte is \\000 to \\377");
            }
            bytes.append((char) value);
            at += 3;
        } else {
            throw refusal(
                    start,
                    at + 1,
                    "this is no escape; known are \\\", \\\\, \\xHH and \\NNN, and r\"…\" is a text without any");
        }
    }

    private int number(int start, int from, int digits, int radix) throws Refusal {
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = i < text.length() && text.charAt(i) < 128 ? Character.digit(text.charAt(i), radix) : -1;
            if (digit < 0) {
                throw refusal(
                        start,
                        Math.min(i + 1, text.length()),
                        "an escaped byte is \\xHH, hexadecimal, or \\NNN, octal");
            }
            value = value * radix + digit;
        }
        return value;
    }

    private String raw(int start) throws Refusal {
        at++;
        int hashes = 0;
        while (peek() == '#') {
            at++;
            hashes++;
        }
        if (hashes > 255 || peek() != '"') {
            throw refusal(start, at, "a raw text is r\"…\", or r#\"…\"# with up to 255 `#`");
        }
        at++;
        String close = '"' + "#".repeat(hashes);
        int end = text.indexOf(close, at);
        if (end < 0) {
            throw refusal(start, start + 1, "this raw text is never closed by `" + Names.shown(close) + "`");
        }
        StringBuilder bytes = new StringBuilder();
        text.substring(at, end).codePoints().forEach(point -> append(bytes, point));
        at = end + close.length();
        return bytes.toString();
    }

    private static void append(StringBuilder bytes, int point) {
        if (point < 128) {
            bytes.append((char) point);
        } else {
            bytes.append(new String(
                    Character.toString(point).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        }
    }

    long integer() throws Refusal {
        int start = at;
        boolean negative = take("-");
        boolean hex = take("0x") || take("0X");
        int digits = at;
        while (!ended() && text.charAt(at) < 128 && Character.digit(text.charAt(at), hex ? 16 : 10) >= 0) {
            at++;
        }
        if (digits == at) {
            at = start;
            throw refusal(start, endOfWord(), "expected a whole number");
        }
        if (letter(peek())) {
            throw refusal(start, endOfWord(), "expected a whole number");
        }
        try {
            return Long.parseLong((negative ? "-" : "") + text.substring(digits, at), hex ? 16 : 10);
        } catch (NumberFormatException _) {
            throw refusal(start, at, "a whole number has 64 bits: -9223372036854775808 to 9223372036854775807");
        }
    }

    /// A number, or two with `..` between them.
    Condition.Numbers integers() throws Refusal {
        int start = at;
        long from = integer();
        long to = take("..") ? integer() : from;
        if (from > to) {
            throw refusal(start, at, "a range goes from the lower number to the higher");
        }
        return new Condition.Numbers(from, to);
    }

    Address address() throws Refusal {
        int start = at;
        String word = takeAddress();
        Optional<Address> address = Address.parse(word);
        if (address.isEmpty() || peek() == '/' || startsWith("..")) {
            at = start;
            String remark = address.isPresent() ? "; networks and ranges stand in a list: in {…}" : "";
            throw refusal(start, start + Math.max(1, word.length()), "expected an IP address" + remark);
        }
        return address.get();
    }

    /// An address, a network, or two addresses with `..` between them.
    Condition.Addresses addresses() throws Refusal {
        int start = at;
        Address from = oneAddress(start);
        if (take("/")) {
            long bits = integer();
            if (bits < 0 || bits > from.width()) {
                throw refusal(start, at, "the prefix of this network is 0 to " + from.width() + " bits long");
            }
            Address network = from.network((int) bits);
            if (!network.equals(from)) {
                throw refusal(
                        start,
                        at,
                        "the address has bits beyond the prefix, did you mean `" + network + "/" + bits + "`?");
            }
            return new Condition.Addresses(from, from.broadcast((int) bits));
        }
        Address to = take("..") ? oneAddress(start) : from;
        if (from.ipv6() != to.ipv6() || from.compareTo(to) > 0) {
            throw refusal(start, at, "a range goes from the lower address to the higher, both IPv4 or both IPv6");
        }
        return new Condition.Addresses(from, to);
    }

    private Address oneAddress(int start) throws Refusal {
        int from = at;
        String word = takeAddress();
        Optional<Address> address = Address.parse(word);
        if (address.isEmpty()) {
            at = start;
            throw refusal(
                    from,
                    from + Math.max(1, word.length()),
                    "expected an IP address, a network such as 192.0.2.0/24, or a range such as 192.0.2.1..192.0.2.9");
        }
        return address.get();
    }

    private String takeAddress() {
        int start = at;
        while (!ended()
                && text.charAt(at) < 128
                && (Character.digit(text.charAt(at), 16) >= 0 || ".:".indexOf(text.charAt(at)) >= 0)
                && !startsWith("..")) {
            at++;
        }
        return text.substring(start, at);
    }

    // ---- refusals

    private int endOfWord() {
        int end = at;
        while (end < text.length() && " \t\r\n(){}[],".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return Math.max(end, at + 1);
    }

    /// What is wrong between two places.
    Refusal refusal(int start, int end, String reason) {
        int from = Math.min(start, text.length());
        int line =
                1 + (int) text.substring(0, from).chars().filter(c -> c == '\n').count();
        int lineStart = text.lastIndexOf('\n', from - 1) + 1;
        int lineEnd = text.indexOf('\n', from);
        int column = from - lineStart + 1;
        String whole = text.substring(lineStart, lineEnd < 0 ? text.length() : lineEnd);
        int cut = Math.max(0, column - 1 - SHOWN_LINE / 2);
        String shown = whole.substring(cut, Math.min(whole.length(), cut + SHOWN_LINE))
                .replace('\t', ' ')
                .replace('\r', ' ');
        int width = Math.clamp(end - from, 1, Math.max(1, shown.length() - (column - 1 - cut)));
        String before = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
        return new Refusal(
                "'" + before + "' is not a valid value for expression because could not parse filter expression:"
                        + " Filter parsing error (" + line + ":" + column + "):\n" + shown + "\n"
                        + " ".repeat(column - 1 - cut) + "^".repeat(width) + " " + reason,
                line,
                column);
    }
}
