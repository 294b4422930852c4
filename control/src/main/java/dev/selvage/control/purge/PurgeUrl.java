package dev.selvage.control.purge;

import dev.selvage.control.names.HostName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// The URL of a stored object, in the form that the cache knows it by: scheme and host in lower case,
/// no port, a path.
///
/// Looser than RFC 3986 on what may stand in path and query, because visitors and origins are: what was
/// cached must be
/// purgeable.
record PurgeUrl(String host, String text) {
    static final int LONGEST = 8_192;

    static Optional<PurgeUrl> of(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String scheme = lower.startsWith("http://") ? "http" : lower.startsWith("https://") ? "https" : "";
        if (scheme.isEmpty() || text.length() > LONGEST) {
            return Optional.empty();
        }
        String rest = text.substring(scheme.length() + "://".length());
        int end = authorityEnd(rest);
        Optional<String> host = host(rest.substring(0, end));
        Optional<String> target = target(rest.substring(end));
        if (host.isEmpty() || target.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PurgeUrl(host.get(), scheme + "://" + host.get() + target.get()));
    }

    private static int authorityEnd(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if (rest.charAt(i) == '/' || rest.charAt(i) == '?' || rest.charAt(i) == '#') {
                return i;
            }
        }
        return rest.length();
    }

    /// The host of `host[:port]`, where the host may be an IPv6 address in brackets.
    private static Optional<String> host(String authority) {
        int bracket = authority.startsWith("[") ? authority.indexOf(']') : -1;
        int colon = authority.indexOf(':', bracket < 0 ? 0 : bracket);
        String host = colon < 0 ? authority : authority.substring(0, colon);
        String port = colon < 0 ? "" : authority.substring(colon + 1);
        if (!port.matches("[0-9]{0,5}")) {
            return Optional.empty();
        }
        if (bracket >= 0) {
            boolean address = bracket == host.length() - 1 && HostName.isIpv6(host.substring(1, bracket));
            return address ? Optional.of(host.toLowerCase(Locale.ROOT)) : Optional.empty();
        }
        return HostName.of(host);
    }

    /// Path and query: printable, at least `/`; what is not ASCII as its percent-encoded UTF-8.
    private static Optional<String> target(String rest) {
        StringBuilder target = new StringBuilder(rest.length() + 1);
        if (!rest.startsWith("/")) {
            target.append('/');
        }
        for (int i = 0; i < rest.length(); ) {
            int c = rest.codePointAt(i);
            i += Character.charCount(c);
            if (c <= ' ' || c == 0x7f || c == '#' || Character.isISOControl(c)) {
                return Optional.empty();
            }
            if (c < 0x7f) {
                target.append((char) c);
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    target.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
                }
            }
        }
        return Optional.of(target.toString());
    }
}
