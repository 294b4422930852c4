package dev.selvage.analytics.query;

import dev.selvage.analytics.store.CounterKind;
import dev.selvage.analytics.store.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How a question to the adaptive dataset is answered: from which table, by which SQL.
///
/// * Counters, when one kind of them holds every dimension that is grouped or filtered by, and every number, and the
/// times fall on the minutes, hours or days that they are kept in. Exact.
/// * Else rows by weight: a total is Σ value × weight, a mean Σ value × weight / Σ weight. Exact when every row of the
/// zones and the time has weight 1.
final class AdaptivePlan {
    private static final String CLOCK = "started";

    private final Question question;
    private final QueryEngine.Limits limits;
    private final long now;
    private final List<Measure> measures;

    private AdaptivePlan(Question question, QueryEngine.Limits limits, long now, List<Measure> measures) {
        this.question = question;
        this.limits = limits;
        this.now = now;
        this.measures = measures;
    }

    static AdaptivePlan of(Question question, QueryEngine.Limits limits, long now) {
        Set<String> wanted = new HashSet<>(question.fields());
        question.order().forEach(order -> wanted.add(order.path()));
        if (wanted.contains(Intervals.FIELD)) {
            wanted.add("count");
        }
        List<Measure> measures = Dataset.adaptiveMeasures().stream()
                .filter(measure -> wanted.contains(measure.path()))
                .toList();
        return new AdaptivePlan(question, limits, now, measures);
    }

    List<Map<String, Object>> run(QueryEngine.Reading reading) throws SQLException {
        Optional<CounterKind> kind = counters();
        if (kind.isPresent()) {
            Clause clause = Clause.of(question.filter(), "bucket", 1, AdaptivePlan::counterColumn);
            // The widest counters that decide it: fewest to read, and kept longest.
            for (Level level : new Level[] {Level.DAY, Level.HOUR, Level.MINUTE}) {
                if (clause.decidedBy(level.milliseconds(), now) && shown().allMatch(each -> wide(each, level))) {
                    QueryEngine.checkAge(question, clause, kept(level), now);
                    return fromCounters(reading, kind.get(), level, clause);
                }
            }
        }
        return fromRows(reading);
    }

    private Duration kept(Level level) {
        return switch (level) {
            case MINUTE -> limits.minutes();
            case HOUR -> limits.hours();
            case DAY -> Duration.ofDays(365_000);
        };
    }

    private static boolean wide(Dimension dimension, Level level) {
        return dimension.bucket() == 0 || dimension.bucket() >= level.milliseconds();
    }

    /// The dimensions that groups are made or ordered by.
    private Stream<Dimension> shown() {
        Set<String> ordered =
                question.order().stream().map(Question.Order::path).collect(Collectors.toSet());
        return Stream.concat(
                question.dimensions().stream(),
                question.dataset().dimensions(true).stream().filter(each -> ordered.contains(each.name())));
    }

    /// The one kind of counters that holds the question, if any.
    private Optional<CounterKind> counters() {
        CounterKind kind = null;
        for (Dimension dimension :
                Stream.concat(shown(), question.filter().dimensions()).toList()) {
            if (dimension.universal()) {
                continue;
            }
            if (dimension.kind() == null || (kind != null && kind != dimension.kind())) {
                return Optional.empty();
            }
            kind = dimension.kind();
        }
        CounterKind found = kind == null ? CounterKind.CROSSED : kind;
        return measures.stream().allMatch(measure -> measure.held(found)) ? Optional.of(found) : Optional.empty();
    }

    private static String counterColumn(Dimension dimension) {
        if (dimension.counter() == null) {
            throw new IllegalStateException("no counter holds " + dimension.name());
        }
        return dimension.counter();
    }

    private static String rowColumn(Dimension dimension) {
        if (dimension.row() == null) {
            throw new IllegalStateException("no row holds " + dimension.name());
        }
        return dimension.row();
    }

