package dev.selvage.model.zone;

import org.jspecify.annotations.Nullable;

/// An enabled rule of the phase `http_request_origin`: where a matching request goes.
///
/// @param expression text that `Expression.parse` accepts
/// @param hostHeader the `Host` that the origin sees; null leaves the visitor's
/// @param host host name or address asked in place of the DNS record's; null leaves it
/// @param port 1..65535; null leaves 80 or 443
public record OriginRule(
        String expression,
        @Nullable String hostHeader,
        @Nullable String host,
        @Nullable Integer port) {}
