package dev.selvage.model.rules;

import org.jspecify.annotations.Nullable;

/// Where a request goes (phase `http_request_origin`). Null says nothing.
///
/// @param hostHeader the `Host` that the origin sees
/// @param host host name or address asked in place of the DNS record's
/// @param port 1..65535
/// @param sni the name that the origin's certificate is asked for
public record Route(
        @Nullable String hostHeader,
        @Nullable String host,
        @Nullable Integer port,
        @Nullable String sni) {}
