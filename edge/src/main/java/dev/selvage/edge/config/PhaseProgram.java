package dev.selvage.edge.config;

import dev.selvage.model.rules.PhaseRules;
import dev.selvage.model.rules.Rule;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Scope;
import dev.selvage.rules.program.Evaluation;
import dev.selvage.rules.program.RuleProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The compiled rules of one phase of a zone: their conditions, and what happens where they are met.
///
/// @param <A> what happens
public final class PhaseProgram<A> {
    private final RuleProgram conditions;
    private final List<Compiled<A>> rules;

    /// A rule with what it does.
    private record Compiled<A>(String id, A action) {}

    private PhaseProgram(RuleProgram conditions, List<Compiled<A>> rules) {
        this.conditions = conditions;
        this.rules = List.copyOf(rules);
    }

    /// The rules of a phase.
    ///
    /// @param compiler what a rule does, in the form that the edge does it in; empty for a rule that cannot be read
    static <A, C> PhaseProgram<C> of(PhaseRules<A> phase, Scope scope, Function<Rule<A>, Optional<C>> compiler) {
        List<String> expressions = new ArrayList<>();
        List<Compiled<C>> rules = new ArrayList<>();
        for (Rule<A> rule : phase.rules()) {
            compiler.apply(rule).ifPresent(action -> {
                expressions.add(rule.expression());
                rules.add(new Compiled<>(rule.id(), action));
            });
        }
        return new PhaseProgram<>(RuleProgram.of(expressions, scope), rules);
    }

    /// True when there are no rules, so that nothing need be asked.
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    public int size() {
        return rules.size();
    }

    /// True when which rules are met is the same for all requests that have the same in these fields.
    boolean dependsOnlyOn(RuleField... fields) {
        return conditions.dependsOnlyOn(fields);
    }

    /// The first rule at or after `from` that is met; -1 when none is.
    public int next(Evaluation evaluation, int from) {
        return from >= rules.size() ? -1 : conditions.next(evaluation, from);
    }

    public A action(int i) {
        return rules.get(i).action();
    }

    /// The fields that the rule's condition asks for.
    public Set<RuleField> asked(int i) {
        return conditions.asked(i);
    }

    /// The rule's id.
    public String id(int i) {
        return rules.get(i).id();
    }
}
