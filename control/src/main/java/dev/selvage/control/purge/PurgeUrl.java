package dev.selvage.control.purge;

import dev.selvage.control.names.HostName.Host;
import dev.selvage.control.names.HostName.Wrong;
import java.util.Locale;
import java.util.Optional;

/// The URL of a stored object, in the form that the cache knows it by: scheme and host in lower case, no
/// port, a path.
///
/// Looser than RFC 3986 on what may stand in path and query, because visitors and origins are: what was
/// cached must be purgeable.
record PurgeUrl(String host, String text) {
    private static final int LONGEST_PORT = 5;

    static Optional<PurgeUrl> of(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String scheme = lower.startsWith("http://") ? "http" : lower.startsWith("https://") ? "https" : "";
        if (scheme.isEmpty() || text.length() > HostText.LONGEST) {
            return Optional.empty();
        }
        String rest = text.substring(scheme.length() + "://".length());
        int end = authorityEnd(rest);
        Optional<String> host = host(rest.substring(0, end));
        String target = rest.startsWith("/", end) ? rest.substring(end) : "/" + rest.substring(end);
        Optional<String> known = target.indexOf('#') >= 0 ? Optional.empty() : HostText.target(target);
        if (host.isEmpty() || known.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PurgeUrl(host.get(), scheme + "://" + host.get() + known.get()));
    }

    /// What follows the host: path and query.
    String target() {
        return text.substring(text.indexOf("://") + "://".length() + host.length());
    }

    private static int authorityEnd(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if (rest.charAt(i) == '/' || rest.charAt(i) == '?' || rest.charAt(i) == '#') {
                return i;
            }
        }
        return rest.length();
    }

    /// The host of `host[:port]`.
    private static Optional<String> host(String authority) {
        int bracket = authority.startsWith("[") ? authority.indexOf(']') : -1;
        int colon = authority.indexOf(':', Math.max(bracket, 0));
        String port = colon < 0 ? "" : authority.substring(colon + 1);
        if (port.length() > LONGEST_PORT || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        return switch (HostText.host(colon < 0 ? authority : authority.substring(0, colon))) {
            case Host(String name) -> Optional.of(name);
            case Wrong _ -> Optional.empty();
        };
    }
}
