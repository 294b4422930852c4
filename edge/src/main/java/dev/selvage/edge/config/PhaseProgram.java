package dev.selvage.edge.config;

import dev.selvage.rules.RuleField;
import dev.selvage.rules.Scope;
import dev.selvage.rules.program.Evaluation;
import dev.selvage.rules.program.RuleProgram;
import java.util.List;

/// The compiled rules of one phase of a zone: their conditions, and what happens where they are met.
///
/// @param <A> what happens
public final class PhaseProgram<A> {
    private final RuleProgram conditions;
    private final List<Compiled<A>> rules;

    /// A rule with what it does.
    record Compiled<A>(String id, String expression, A action) {}

    private PhaseProgram(RuleProgram conditions, List<Compiled<A>> rules) {
        this.conditions = conditions;
        this.rules = List.copyOf(rules);
    }

    static <A> PhaseProgram<A> of(List<Compiled<A>> rules, Scope scope) {
        return new PhaseProgram<>(
                RuleProgram.of(rules.stream().map(Compiled::expression).toList(), scope), rules);
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

    /// The rule's condition, as its owner wrote it.
    public String expression(int i) {
        return rules.get(i).expression();
    }

    /// The rule's id.
    public String id(int i) {
        return rules.get(i).id();
    }
}
