package dev.selvage.rules.program;

import dev.selvage.rules.Expressions;
import dev.selvage.rules.Reading;
import dev.selvage.rules.Scope;
import dev.selvage.rules.Slice;
import dev.selvage.rules.Value;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A value that is computed for each request. Immutable; any number of loops may use it at once.
public final class TextProgram {
    private final Texts text;
    private final int slots;

    private TextProgram(Value value) {
        Compiler compiler = new Compiler();
        text = compiler.text(value);
        slots = compiler.slots();
    }

    /// Empty when the expression cannot be read.
    public static Optional<TextProgram> of(String expression, Scope scope) {
        return switch (Expressions.text(expression, scope)) {
            case Reading.Accepted<Value>(Value tree) -> Optional.of(of(tree));
            case Reading.Refused<Value> _ -> Optional.empty();
        };
    }

    /// Compiles a value of the type string.
    public static TextProgram of(Value value) {
        return new TextProgram(value);
    }

    /// What it comes to, each character a byte; null when to nothing.
    public @Nullable String text(Evaluation evaluation) {
        Slice slice = bytes(evaluation);
        return slice == null ? null : slice.text();
    }

    /// The same without a copy: valid until the evaluation is asked for something else. Null when it comes to
    /// nothing.
    public @Nullable Slice bytes(Evaluation evaluation) {
        evaluation.use(this, slots, 0);
        return text.read(evaluation);
    }
}
