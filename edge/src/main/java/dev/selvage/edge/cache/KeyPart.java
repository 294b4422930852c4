package dev.selvage.edge.cache;

import org.jspecify.annotations.Nullable;

/// A part of the cache key of a request.
///
/// @param name what it is, such as `path` or `header accept-language`
/// @param value null where the request has none
public record KeyPart(String name, @Nullable String value) {}
