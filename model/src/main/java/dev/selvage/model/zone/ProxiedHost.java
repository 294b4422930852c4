package dev.selvage.model.zone;

import java.util.List;

/// A host name that the edge answers for, from a zone's proxied DNS records.
///
/// @param name lower case, without port and trailing dot; may start with `*.`, which covers every name
///     below
/// @param addresses the contents of the proxied records of that name: IP addresses, or one host name
///     (CNAME)
public record ProxiedHost(String name, List<String> addresses) {
    public ProxiedHost {
        addresses = List.copyOf(addresses);
    }
}
