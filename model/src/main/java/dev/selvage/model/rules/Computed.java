package dev.selvage.model.rules;

import org.jspecify.annotations.Nullable;

/// A text that a rule gives as it is, or as an expression that is evaluated for each request. Exactly
/// one of
/// the two is set.
///
/// @param value the text
/// @param expression text in the rules language, of the type string
public record Computed(@Nullable String value, @Nullable String expression) {
    /// A text as it is.
    public static Computed of(String value) {
        return new Computed(value, null);
    }
}