    private List<Map<String, Object>> fromCounters(
            QueryEngine.Reading reading, CounterKind kind, Level level, Clause clause) throws SQLException {
        Clause where = Clause.all(List.of(
                QueryEngine.zones(question),
                new Clause("kind = " + kind.code(), List.of(), Long.MIN_VALUE, Long.MAX_VALUE, List.of()),
                clause));
        Select select = new Select("bucket", true);
        List<Map<String, Object>> groups = new ArrayList<>();
        // An hour's counters are the hour's rolled ones and the hot minutes that are not among them yet.
        String from = "(SELECT * FROM " + level.counters() + " UNION ALL BY NAME SELECT * REPLACE (bucket - bucket % "
                + level.milliseconds() + " AS bucket) FROM " + Level.HOT_COUNTERS + ")";
        reading.select(select.sql(from, where.sql()), where.values(), row -> {
            groups.add(select.group(row));
            reading.asking().read(row.getLong("n"));
        });
        return groups;
    }

    private List<Map<String, Object>> fromRows(QueryEngine.Reading reading) throws SQLException {
        Clause clause = Clause.of(question.filter(), CLOCK, 1, AdaptivePlan::rowColumn);
        QueryEngine.checkAge(question, clause, limits.rows(), now);
        long factor = thinning(reading, clause);
        List<Clause> parts = new ArrayList<>(List.of(QueryEngine.zones(question), clause));
        if (factor > 1) {
            // Another hash than the one that chose the row: independent, and nested from one factor to the next.
            parts.add(
                    new Clause("hash(ray) % " + factor + " = 0", List.of(), Long.MIN_VALUE, Long.MAX_VALUE, List.of()));
        }
        Clause where = Clause.all(parts);
        Select select = new Select(CLOCK, false);
        List<Map<String, Object>> groups = new ArrayList<>();
        String from = "(SELECT *, weight * " + factor + " AS w FROM event)";
        reading.select(select.sql(from, where.sql()), where.values(), row -> groups.add(select.group(row)));
        return groups;
    }

    /// How many rows one row has to stand for, so that the budget suffices: a power of ten that only the stored rows
    /// and the question decide.
    private long thinning(QueryEngine.Reading reading, Clause clause) throws SQLException {
        Clause zones = QueryEngine.zones(question);
        List<Object> values = new ArrayList<>(zones.values());
        values.add(clause.from());
        values.add(clause.until());
        long[] count = new long[1];
        double[] weight = new double[1];
        reading.select(
                "SELECT count(*), coalesce(max(weight), 1) FROM event WHERE " + zones.sql()
                        + " AND started >= ? AND started < ?",
                values,
                row -> {
                    count[0] = row.getLong(1);
                    weight[0] = row.getDouble(2);
                });
        long factor = 1;
        while (count[0] / factor > limits.rowBudget()) {
            factor *= 10;
        }
        reading.asking().read(count[0] / factor);
        // Not by the rows that match: where none of a sampled zone's matches, there may have been some.
        if (factor > 1 || weight[0] > 1) {
            reading.asking().estimated();
        }
        return factor;
    }

    /// The columns of the statement, and how a row of the result becomes a group.
    private final class Select {
        private final String clock;
        private final boolean counters;
        private final boolean intervals = question.fields().contains(Intervals.FIELD);

        Select(String clock, boolean counters) {
            this.clock = clock;
            this.counters = counters;
        }

