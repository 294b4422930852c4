package dev.selvage.analytics.query;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// A condition as SQL, with the values to bind, and what it says about time.
///
/// @param from no matching row began before; epoch milliseconds
/// @param until no matching row began at or after
/// @param edges every boundary in time that it compares with
record Clause(String sql, List<Object> values, long from, long until, List<Long> edges) {
    static final Clause TRUE = new Clause("TRUE", List.of(), Long.MIN_VALUE, Long.MAX_VALUE, List.of());
    /// Between the values of a list that is bound as one text; in no zone's id.
    static final String SEPARATOR = "\n";

    /// Up to so many values stand in the statement one by one.
    static final int FEW = 10;

    private static final Clause FALSE = new Clause("FALSE", List.of(), Long.MAX_VALUE, Long.MIN_VALUE, List.of());

    /// Compiles a condition.
    ///
    /// @param clock the column that holds when a row began
    /// @param resolution the width of that column's buckets, in milliseconds
    /// @param column the SQL of a dimension that is no time
    static Clause of(Condition condition, String clock, long resolution, Function<Dimension, String> column) {
        return switch (condition) {
            case Condition.All(List<Condition> parts) ->
                all(parts.stream()
                        .map(part -> of(part, clock, resolution, column))
                        .toList());
            case Condition.Any(List<Condition> parts) ->
                any(parts.stream()
                        .map(part -> of(part, clock, resolution, column))
                        .toList());
            case Condition.Compare(Dimension dimension, Operator operator, List<Object> values) -> {
                if (dimension.constant() != null) {
                    yield operator.holds(dimension.constant(), values) ? TRUE : FALSE;
                }
                yield dimension.bucket() > 0
                        ? time(clock, Math.max(dimension.bucket(), resolution), operator, longs(values))
                        : value(column.apply(dimension), operator, values);
            }
        };
    }

    private static List<Long> longs(List<Object> values) {
        return values.stream().map(Long.class::cast).toList();
    }

    /// A bucket compared with a moment is the row's own clock compared with a boundary, which the engine can prune by.
    private static Clause time(String clock, long width, Operator operator, List<Long> moments) {
        return switch (operator) {
            case EQUAL -> same(clock, width, moments.getFirst());
            case IN ->
                any(moments.stream().map(moment -> same(clock, width, moment)).toList());
            case UNEQUAL -> not(same(clock, width, moments.getFirst()));
            case NOT_IN ->
                not(any(moments.stream()
                        .map(moment -> same(clock, width, moment))
                        .toList()));
            case AT_LEAST -> from(clock, ceiling(moments.getFirst(), width));
            case GREATER -> from(clock, floor(moments.getFirst(), width) + width);
            case LESS -> until(clock, ceiling(moments.getFirst(), width));
            case AT_MOST -> until(clock, floor(moments.getFirst(), width) + width);
            default -> throw new IllegalArgumentException("a time has no pattern and is no list");
        };
    }

    private static Clause same(String clock, long width, long moment) {
        return moment == floor(moment, width) ? all(List.of(from(clock, moment), until(clock, moment + width))) : FALSE;
    }

    private static long floor(long moment, long width) {
        return Math.floorDiv(moment, width) * width;
    }

    private static long ceiling(long moment, long width) {
        return Math.ceilDiv(moment, width) * width;
    }

    private static Clause from(String clock, long moment) {
        return new Clause(clock + " >= ?", List.of(moment), moment, Long.MAX_VALUE, List.of(moment));
    }

    private static Clause until(String clock, long moment) {
        return new Clause(clock + " < ?", List.of(moment), Long.MIN_VALUE, moment, List.of(moment));
    }

    private static Clause value(String column, Operator operator, List<Object> values) {
        if (values.isEmpty()) {
            // Only a list may be empty: nothing is in it.
            return operator == Operator.NOT_IN ? TRUE : FALSE;
        }
        Object first = values.getFirst();
        return switch (operator) {
            case EQUAL -> plain(column + " = ?", first);
            case UNEQUAL -> plain(column + " <> ?", first);
            case GREATER -> plain(column + " > ?", first);
            case AT_LEAST -> plain(column + " >= ?", first);
            case LESS -> plain(column + " < ?", first);
            case AT_MOST -> plain(column + " <= ?", first);
            case IN -> new Clause(column + " IN (" + marks(values.size()) + ")", values, MIN, MAX, List.of());
            case NOT_IN -> new Clause(column + " NOT IN (" + marks(values.size()) + ")", values, MIN, MAX, List.of());
            case LIKE -> plain(column + " LIKE ? ESCAPE '\\'", pattern(first));
            case NOT_LIKE -> plain(column + " NOT LIKE ? ESCAPE '\\'", pattern(first));
            default -> throw new IllegalArgumentException("no row holds a list");
        };
    }

    private static final long MIN = Long.MIN_VALUE;
    private static final long MAX = Long.MAX_VALUE;

    private static Clause plain(String sql, Object value) {
        return new Clause(sql, List.of(value), MIN, MAX, List.of());
    }

    /// `%` is the API's only wildcard; SQL's `_` is one too and stands for itself here.
    private static String pattern(Object value) {
        return Objects.toString(value).replace("\\", "\\\\").replace("_", "\\_");
    }

    static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    /// A column that holds one of these zones.
    static Clause zones(List<String> zones) {
        if (zones.size() <= FEW) {
            return new Clause("zone IN (" + marks(zones.size()) + ")", List.copyOf(zones), MIN, MAX, List.of());
        }
        // The bounds are what the engine skips parts of a file by.
        return new Clause(
                "(zone >= ? AND zone <= ? AND zone IN (SELECT unnest(string_split(?, '" + SEPARATOR + "'))))",
                List.of(Collections.min(zones), Collections.max(zones), String.join(SEPARATOR, zones)),
                MIN,
                MAX,
                List.of());
    }

    static Clause all(List<Clause> parts) {
        return join(parts, " AND ", TRUE, true);
    }

    private static Clause any(List<Clause> parts) {
        return join(parts, " OR ", FALSE, false);
    }

    private static Clause join(List<Clause> parts, String word, Clause none, boolean narrow) {
        if (parts.isEmpty()) {
            return none;
        }
        StringBuilder sql = new StringBuilder("(");
        List<Object> values = new ArrayList<>();
        List<Long> edges = new ArrayList<>();
        long from = narrow ? MIN : MAX;
        long until = narrow ? MAX : MIN;
        for (Clause part : parts) {
            sql.append(sql.length() == 1 ? "" : word).append(part.sql);
            values.addAll(part.values);
            edges.addAll(part.edges);
            from = narrow ? Math.max(from, part.from) : Math.min(from, part.from);
            until = narrow ? Math.min(until, part.until) : Math.max(until, part.until);
        }
        return new Clause(sql.append(')').toString(), values, from, until, edges);
    }

    private static Clause not(Clause part) {
        return new Clause("NOT " + part.sql, part.values, MIN, MAX, part.edges);
    }

    /// True when buckets of `width` milliseconds decide it as well as moments would: each edge falls between two of
    /// them, or lies ahead of `now`, where no event is.
    boolean decidedBy(long width, long now) {
        return edges.stream().allMatch(edge -> edge % width == 0 || edge >= now);
    }
}
