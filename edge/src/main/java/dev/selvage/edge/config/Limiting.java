package dev.selvage.edge.config;

import dev.selvage.edge.limit.RateTable;
import dev.selvage.model.rules.RateLimit;
import dev.selvage.model.rules.Rule;
import dev.selvage.model.rules.Screening;
import dev.selvage.rules.Expressions;
import dev.selvage.rules.Reading;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Scope;
import dev.selvage.rules.Type;
import dev.selvage.rules.program.Evaluation;
import dev.selvage.rules.program.RuleProgram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A compiled rate limit.
public final class Limiting {
    private final RateLimit limit;
    private final RateTable.Limit rate;
    private final List<Characteristic> characteristics;
    private final @Nullable RuleProgram counting;
    private final boolean countsResponses;

    /// What is counted apart: a field, or the values of a name in a map.
    ///
    /// @param name as the field has it; empty for the field itself
    public record Characteristic(RuleField field, byte[] name) {}

    private Limiting(
            RateLimit limit,
            List<Characteristic> characteristics,
            @Nullable RuleProgram counting,
            boolean countsResponses) {
        this.limit = limit;
        this.rate = new RateTable.Limit(
                limit.period() * 1_000L, limit.requestsPerPeriod(), limit.mitigationTimeout() * 1_000L);
        this.characteristics = List.copyOf(characteristics);
        this.counting = counting;
        this.countsResponses = countsResponses;
    }

    /// Empty when this version cannot read what it counts, or by what.
    static Optional<Limiting> of(Rule<RateLimit> rule) {
        RateLimit limit = rule.action();
        if (limit.period() < 1 || limit.requestsPerPeriod() < 1 || limit.mitigationTimeout() < 0) {
            return Optional.empty();
        }
        List<Characteristic> characteristics = new ArrayList<>();
        for (String each : limit.characteristics()) {
            // Each PoP counts for itself: that is no field to ask for.
            if (!each.equals("cf.colo.id")) {
                Optional<Characteristic> read = characteristic(each);
                if (read.isEmpty()) {
                    return Optional.empty();
                }
                characteristics.add(read.get());
            }
        }
        String expression = limit.countingExpression();
        if (expression == null || expression.isEmpty()) {
            return Optional.of(new Limiting(limit, characteristics, null, false));
        }
        boolean ofRequest = Expressions.condition(expression, Scope.REQUEST) instanceof Reading.Accepted;
        if (!ofRequest && !(Expressions.condition(expression, Scope.RESPONSE) instanceof Reading.Accepted)) {
            return Optional.empty();
        }
        RuleProgram counting = RuleProgram.of(List.of(expression), ofRequest ? Scope.REQUEST : Scope.RESPONSE);
        return Optional.of(new Limiting(limit, characteristics, counting, !ofRequest));
    }

    /// Reads `field` or `field["name"]`.
    private static Optional<Characteristic> characteristic(String text) {
        if (text.equals("cf.unique_visitor_id")) {
            return Optional.of(new Characteristic(RuleField.IP_SRC, new byte[0]));
        }
        int bracket = text.indexOf("[\"");
        boolean named = bracket >= 0 && text.endsWith("\"]") && bracket + 2 < text.length() - 2;
        String name = named ? text.substring(bracket + 2, text.length() - 2) : "";
        byte[] bytes = name.replace("\\\"", "\"").replace("\\\\", "\\").getBytes(StandardCharsets.UTF_8);
        return RuleField.named(named ? text.substring(0, bracket) : text)
                .filter(field -> field.scope() == Scope.REQUEST && named == (field.type() == Type.MAP))
                .map(field -> new Characteristic(field, bytes));
    }

    public List<Characteristic> characteristics() {
        return characteristics;
    }

    /// What happens to what is over the limit.
    public Screening screening() {
        return limit.screening();
    }

    /// How much is allowed.
    public RateTable.Limit rate() {
        return rate;
    }

    /// True when only what the cache does not answer is counted and limited.
    public boolean toOrigin() {
        return limit.requestsToOrigin();
    }

    /// True when requests are counted by what was answered to them.
    public boolean countsResponses() {
        return countsResponses;
    }

    /// True when there is an expression of its own for what is counted.
    public boolean countsApart() {
        return counting != null;
    }

    /// True when the request at hand is counted, where there is an expression for that.
    public boolean counts(Evaluation evaluation) {
        return counting != null && counting.next(evaluation, 0) == 0;
    }
}
