package dev.selvage.rules.program;

import dev.selvage.rules.Expressions;
import dev.selvage.rules.Interpreter;
import dev.selvage.rules.Reading;
import dev.selvage.rules.Scope;
import dev.selvage.rules.Value;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A value that is computed for each request. Immutable; any number of loops may use it at once.
public final class TextProgram {
    private final Value value;

    private TextProgram(Value value) {
        this.value = value;
    }

    /// Empty when the expression cannot be read.
    public static Optional<TextProgram> of(String expression, Scope scope) {
        return switch (Expressions.text(expression, scope)) {
            case Reading.Accepted<Value>(Value tree) -> Optional.of(new TextProgram(tree));
            case Reading.Refused<Value> _ -> Optional.empty();
        };
    }

    /// What it comes to, each character a byte; null when to nothing.
    public @Nullable String text(Evaluation evaluation) {
        return Interpreter.text(value, evaluation.facts());
    }
}
