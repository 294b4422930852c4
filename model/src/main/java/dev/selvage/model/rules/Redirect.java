package dev.selvage.model.rules;

/// Sends the visitor elsewhere (phase `http_request_dynamic_redirect`); ends the phase.
///
/// @param status 301, 302, 303, 307 or 308
/// @param target an absolute URL, or a path with its query
/// @param preserveQuery the request's query goes along
public record Redirect(int status, Computed target, boolean preserveQuery) {}
