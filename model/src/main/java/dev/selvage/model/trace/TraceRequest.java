package dev.selvage.model.trace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request to follow.
///
/// @param account whose zones may be followed; a host of another account's is an unknown one
/// @param secure the visitor uses TLS
/// @param authority host, with a port where the URL names one
/// @param target path and query as a visitor would send them
/// @param fields header fields besides `Host`
/// @param bodyLength bytes
/// @param address the visitor's, as text; null for one of which nothing is known
/// @param country the visitor's, ISO 3166-1 alpha-2, in place of what is known of the address
public record TraceRequest(
        String account,
        String method,
        boolean secure,
        String authority,
        String target,
        List<Field> fields,
        long bodyLength,
        @Nullable String address,
        @Nullable String country) {
    public TraceRequest {
        fields = List.copyOf(fields);
    }

    /// A header field.
    public record Field(String name, String value) {}
}
