package dev.selvage.rules;

/// What an expression may ask for.
public enum Scope {
    /// The request.
    REQUEST,
    /// The request and the response to it.
    RESPONSE
}
