package dev.selvage.rules;

/// What reading an expression came to.
public sealed interface Reading<T> {
    /// The text is an expression.
    record Accepted<T>(T tree) implements Reading<T> {}

    /// The text is none. `message` says what is wrong, at which line and column, and what would be right.
    record Refused<T>(String message, int line, int column) implements Reading<T> {}
}
