package dev.selvage.app;

import java.net.IDN;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The site that `up` is put in front of, as the command line names it.
///
/// @param uri scheme, host in lower-case ASCII and, where it is not the scheme's own, port; nothing else
record OriginUrl(URI uri) {
    /// What parsing came to.
    sealed interface Parsed {}

    record Accepted(OriginUrl url) implements Parsed {}

    /// @param message what is wrong and what would be right; holds nothing of a password
    record Refused(String message) implements Parsed {}

    private static final int MAX_LENGTH = 2_048;
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)", Pattern.DOTALL);
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+\\]|[^:\\[\\]]+)(?::([^:]*))?");
    private static final Pattern HOST =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_][a-z0-9_-]{0,62})*\\.?");

    static Parsed parse(String text) {
        if (text.length() > MAX_LENGTH
                || !text.equals(text.strip())
                || text.chars().anyMatch(c -> c <= ' ')) {
            return refused("holds blanks or is too long", "http://example.com");
        }
        Matcher whole = SCHEME.matcher(text);
        if (!whole.matches()) {
            boolean host = text.matches("[A-Za-z0-9.-]+(:[0-9]+)?");
            return refused("has no scheme", "http://" + (host ? text : "example.com"));
        }
        String scheme = whole.group(1).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return refused("has the scheme " + scheme + ", which no origin speaks", "http:// or https://");
        }
        String rest = whole.group(2);
        int end = rest.length();
        for (String mark : new String[] {"/", "?", "#"}) {
            int at = rest.indexOf(mark);
            end = at >= 0 && at < end ? at : end;
        }
        String authority = rest.substring(0, end);
        String path = rest.substring(end);
        if (authority.contains("@")) {
            return refused(
                    "holds credentials, which a cache must not give to every visitor",
                    scheme + "://" + printable(authority.substring(authority.lastIndexOf('@') + 1)));
        }
        if (path.contains("?") || path.contains("#")) {
            return refused("has a query or a fragment", scheme + "://" + printable(authority));
        }
        if (!path.isEmpty() && !path.equals("/")) {
            return refused(
                    "has a path, but visitors' paths are passed on as they are", scheme + "://" + printable(authority));
        }
        return authority(scheme, authority);
    }

    private static Parsed authority(String scheme, String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            return refused("has no host name", scheme + "://example.com");
        }
        String host = matcher.group(1).toLowerCase(Locale.ROOT);
        if (!host.startsWith("[")) {
            try {
                host = IDN.toASCII(host).toLowerCase(Locale.ROOT);
            } catch (IllegalArgumentException notAName) {
                host = "";
            }
            if (!HOST.matcher(host).matches() || host.length() > 253 || (host.matches("[0-9.]*") && !isV4(host))) {
                return refused("has no host name that can exist", scheme + "://example.com");
            }
        }
        String port = matcher.group(2);
        int number = -1;
        if (port != null) {
            if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
                return refused("has a port that is not from 1 to 65535", scheme + "://" + host + ":80");
            }
            number = Integer.parseInt(port);
        }
        boolean usual = number == (scheme.equals("http") ? 80 : 443);
        try {
            return new Accepted(
                    new OriginUrl(URI.create(scheme + "://" + host + (number < 0 || usual ? "" : ":" + number))));
        } catch (IllegalArgumentException malformed) {
            return refused("has no host name that can exist", scheme + "://example.com");
        }
    }

    private static boolean isV4(String host) {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (!part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    /// True for `https`.
    boolean tls() {
        return "https".equals(uri.getScheme());
    }

    /// The host without the brackets of an IPv6 address.
    String host() {
        String host = hostAndBrackets();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return uri.getPort() >= 0 ? uri.getPort() : tls() ? 443 : 80;
    }

    /// The value of a `Host` header for this origin.
    String authority() {
        return uri.getRawAuthority();
    }

    private String hostAndBrackets() {
        String authority = uri.getRawAuthority();
        return uri.getPort() < 0 ? authority : authority.substring(0, authority.lastIndexOf(':'));
    }

    @Override
    public String toString() {
        return uri.toString();
    }

    private static Refused refused(String what, String right) {
        return new Refused("the origin URL " + what + "; expected something like " + right);
    }

    private static String printable(String authority) {
        return authority.matches("[\\x21-\\x7e]{1,253}") ? authority : "example.com";
    }
}
