package dev.selvage.model.rules;

import java.util.Locale;

/// Which URLs a page rule is for: `[http[s]://]host[:port][/path]`, in which an asterisk stands for any
/// characters, or none.
///
/// An asterisk of the host stands for parts of the host alone, so that no path can pass for a host; one of
/// the path stands for slashes and the query string too.
///
/// @param host lower case
/// @param port 0 when the pattern is for every port
/// @param path with the query string; `/` when the pattern has none
public record UrlPattern(Scheme scheme, String host, int port, String path) {
    /// Longest pattern, in characters.
    public static final int MAX_LENGTH = 1_024;

    /// Most asterisks.
    public static final int MAX_WILDCARDS = 4;

    private static final int MAX_HOST = 253;
    private static final int MAX_LABEL = 63;

    /// Which schemes a pattern is for.
    public enum Scheme {
        ANY,
        HTTP,
        HTTPS
    }

    /// What parsing came to.
    public sealed interface Parsed {}

    /// The text is a pattern.
    public record Accepted(UrlPattern pattern) implements Parsed {}

    /// The text is no pattern; `reason` says what is wrong and what would be right.
    public record Refused(String reason) implements Parsed {}

    /// How many asterisks there are; the first is that of the host, if it has one.
    public int wildcards() {
        return stars(host) + stars(path);
    }

    /// How many of them stand in the host.
    public int hostWildcards() {
        return stars(host);
    }

    /// True when every host that this pattern is for and that `domain` has is in `domain`: what follows the
    /// last asterisk is `domain` or below it.
    ///
    /// @param domain lower case
    public boolean within(String domain) {
        String fixed = host.substring(host.lastIndexOf('*') + 1);
        return fixed.equals(domain) || fixed.endsWith('.' + domain);
    }

    /// Parses `text`.
    public static Parsed parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return new Refused("the pattern is longer than " + MAX_LENGTH + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f || Character.isWhitespace(c) || Character.isISOControl(c)) {
                return new Refused("the pattern has a blank or a control character");
            }
        }
        Scheme scheme = Scheme.ANY;
        String rest = text;
        int colons = text.indexOf("://");
        int slash = text.indexOf('/');
        if (colons >= 0 && colons + 1 == slash) {
            switch (text.substring(0, colons).toLowerCase(Locale.ROOT)) {
                case "http" -> scheme = Scheme.HTTP;
                case "https" -> scheme = Scheme.HTTPS;
                default -> {
                    return new Refused("a scheme must be http:// or https://; leave it out to match both");
                }
            }
            rest = text.substring(colons + 3);
        }
        int pathStart = rest.indexOf('/');
        String authority = pathStart < 0 ? rest : rest.substring(0, pathStart);
        String path = pathStart < 0 ? "/" : rest.substring(pathStart);
        int colon = authority.indexOf(':');
        String host = (colon < 0 ? authority : authority.substring(0, colon)).toLowerCase(Locale.ROOT);
        int port = colon < 0 ? 0 : port(authority.substring(colon + 1));
        if (port < 0) {
            return new Refused("a port must be a number from 1 to 65535");
        }
        String wrong = wrongHost(host);
        if (wrong.isEmpty()) {
            wrong = wrongPath(path);
        }
        UrlPattern pattern = new UrlPattern(scheme, host, port, path);
        if (wrong.isEmpty() && pattern.wildcards() > MAX_WILDCARDS) {
            wrong = "the pattern has more than " + MAX_WILDCARDS + " asterisks";
        }
        return wrong.isEmpty() ? new Accepted(pattern) : new Refused(wrong);
    }

    private static int port(String digits) {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port == 0 || port > 65_535 ? -1 : port;
    }

    private static String wrongHost(String host) {
        if (host.isEmpty() || host.length() > MAX_HOST) {
            return "expected a host name of 1 to " + MAX_HOST + " characters, such as *example.com/*";
        }
        for (String label : host.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > MAX_LABEL) {
                return "a label of the host name must have 1 to " + MAX_LABEL + " characters";
            }
            if (!label.chars().allMatch(UrlPattern::labelCharacter)) {
                return "a host name must consist of letters, digits, -, _ and *; one of other letters is written in"
                        + " punycode";
            }
        }
        return host.indexOf('*', host.lastIndexOf('.') + 1) >= 0
                ? "the last label of the host name must have no asterisk; every path of a host is example.com/*"
                : "";
    }

    private static boolean labelCharacter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '*';
    }

    private static String wrongPath(String path) {
        if (path.indexOf('#') >= 0) {
            return "a fragment (#) never reaches a server; leave it out";
        }
        int question = path.indexOf('?');
        String segments = question < 0 ? path : path.substring(0, question);
        if (segments.indexOf('\\') >= 0) {
            return "a path has no backslash";
        }
        for (int i = segments.indexOf('%'); i >= 0; i = segments.indexOf('%', i + 1)) {
            if (i + 2 >= segments.length() || !hex(segments.charAt(i + 1)) || !hex(segments.charAt(i + 2))) {
                return "a percent sign of a path must be followed by two hexadecimal digits";
            }
        }
        return "";
    }

    private static boolean hex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private static int stars(String text) {
        return (int) text.chars().filter(c -> c == '*').count();
    }
}
