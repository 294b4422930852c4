package dev.selvage.rules.program;

import dev.selvage.rules.Condition;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which rules a request may meet, by the literals that must stand in its fields. Immutable.
final class Index {
    /// Fewest rules that a field is looked through for; fewer are evaluated faster.
    private static final int FEWEST = 4;

    private final RuleField[] fields;
    private final Literals[] literals;

    /// The rules of which nothing is known beforehand.
    private final long[] always;

    Index(List<Condition> conditions) {
        Hints hints = new Hints(conditions);
        Map<RuleField, Integer> asking = new EnumMap<>(RuleField.class);
        List<Map<RuleField, List<String>>> wanted = conditions.stream()
                .map(condition -> byField(hints.of(condition)))
                .toList();
        wanted.forEach(fields -> fields.keySet().forEach(field -> asking.merge(field, 1, Integer::sum)));
        Map<RuleField, Literals.Builder> builders = new EnumMap<>(RuleField.class);
        always = new long[(conditions.size() + 63) >> 6];
        for (int rule = 0; rule < conditions.size(); rule++) {
            if (!add(wanted.get(rule), asking, builders, rule) && !never(conditions.get(rule))) {
                always[rule >> 6] |= 1L << rule;
            }
        }
        fields = builders.keySet().toArray(RuleField[]::new);
        literals = builders.values().stream().map(Literals.Builder::build).toArray(Literals[]::new);
    }

    private static boolean never(Condition condition) {
        return condition instanceof Condition.Constant(boolean met) && !met;
    }

    private static Map<RuleField, List<String>> byField(@Nullable List<Hint> hints) {
        Map<RuleField, List<String>> byField = new EnumMap<>(RuleField.class);
        if (hints != null) {
            hints.stream()
                    .distinct()
                    .forEach(hint -> byField.computeIfAbsent(hint.field(), _ -> new ArrayList<>())
                            .add(hint.literal()));
        }
        return byField;
    }

    /// False when the rule has to be evaluated always.
    private static boolean add(
            Map<RuleField, List<String>> wanted,
            Map<RuleField, Integer> asking,
            Map<RuleField, Literals.Builder> builders,
            int rule) {
        if (wanted.isEmpty() || wanted.keySet().stream().anyMatch(field -> asking.getOrDefault(field, 0) < FEWEST)) {
            return false;
        }
        for (Map.Entry<RuleField, List<String>> field : wanted.entrySet()) {
            Literals.Builder builder = builders.computeIfAbsent(field.getKey(), _ -> new Literals.Builder());
            // What was added for another field before only makes the rule a candidate more often.
            if (!builder.add(field.getValue(), rule)) {
                return false;
            }
        }
        return true;
    }

    void mark(Evaluation e, long[] into) {
        System.arraycopy(always, 0, into, 0, always.length);
        for (int i = 0; i < fields.length; i++) {
            Slice text = e.field(fields[i].ordinal());
            if (text != null) {
                literals[i].mark(text, into);
            }
        }
    }
}
