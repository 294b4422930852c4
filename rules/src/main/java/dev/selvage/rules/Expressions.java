package dev.selvage.rules;

/// Reads expressions.
public final class Expressions {
    /// Longest expression, in characters.
    public static final int MAX_LENGTH = 4_096;

    private Expressions() {}

    /// Reads a condition.
    public static Reading<Condition> condition(String text, Scope scope) {
        return Parser.condition(text, scope);
    }

    /// Reads a value of the type string.
    public static Reading<Value> text(String text, Scope scope) {
        return Parser.text(text, scope);
    }
}
