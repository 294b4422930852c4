package dev.selvage.analytics.query;

import java.util.ArrayList;
import java.util.List;

/// A filter, taken apart into the range of time that all of it lies in, and the rest.
///
/// @param from no matching row began before; epoch milliseconds, `Long.MIN_VALUE` when there is no bound
/// @param until every matching row began before; `Long.MAX_VALUE` when there is no bound
/// @param rest what has to hold besides
record Window(long from, long until, List<Condition> rest) {
    Window {
        rest = List.copyOf(rest);
    }

    static Window of(Condition filter) {
        List<Condition> rest = new ArrayList<>();
        long[] range = {Long.MIN_VALUE, Long.MAX_VALUE};
        split(filter, range, rest);
        return new Window(range[0], range[1], rest);
    }

    private static void split(Condition condition, long[] range, List<Condition> rest) {
        switch (condition) {
            case Condition.All(List<Condition> parts) -> parts.forEach(part -> split(part, range, rest));
            case Condition.Compare(Dimension dimension, Operator operator, List<Object> _)
            when dimension.bucket() > 0 && operator.range() -> {
                Clause clause = Clause.of(condition, "", 1, Dimension::name);
                range[0] = Math.max(range[0], clause.from());
                range[1] = Math.min(range[1], clause.until());
            }
            default -> rest.add(condition);
        }
    }

    /// True when the rest speaks of time too.
    boolean intricate() {
        return rest.stream().flatMap(Condition::dimensions).anyMatch(each -> each.bucket() > 0);
    }
}
