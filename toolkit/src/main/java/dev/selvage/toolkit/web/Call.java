package dev.selvage.toolkit.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request as a handler sees it: read whole before the handler is called.
///
/// @param method upper case
/// @param path decoded, without the query, starting with `/`
/// @param captures the values of the route's `{name}` segments, decoded
/// @param query decoded parameters in order
/// @param headers by lower-case name
/// @param remote the peer's IP address
public record Call(
        String method,
        String path,
        Map<String, String> captures,
        Map<String, List<String>> query,
        Map<String, List<String>> headers,
        byte[] body,
        String remote) {

    /// The value of a `{name}` segment of the route's path.
    public String capture(String name) {
        String value = captures.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no segment {" + name + "}");
        }
        return value;
    }

    /// The first value of a query parameter.
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).map(List::getFirst);
    }

    /// The first value of a header, by lower-case name; null when absent.
    public @Nullable String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.getFirst();
    }
}
