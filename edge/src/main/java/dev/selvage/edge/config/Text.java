package dev.selvage.edge.config;

import dev.selvage.model.rules.Computed;
import dev.selvage.rules.Scope;
import dev.selvage.rules.program.Evaluation;
import dev.selvage.rules.program.TextProgram;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A text of a rule: as the owner wrote it, or computed for each request. Each character is a byte.
public sealed interface Text {
    /// As it was written, in UTF-8.
    record Literal(String text) implements Text {}

    /// Computed.
    record Evaluated(TextProgram program) implements Text {}

    /// Empty when it cannot be read.
    static Optional<Text> of(Computed computed, Scope scope) {
        String expression = computed.expression();
        if (expression != null) {
            return TextProgram.of(expression, scope).map(Evaluated::new);
        }
        String value = computed.value();
        return value == null
                ? Optional.empty()
                : Optional.of(
                        new Literal(new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
    }

    /// What it comes to; null when to nothing.
    default @Nullable String text(Evaluation evaluation) {
        return switch (this) {
            case Literal(String text) -> text;
            case Evaluated(TextProgram program) -> program.text(evaluation);
        };
    }
}
