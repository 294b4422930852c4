package dev.selvage.rules.program;

import dev.selvage.rules.Asked;
import dev.selvage.rules.Condition;
import dev.selvage.rules.Expressions;
import dev.selvage.rules.Reading;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Scope;
import java.util.List;
import java.util.Set;

/// The conditions of an ordered list of rules. Immutable; any number of loops may use it at once.
///
/// Evaluating allocates nothing, but for the functions that are interpreted (see [Compiler]).
public final class RuleProgram {
    /// Fewest rules that there is an index of.
    private static final int INDEXED = 8;

    private final Checks[] checks;
    private final Index index;
    private final boolean indexed;
    private final int slots;
    private final int words;
    private final List<Set<RuleField>> asked;

    private RuleProgram(List<Condition> conditions) {
        List<Condition> folded = conditions.stream().map(Compiler::folded).toList();
        Compiler compiler = new Compiler();
        checks = folded.stream().map(compiler::check).toArray(Checks[]::new);
        slots = compiler.slots();
        indexed = checks.length >= INDEXED;
        index = new Index(indexed ? folded : List.of());
        words = (checks.length + 63) >> 6;
        asked = folded.stream().map(condition -> Asked.by(condition).fields()).toList();
    }

    /// Compiles the rules of a phase. An expression that cannot be read matches nothing.
    public static RuleProgram of(List<String> expressions, Scope scope) {
        return of(expressions.stream()
                .map(expression -> switch (Expressions.condition(expression, scope)) {
                    case Reading.Accepted<Condition>(Condition tree) -> tree;
                    case Reading.Refused<Condition> _ -> (Condition) new Condition.Constant(false);
                })
                .toList());
    }

    /// Compiles conditions.
    public static RuleProgram of(List<Condition> conditions) {
        return new RuleProgram(conditions);
    }

    /// True when there are no rules.
    public boolean isEmpty() {
        return checks.length == 0;
    }

    public int size() {
        return checks.length;
    }

    /// True when which rules match is the same for all requests that have the same in these fields.
    public boolean dependsOnlyOn(RuleField... fields) {
        Set<RuleField> known = Set.of(fields);
        return asked.stream().allMatch(known::containsAll);
    }

    /// The fields that a rule's condition asks for; none for one that cannot be read.
    public Set<RuleField> asked(int i) {
        return asked.get(i);
    }

    /// The first rule at or after `from` that the request meets; -1 when none does.
    public int next(Evaluation evaluation, int from) {
        if (from >= checks.length) {
            return -1;
        }
        evaluation.use(this, slots, words);
        if (!indexed) {
            for (int i = from; i < checks.length; i++) {
                if (checks[i].met(evaluation)) {
                    return i;
                }
            }
            return -1;
        }
        long[] candidates = evaluation.candidates();
        if (evaluation.candidatesWanted()) {
            index.mark(evaluation, candidates);
        }
        long left = candidates[from >> 6] & -1L << from;
        for (int word = from >> 6; ; left = candidates[word]) {
            while (left != 0) {
                int i = (word << 6) + Long.numberOfTrailingZeros(left);
                if (checks[i].met(evaluation)) {
                    return i;
                }
                left &= left - 1;
            }
            if (++word == words) {
                return -1;
            }
        }
    }
}
