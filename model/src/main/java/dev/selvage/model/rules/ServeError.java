package dev.selvage.model.rules;

import org.jspecify.annotations.Nullable;

/// The owner's own error page (phase `http_custom_errors`); ends the phase.
///
/// @param contentType `text/html`, `text/plain`, `application/json` or `text/xml`
/// @param status null leaves the response's
public record ServeError(
        String content, String contentType, @Nullable Integer status) {}