        String sql(String from, String where) {
            StringBuilder sql = new StringBuilder("SELECT count(*) AS n");
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < question.dimensions().size(); i++) {
                sql.append(", ")
                        .append(expression(question.dimensions().get(i)))
                        .append(" AS d")
                        .append(i);
                keys.add("d" + i);
            }
            for (int i = 0; i < measures.size(); i++) {
                Measure measure = measures.get(i);
                sql.append(", CAST(")
                        .append(expression(measure))
                        .append(" AS DOUBLE) AS m")
                        .append(i);
                if (intervals && measure.value() != null) {
                    sql.append(", CAST(")
                            .append(
                                    counters
                                            ? "0"
                                            : "sum(CAST(" + measure.value() + " AS DOUBLE) * " + measure.value()
                                                    + " * w * (w - 1))")
                            .append(" AS DOUBLE) AS v")
                            .append(i);
                }
            }
            sql.append(" FROM ").append(from).append(" WHERE ").append(where);
            if (!keys.isEmpty()) {
                sql.append(" GROUP BY ").append(String.join(", ", keys));
            }
            sql.append(" HAVING count(*) > 0");
            Set<String> order = new LinkedHashSet<>();
            for (Question.Order each : question.order()) {
                order.add(orderBy(each.path()) + (each.descending() ? " DESC" : " ASC"));
            }
            for (String key : keys) {
                if (!order.contains(key + " DESC")) {
                    order.add(key + " ASC");
                }
            }
            if (!order.isEmpty()) {
                sql.append(" ORDER BY ").append(String.join(", ", order));
            }
            return sql.append(" LIMIT ").append(question.limit()).toString();
        }

        private String orderBy(String path) {
            for (int i = 0; i < question.dimensions().size(); i++) {
                if (question.dimensions().get(i).name().equals(path)) {
                    return "d" + i;
                }
            }
            for (int i = 0; i < measures.size(); i++) {
                if (measures.get(i).path().equals(path)) {
                    return "m" + i;
                }
            }
            // A dimension that is not grouped by orders the groups by its least value in each.
            for (Dimension dimension : question.dataset().dimensions(true)) {
                if (dimension.name().equals(path)) {
                    return "min(" + expression(dimension) + ")";
                }
            }
            throw Refusal.argument(question.field(), "unknown order \"" + path + "\"");
        }

        private String expression(Dimension dimension) {
            if (dimension.bucket() > 0) {
                return clock + " - " + clock + " % " + dimension.bucket();
            }
            return counters ? counterColumn(dimension) : rowColumn(dimension);
        }

        private String expression(Measure measure) {
            String counter = measure.counter();
            return counters && counter != null ? counter : measure.row();
        }

        Map<String, Object> group(ResultSet row) throws SQLException {
            Map<String, Object> group = new HashMap<>();
            Map<String, Object> dimensions = new LinkedHashMap<>();
            for (int i = 0; i < question.dimensions().size(); i++) {
                Dimension dimension = question.dimensions().get(i);
                @Nullable
                Object value =
                        dimension.type() == ValueType.STRING ? row.getString("d" + i) : (Object) row.getLong("d" + i);
                dimensions.put(dimension.name(), value == null ? "" : value);
            }
            group.put("dimensions", dimensions);
            Map<String, Intervals.Moments> moments = new HashMap<>();
            long n = row.getLong("n");
            for (int i = 0; i < measures.size(); i++) {
                Measure measure = measures.get(i);
                double number = row.getDouble("m" + i);
                if (intervals && measure.value() != null) {
                    // A count is its own sample where it is no estimate.
                    long sample = counters ? Math.round(row.getDouble("m0")) : n;
                    moments.put(
                            measure.path(), new Intervals.Moments(number, row.getDouble("v" + i), sample, counters));
                }
                put(group, measure, number);
            }
            if (intervals) {
                group.put(Intervals.FIELD, moments);
            }
            return group;
        }

        @SuppressWarnings("unchecked")
        private void put(Map<String, Object> group, Measure measure, double number) {
            Object value = measure.type() == ValueType.FLOAT64 ? (Object) number : (Object) Math.round(number);
            if (measure.group().isEmpty()) {
                group.put(measure.name(), value);
            } else {
                ((Map<String, Object>) group.computeIfAbsent(measure.group(), _ -> new LinkedHashMap<String, Object>()))
                        .put(measure.name(), value);
            }
        }
    }
}
