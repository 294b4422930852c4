package dev.selvage.edge.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a zone's requests go.
///
/// @param hosts addresses or one host name, asked in this order
/// @param port 1..65535
/// @param tls speak TLS to the origin
/// @param verify check the origin's certificate against the trusted authorities and the name
/// @param hostHeader the `Host` that the origin sees; null passes the visitor's
/// @param sni the name that the origin's certificate is asked for; null for that of its `Host`
public record OriginTarget(
        List<String> hosts,
        int port,
        boolean tls,
        boolean verify,
        @Nullable String hostHeader,
        @Nullable String sni) {
    public OriginTarget {
        hosts = List.copyOf(hosts);
    }

    /// With the certificate of the `Host`.
    public OriginTarget(List<String> hosts, int port, boolean tls, boolean verify, @Nullable String hostHeader) {
        this(hosts, port, tls, verify, hostHeader, null);
    }
}
