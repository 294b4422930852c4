package dev.selvage.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.selvage.rules.program.Evaluation;
import dev.selvage.rules.program.RuleProgram;
import dev.selvage.rules.program.TextProgram;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Any bytes as an expression: it is accepted or refused, soon; what is accepted can be evaluated, and compiled it
/// comes to what it does interpreted.
class ExpressionsFuzzTest {
    private static final long MOST_MILLIS = 10_000;

    private static final Facts FACTS = new GivenFacts()
            .text(RuleField.HTTP_HOST, "www.example.com")
            .text(RuleField.HTTP_REQUEST_URI_PATH, "/a/%41b.jpg")
            .text(RuleField.HTTP_USER_AGENT, "{\"a\":[1,\"b\"]}")
            .address(RuleField.IP_SRC, 192, 0, 2, 7)
            .pair(RuleField.HTTP_REQUEST_HEADERS, "a", "b,c")
            .element(RuleField.HTTP_REQUEST_HEADERS_NAMES, "a");

    @FuzzTest(maxDuration = "3m")
    void anyCondition(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        long start = System.nanoTime();
        for (Scope scope : Scope.values()) {
            if (checked(Expressions.condition(text, scope), text) instanceof Reading.Accepted<Condition> read) {
                Evaluation evaluation = new Evaluation(FACTS);
                evaluation.begin();
                boolean met = RuleProgram.of(List.of(text), scope).next(evaluation, 0) == 0;
                assertThat(met).isEqualTo(Interpreter.met(read.tree(), FACTS));
            }
        }
        assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(MOST_MILLIS);
    }

    @FuzzTest(maxDuration = "3m")
    void anyValue(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        long start = System.nanoTime();
        for (Scope scope : Scope.values()) {
            if (checked(Expressions.text(text, scope), text) instanceof Reading.Accepted<Value> read) {
                Evaluation evaluation = new Evaluation(FACTS);
                evaluation.begin();
                TextProgram program = TextProgram.of(text, scope).orElseThrow();
                assertThat(program.text(evaluation)).isEqualTo(Interpreter.text(read.tree(), FACTS));
            }
        }
        assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(MOST_MILLIS);
    }

    private static <T> Reading<T> checked(Reading<T> reading, String text) {
        if (reading instanceof Reading.Refused<T> refused) {
            assertThat(refused.message()).isNotBlank();
            assertThat(refused.line()).isBetween(1, (int) text.lines().count() + 1);
            assertThat(refused.column()).isBetween(1, text.length() + 1);
        }
        return reading;
    }
}
