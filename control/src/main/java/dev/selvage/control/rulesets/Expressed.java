package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.Computed;
import dev.selvage.rules.Condition;
import dev.selvage.rules.Expressions;
import dev.selvage.rules.Reading;
import dev.selvage.rules.Scope;
import dev.selvage.rules.Value;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What rules say in the rules language.
final class Expressed {
    /// Longer texts than the language takes, whose refusal says how long they may be.
    private static final int READ = 1 << 20;

    private static final Set<String> FIELDS = Set.of("value", "expression");

    private Expressed() {}

    /// The text of a condition; null when it is absent or none.
    static @Nullable String condition(Body body, String field, Scope scope) {
        String text = body.text(field, READ);
        if (text == null) {
            return null;
        }
        return switch (Expressions.condition(text, scope)) {
            case Reading.Accepted<Condition> _ -> text;
            case Reading.Refused<Condition> refused -> {
                body.problems().add(body.pointer(field), refused.message());
                yield null;
            }
        };
    }

    /// Checks a text that is given as it is or computed.
    ///
    /// @param wrong says what is wrong with one that is given as it is
    static void computed(Body body, Scope scope, int longest, Function<String, Optional<String>> wrong) {
        body.only(FIELDS);
        oneOf(body);
        String value = body.text("value", longest);
        if (value != null) {
            wrong.apply(value).ifPresent(reason -> body.problems().add(body.pointer("value"), reason));
        }
        String text = body.text("expression", READ);
        if (text != null && Expressions.text(text, scope) instanceof Reading.Refused<Value> refused) {
            body.problems().add(body.pointer("expression"), refused.message());
        }
    }

    /// Refuses neither and both.
    static void oneOf(Body body) {
        if (body.has("value") == body.has("expression")) {
            body.problems().add(body.pointer(), "expected either \"value\" or \"expression\"");
        }
    }

    /// The text of `node`, which passed [#computed]; null when it is absent.
    static @Nullable Computed compile(JsonNode node) {
        JsonNode value = node.path("value");
        JsonNode expression = node.path("expression");
        return value.isString()
                ? Computed.of(value.stringValue())
                : expression.isString() ? new Computed(null, expression.stringValue()) : null;
    }

    /// Says what is wrong with a text that stands in a URL.
    static Optional<String> wrongInUrl(String text) {
        boolean bad = text.chars()
                .anyMatch(c ->
                        c <= ' ' || c == '\\' || c == 0x7f || Character.isWhitespace(c) || Character.isISOControl(c));
        return bad
                ? Optional.of("the text has a blank, a control character or a backslash; write it percent-encoded")
                : Optional.empty();
    }
}
