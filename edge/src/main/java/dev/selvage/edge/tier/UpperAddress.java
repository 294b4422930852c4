package dev.selvage.edge.tier;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/// Where the upper edge takes requests.
///
/// @param host a name or an address, IPv6 without brackets
/// @param tls speak TLS to it, and check its certificate
public record UpperAddress(String host, int port, boolean tls) {
    /// The address that a URL such as `http://10.0.0.1:8080` names; empty where it is none, or names more.
    public static Optional<UpperAddress> parse(String text) {
        try {
            URI uri = new URI(text);
            String host = uri.getHost();
            boolean tls = "https".equals(uri.getScheme());
            boolean bare = uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
            int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
            if (host == null || !bare || !(tls || "http".equals(uri.getScheme())) || port == 0 || port > 65_535) {
                return Optional.empty();
            }
            boolean bracketed = host.startsWith("[");
            return Optional.of(new UpperAddress(bracketed ? host.substring(1, host.length() - 1) : host, port, tls));
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }
}
