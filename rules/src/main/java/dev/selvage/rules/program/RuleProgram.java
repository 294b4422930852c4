package dev.selvage.rules.program;

import dev.selvage.rules.Condition;
import dev.selvage.rules.Expressions;
import dev.selvage.rules.Interpreter;
import dev.selvage.rules.Reading;
import dev.selvage.rules.Scope;
import java.util.List;

/// The conditions of an ordered list of rules. Immutable; any number of loops may use it at once.
public final class RuleProgram {
    private final List<Condition> conditions;

    private RuleProgram(List<Condition> conditions) {
        this.conditions = List.copyOf(conditions);
    }

    /// Compiles the rules of a phase. An expression that cannot be read matches nothing.
    public static RuleProgram of(List<String> expressions, Scope scope) {
        return new RuleProgram(expressions.stream()
                .map(expression -> switch (Expressions.condition(expression, scope)) {
                    case Reading.Accepted<Condition>(Condition tree) -> tree;
                    case Reading.Refused<Condition> _ -> (Condition) new Condition.Constant(false);
                })
                .toList());
    }

    /// True when there are no rules.
    public boolean isEmpty() {
        return conditions.isEmpty();
    }

    public int size() {
        return conditions.size();
    }

    /// The first rule at or after `from` that the request meets; -1 when none does.
    public int next(Evaluation evaluation, int from) {
        for (int i = from; i < conditions.size(); i++) {
            if (Interpreter.met(conditions.get(i), evaluation.facts())) {
                return i;
            }
        }
        return -1;
    }
}
