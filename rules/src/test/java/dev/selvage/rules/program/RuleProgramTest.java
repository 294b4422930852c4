package dev.selvage.rules.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.rules.Condition;
import dev.selvage.rules.Expressions;
import dev.selvage.rules.Facts;
import dev.selvage.rules.GivenFacts;
import dev.selvage.rules.Interpreter;
import dev.selvage.rules.Reading;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Scope;
import dev.selvage.rules.Slice;
import dev.selvage.rules.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RuleProgramTest {
    /// Facts that are others for every request, as an event loop's are.
    private static final class Current implements Facts {
        private Facts facts = new GivenFacts();

        @Override
        public boolean read(RuleField field, Slice into) {
            return facts.read(field, into);
        }

        @Override
        public long integer(RuleField field) {
            return facts.integer(field);
        }

        @Override
        public boolean flag(RuleField field) {
            return facts.flag(field);
        }

        @Override
        public int count(RuleField field) {
            return facts.count(field);
        }

        @Override
        public void value(RuleField field, int i, Slice into) {
            facts.value(field, i, into);
        }

        @Override
        public void name(RuleField field, int i, Slice into) {
            facts.name(field, i, into);
        }
    }

    private final Current current = new Current();
    private final Evaluation evaluation = new Evaluation(current);

    private static Condition condition(String text) {
        return switch (Expressions.condition(text, Scope.RESPONSE)) {
            case Reading.Accepted<Condition>(Condition tree) -> tree;
            case Reading.Refused<Condition> refused -> throw new AssertionError(text + ": " + refused.message());
        };
    }

    /// The rules that match, asked for one after the other.
    private List<Integer> matching(RuleProgram program) {
        List<Integer> matching = new ArrayList<>();
        for (int i = program.next(evaluation, 0); i >= 0; i = program.next(evaluation, i + 1)) {
            matching.add(i);
        }
        return matching;
    }

    private static List<Integer> interpreted(List<Condition> conditions, Facts facts) {
        List<Integer> matching = new ArrayList<>();
        for (int i = 0; i < conditions.size(); i++) {
            if (Interpreter.met(conditions.get(i), facts)) {
                matching.add(i);
            }
        }
        return matching;
    }

    @Test
    void compiledRulesMatchWhatInterpretedOnesDo() {
        Random random = new Random(5);
        RandomRules rules = new RandomRules(random);
        long met = 0;
        long asked = 0;
        for (int i = 0; i < 400; i++) {
            int size = random.nextInt(4) == 0 ? 1 + random.nextInt(7) : 8 + random.nextInt(150);
            List<String> texts = new ArrayList<>();
            for (int j = 0; j < size; j++) {
                texts.add(rules.condition());
            }
            List<Condition> conditions =
                    texts.stream().map(RuleProgramTest::condition).toList();
            RuleProgram program = RuleProgram.of(texts, Scope.RESPONSE);
            RuleProgram other = RuleProgram.of(List.of(conditions.getLast()));
            for (int j = 0; j < 20; j++) {
                current.facts = rules.facts();
                evaluation.begin();
                List<Integer> expected = interpreted(conditions, current.facts);
                List<Integer> found = matching(program);
                if (!found.equals(expected)) {
                    List<Integer> wrong = new ArrayList<>(expected);
                    wrong.removeAll(found);
                    found.removeAll(expected);
                    wrong.addAll(found);
                    assertThat(wrong.stream().map(texts::get))
                            .as("decided otherwise")
                            .isEmpty();
                }
                met += expected.size();
                asked += size;
                // Another program in between changes nothing.
                assertThat(other.next(evaluation, 0) == 0).isEqualTo(expected.contains(size - 1));
                assertThat(matching(program)).isEqualTo(expected);
            }
        }
        assertThat(asked).isGreaterThan(300_000);
        assertThat(rules.refused()).isLessThan((int) (asked / 100));
        assertThat(met).isBetween(asked / 10, asked * 9 / 10);
    }

    @Test
    void compiledValuesAreWhatInterpretedOnesAre() {
        Random random = new Random(6);
        RandomRules rules = new RandomRules(random);
        int present = 0;
        for (int i = 0; i < 5_000; i++) {
            String text = rules.text();
            Value tree = switch (Expressions.text(text, Scope.RESPONSE)) {
                case Reading.Accepted<Value>(Value accepted) -> accepted;
                case Reading.Refused<Value> refused -> throw new AssertionError(text + ": " + refused.message());
            };
            TextProgram program = TextProgram.of(text, Scope.RESPONSE).orElseThrow();
            for (int j = 0; j < 8; j++) {
                current.facts = rules.facts();
                evaluation.begin();
                String expected = Interpreter.text(tree, current.facts);
                assertThat(program.text(evaluation)).as(text).isEqualTo(expected);
                assertThat(program.text(evaluation)).as("again").isEqualTo(expected);
                present += expected == null ? 0 : 1;
            }
        }
        assertThat(present).isGreaterThan(20_000);
    }

    @Test
    void computedValuesLargerThanTheArenaAreRight() {
        String path = "/A".repeat(Arena.SIZE / 2 + 7);
        current.facts = new GivenFacts().text(RuleField.HTTP_REQUEST_URI_PATH, path);
        evaluation.begin();
        TextProgram program = TextProgram.of(
                        "concat(lower(http.request.uri.path), http.request.uri.path)", Scope.REQUEST)
                .orElseThrow();
        assertThat(program.text(evaluation)).isEqualTo("/a".repeat(Arena.SIZE / 2 + 7) + path);
    }

    @Test
    void knowsWhatRulesDependOn() {
        RuleProgram hosts = RuleProgram.of(
                List.of("http.host eq \"a.test\"", "not lower(http.host) contains \"b\"", "true"), Scope.REQUEST);
        assertThat(hosts.dependsOnlyOn(RuleField.HTTP_HOST)).isTrue();
        assertThat(hosts.dependsOnlyOn(RuleField.SSL)).isFalse();
        RuleProgram more = RuleProgram.of(
                List.of("http.host eq \"a.test\" and any(http.request.headers[\"a\"][*] eq \"b\")"), Scope.REQUEST);
        assertThat(more.dependsOnlyOn(RuleField.HTTP_HOST)).isFalse();
        assertThat(more.dependsOnlyOn(RuleField.HTTP_HOST, RuleField.HTTP_REQUEST_HEADERS))
                .isTrue();
        assertThat(RuleProgram.of(List.of("false and ssl"), Scope.REQUEST).dependsOnlyOn())
                .isTrue();
    }

    @Test
    void anExpressionThatCannotBeReadMatchesNothing() {
        RuleProgram program = RuleProgram.of(List.of("no.such.field eq 1", "true"), Scope.REQUEST);
        evaluation.begin();
        assertThat(matching(program)).containsExactly(1);
        assertThat(RuleProgram.of(List.of(), Scope.REQUEST).isEmpty()).isTrue();
    }
}
