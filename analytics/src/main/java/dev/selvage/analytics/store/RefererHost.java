package dev.selvage.analytics.store;

import java.util.Locale;

/// The host of a `Referer`, which is what a visitor sent: anything.
final class RefererHost {
    private static final int MAX = 253;

    private RefererHost() {}

    /// Lower case and without port and user; `""` when there is none.
    static String of(String referer) {
        int scheme = referer.indexOf("://");
        if (scheme < 0) {
            return "";
        }
        int start = scheme + 3;
        int end = start;
        while (end < referer.length() && "/?#\\".indexOf(referer.charAt(end)) < 0) {
            end++;
        }
        String authority = referer.substring(start, end);
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        int port = host.lastIndexOf(':');
        if (port >= 0 && port > host.lastIndexOf(']')) {
            host = host.substring(0, port);
        }
        return host.length() > MAX ? "" : host.toLowerCase(Locale.ROOT);
    }
}
