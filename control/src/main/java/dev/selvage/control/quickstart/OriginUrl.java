package dev.selvage.control.quickstart;

import dev.selvage.control.names.HostName;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The URL of a site's origin: scheme, host and port; nothing more.
///
/// @param host a host name or an IP address, without brackets
/// @param port asked in any case
/// @param authority what the origin sees as `Host`: the port only where it is not the scheme's own
record OriginUrl(boolean tls, String host, int port, String authority) {
    private static final Pattern AUTHORITY = Pattern.compile("(?:\\[([^]]+)]|([^:@\\[\\]]+))(?::([0-9]{1,5}))?");

    /// @throws IllegalArgumentException with what is wrong and what would be right
    static OriginUrl of(URI url) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        String raw = url.getRawAuthority();
        if (!(scheme.equals("http") || scheme.equals("https")) || raw == null) {
            throw refused(url, "it must begin with http:// or https:// and a host");
        }
        String path = url.getRawPath();
        if (!(path == null || path.isEmpty() || path.equals("/"))
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw refused(url, "an origin has no path, query or fragment; give scheme, host and port only");
        }
        Matcher parts = AUTHORITY.matcher(raw);
        if (!parts.matches()) {
            throw refused(url, "expected a host name or address, and at most a port, without user and password");
        }
        String address = parts.group(1);
        String name = parts.group(2);
        int port = port(url, parts.group(3), scheme);
        String host;
        if (address != null) {
            if (!HostName.isIpv6(address)) {
                throw refused(url, "what stands in brackets is not an IPv6 address");
            }
            host = address.toLowerCase(Locale.ROOT);
        } else {
            host = HostName.of(String.valueOf(name))
                    .filter(it -> HostName.isIpv4(it) || !it.matches("[0-9.]+"))
                    .orElseThrow(() -> refused(url, "its host is neither a host name nor an IP address"));
        }
        String shown = address == null ? host : "[" + host + "]";
        boolean own = port == own(scheme);
        return new OriginUrl(scheme.equals("https"), host, port, own ? shown : shown + ":" + port);
    }

    String text() {
        return (tls ? "https://" : "http://") + authority;
    }

    /// The type of the DNS record that leads to it.
    String recordType() {
        return HostName.isIpv4(host) ? "A" : HostName.isIpv6(host) ? "AAAA" : "CNAME";
    }

    private static int port(URI url, String text, String scheme) {
        if (text == null) {
            return own(scheme);
        }
        int port = Integer.parseInt(text);
        if (port < 1 || port > 65_535) {
            throw refused(url, "a port is a number from 1 to 65535");
        }
        return port;
    }

    private static int own(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    /// The URL without what may be a password.
    private static IllegalArgumentException refused(URI url, String reason) {
        String shown = url.toString().replaceAll("//[^/@]*@", "//…@");
        return new IllegalArgumentException("the origin " + shown + " cannot be used: " + reason);
    }
}
