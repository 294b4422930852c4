package dev.selvage.model.rules;

import org.jspecify.annotations.Nullable;

/// Gives the request another path or query before anything later sees it (phase `http_request_transform`).
///
/// @param path starts with `/`; null leaves the request's
/// @param query without `?`, empty for none; null leaves the request's
public record RewriteUrl(@Nullable Computed path, @Nullable Computed query) {}
