package dev.selvage.model.rules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where a page rule sends visitors: an absolute URL in which `$1` to `$4` stand for what the asterisks of
/// the rule's pattern stood for, and `\$` for a dollar sign.
public final class RedirectUrl {
    /// Longest text, in characters.
    public static final int MAX_LENGTH = 2_048;

    /// Most references, because each may be as long as a request's target.
    public static final int MAX_REFERENCES = 8;

    /// A piece of the URL: text, or a reference to an asterisk.
    private sealed interface Piece {}

    private record Text(String text) implements Piece {}

    private record Reference(int wildcard) implements Piece {}

    /// What parsing came to.
    public sealed interface Parsed {}

    /// The text is a URL for the pattern.
    public record Accepted(RedirectUrl url) implements Parsed {}

    /// The text is none; `reason` says what is wrong and what would be right.
    public record Refused(String reason) implements Parsed {}

    private final List<Piece> pieces;

    private RedirectUrl(List<Piece> pieces) {
        this.pieces = List.copyOf(pieces);
    }

    /// The URL with what each asterisk stood for, in ASCII.
    ///
    /// @param captured what each stood for, in order, each character a byte
    public String expand(List<String> captured) {
        StringBuilder url = new StringBuilder(128);
        for (Piece piece : pieces) {
            switch (piece) {
                case Text(String text) -> url.append(text);
                case Reference(int wildcard) -> url.append(encoded(captured.get(wildcard - 1)));
            }
        }
        return url.toString();
    }

    /// Parses `text` for a rule with `pattern`.
    public static Parsed parse(String text, UrlPattern pattern) {
        if (text.length() > MAX_LENGTH) {
            return new Refused("the URL is longer than " + MAX_LENGTH + " characters");
        }
        String lower = text.toLowerCase(Locale.ROOT);
        int authority = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        if (authority < 0) {
            return new Refused("the URL must begin with http:// or https://");
        }
        int path = authority;
        while (path < text.length() && "/?#".indexOf(text.charAt(path)) < 0) {
            path++;
        }
        if (path == authority) {
            return new Refused("the URL has no host");
        }
        List<Piece> pieces = new ArrayList<>();
        StringBuilder run = new StringBuilder();
        int references = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean more = i + 1 < text.length();
            if (c == '$' && more && text.charAt(i + 1) >= '0' && text.charAt(i + 1) <= '9') {
                int wildcard = text.charAt(i + 1) - '0';
                if (wildcard == 0 || wildcard > pattern.wildcards()) {
                    return new Refused("$" + wildcard + " stands for no asterisk; the pattern has "
                            + pattern.wildcards() + " (\\$ is a dollar sign)");
                }
                if (i < path && wildcard > pattern.hostWildcards()) {
                    // Or the visitor chose where to go: `https://shop$1` with `.evil.example` for `$1`.
                    return new Refused("$" + wildcard + " stands for a part of the path, which must not be used in"
                            + " the URL's host");
                }
                if (++references > MAX_REFERENCES) {
                    return new Refused("the URL refers to asterisks more than " + MAX_REFERENCES + " times");
                }
                pieces.add(text(run));
                run.setLength(0);
                pieces.add(new Reference(wildcard));
                i++;
            } else if (c == '\\' && more && text.charAt(i + 1) == '$') {
                run.append('$');
                i++;
            } else if (c == '\\' || c <= ' ' || Character.isISOControl(c) || Character.isWhitespace(c)) {
                return new Refused("the URL has a blank, a control character or a backslash");
            } else if (c > 0x7f && i < path) {
                return new Refused("a host name of other letters than a to z is written in punycode");
            } else {
                run.append(c);
            }
        }
        pieces.add(text(run));
        return new Accepted(new RedirectUrl(pieces));
    }

    private static Text text(CharSequence run) {
        return new Text(
                encoded(new String(run.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
    }

    /// Bytes, each a character, with those percent-encoded that must not stand in a URL.
    public static String encoded(String bytes) {
        if (bytes.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return bytes;
        }
        StringBuilder url = new StringBuilder(bytes.length() + 16);
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (c > ' ' && c < 0x7f) {
                url.append(c);
            } else {
                url.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4 & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return url.toString();
    }
}
