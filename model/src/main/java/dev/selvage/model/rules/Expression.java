package dev.selvage.model.rules;

import java.util.Locale;

/// The condition of a rule.
///
/// The language accepted today is `true` and `http.host eq "name"`; anything else is refused with its
/// reason.
public sealed interface Expression {
    /// `true`: every request.
    record Always() implements Expression {}

    /// `http.host eq "name"`: requests for exactly this host, in any case, without the port.
    record HostEquals(String host) implements Expression {}

    /// What parsing came to.
    sealed interface Parsed {}

    /// The text is an expression.
    record Accepted(Expression expression) implements Parsed {}

    /// The text is not an expression; `message` says what is wrong, at which column, and what would be
    /// right.
    record Refused(String message) implements Parsed {}

    /// Longest expression, in characters.
    int MAX_LENGTH = 4_096;

    /// True when a request for `host` (lower case, without port) meets this condition.
    default boolean matches(String host) {
        return switch (this) {
            case Always _ -> true;
            case HostEquals(String wanted) -> wanted.equals(host);
        };
    }

    /// Parses `text`.
    static Parsed parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return refused(text, MAX_LENGTH + 1, "the expression is longer than " + MAX_LENGTH + " characters");
        }
        String source = text.strip();
        int start = text.indexOf(source);
        if (source.equals("true")) {
            return new Accepted(new Always());
        }
        String field = "http.host";
        if (!source.startsWith(field)) {
            return refused(text, start + 1, "expected `true` or `http.host eq \"name\"`");
        }
        int at = skipBlanks(source, field.length());
        boolean word = source.startsWith("eq", at);
        if (at == field.length() || !(word || source.startsWith("==", at))) {
            return refused(text, start + at + 1, "expected the operator `eq`; this version knows no other");
        }
        int quote = skipBlanks(source, at + 2);
        if ((word && quote == at + 2) || quote >= source.length() || source.charAt(quote) != '"') {
            return refused(text, start + quote + 1, "expected a host name in double quotes");
        }
        int end = source.indexOf('"', quote + 1);
        if (end < 0) {
            return refused(text, start + quote + 1, "the quotation mark is never closed");
        }
        if (end != source.length() - 1) {
            return refused(text, start + end + 2, "expected the end; this version joins no conditions");
        }
        String host = source.substring(quote + 1, end);
        if (host.isEmpty() || host.length() > 253 || !host.chars().allMatch(Expression::hostCharacter)) {
            return refused(
                    text, start + quote + 2, "expected a host name of 1 to 253 letters, digits, `.`, `-` or `_`");
        }
        return new Accepted(new HostEquals(host.toLowerCase(Locale.ROOT)));
    }

    private static boolean hostCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '-'
                || c == '_';
    }

    private static int skipBlanks(String s, int from) {
        int at = from;
        while (at < s.length() && (s.charAt(at) == ' ' || s.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    private static Refused refused(String text, int column, String reason) {
        String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
        return new Refused(
                "'" + shown + "' is not a valid value for expression because could not parse filter expression:"
                        + " Filter parsing error (1:" + column + "): " + reason);
    }
}
