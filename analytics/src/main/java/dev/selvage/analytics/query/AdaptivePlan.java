package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Row;
import dev.selvage.analytics.estimate.Interval;
import dev.selvage.analytics.store.CounterKind;
import dev.selvage.analytics.store.Level;
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

/// How a question to the adaptive dataset is answered.
///
/// * From counters, when one kind of them holds every dimension that is grouped or filtered by, and every
/// number, and the times fall on the minutes, hours or days that they are kept in. Exact.
/// * Else from rows, see [RowAnswer].
final class AdaptivePlan {
    private final Question question;
    private final QueryEngine.Limits limits;
    private final long now;
    private final List<Measure> measures;
    private final Window window;

    private AdaptivePlan(Question question, QueryEngine.Limits limits, long now, List<Measure> measures) {
        this.question = question;
        this.limits = limits;
        this.now = now;
        this.measures = measures;
        window = Window.of(question.filter());
    }

    static AdaptivePlan of(Question question, QueryEngine.Limits limits, long now) {
        Set<String> wanted = new HashSet<>(question.fields());
        question.order().forEach(order -> wanted.add(order.path()));
        boolean bounded = wanted.contains(Certainty.FIELD);
        List<Measure> measures = question.dataset().measures().stream()
                .filter(measure -> wanted.contains(measure.path()) || (bounded && requests(measure)))
                .toList();
        return new AdaptivePlan(question, limits, now, measures);
    }

    private static boolean requests(Measure measure) {
        return measure.shape() instanceof Measure.Total(Term term) && term.equals(Term.REQUESTS);
    }

    QueryEngine.Answer run(QueryEngine.Reading reading) throws EngineFailure {
        Optional<CounterKind> kind = kind();
        if (kind.isPresent()) {
            Optional<Counted> counted = counted();
            if (counted.isPresent()) {
                counted.get().checkAge(question, limits, now);
                return fromCounters(reading, kind.get(), counted.get());
            }
        }
        return new RowAnswer(question, measures, window, limits, now).run(reading);
    }

    /// The counters that decide the times of the question, if any do: the widest, which are the fewest to read and are
    /// kept longest.
    private Optional<Counted> counted() {
        for (Level level : List.of(Level.DAY, Level.HOUR, Level.MINUTE)) {
            if (!shown().allMatch(each -> each.bucket() == 0 || each.bucket() >= level.milliseconds())) {
                continue;
            }
            if (!window.intricate()) {
                return Counted.of(window.from(), window.until(), level, now);
            }
            Clause clause = Clause.of(question.filter(), "bucket", 1, AdaptivePlan::counterColumn);
            if (clause.decidedBy(level.milliseconds(), now)) {
                QueryEngine.checkAge(question, clause.from(), Counted.kept(level, limits), now);
                return Optional.of(Counted.at(level, clause));
            }
        }
        return Optional.empty();
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
    private Optional<CounterKind> kind() {
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

    static String counterColumn(Dimension dimension) {
        if (dimension.counter() == null) {
            throw new IllegalStateException("no counter holds " + dimension.name());
        }
        return dimension.counter();
    }

    private QueryEngine.Answer fromCounters(QueryEngine.Reading reading, CounterKind kind, Counted counted)
            throws EngineFailure {
        List<Clause> parts = new ArrayList<>(List.of(Clause.zones(question.zones()), Counted.kind(kind)));
        List<Condition> rest = window.intricate() ? List.of(question.filter()) : window.rest();
        rest.forEach(each -> parts.add(Clause.of(each, "bucket", 1, AdaptivePlan::counterColumn)));
        RowPlan.Relation from = counted.relation(reading, "*", Clause.all(parts));
        StringBuilder sql = new StringBuilder("SELECT count(*)");
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < question.dimensions().size(); i++) {
            Dimension dimension = question.dimensions().get(i);
            sql.append(", ").append(expression(dimension)).append(" AS d").append(i);
            keys.add("d" + i);
        }
        for (int i = 0; i < measures.size(); i++) {
            sql.append(", CAST(")
                    .append(measures.get(i).counter())
                    .append(" AS DOUBLE) AS m")
                    .append(i);
        }
        sql.append(" FROM ").append(from.sql());
        if (!keys.isEmpty()) {
            sql.append(" GROUP BY ").append(String.join(", ", keys));
        }
        sql.append(" HAVING count(*) > 0");
        orderBy(sql, keys);
        sql.append(" LIMIT ").append(question.limit());
        List<Map<String, Object>> groups = new ArrayList<>();
        long[] read = new long[1];
        reading.select(sql.toString(), from.values(), row -> {
            read[0] += row.getLong(0);
            groups.add(group(row));
        });
        return new QueryEngine.Answer(groups, Report.ofCounters(read[0]));
    }

    private static String expression(Dimension dimension) {
        return dimension.bucket() > 0 ? "bucket - bucket % " + dimension.bucket() : counterColumn(dimension);
    }

    private void orderBy(StringBuilder sql, List<String> keys) {
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
        return "min(" + expression(ordering(question, path)) + ")";
    }

    /// A dimension that is not grouped by orders the groups by its least value in each.
    static Dimension ordering(Question question, String path) {
        return question.dataset().dimensions(true).stream()
                .filter(each -> each.name().equals(path))
                .findFirst()
                .orElseThrow(() -> Refusal.argument(question.field(), "unknown order \"" + path + "\""));
    }

    private Map<String, Object> group(Row row) {
        Map<String, Object> group = new HashMap<>();
        int at = 1;
        Map<String, Object> dimensions = new LinkedHashMap<>();
        for (Dimension dimension : question.dimensions()) {
            dimensions.put(dimension.name(), value(row, at++, dimension));
        }
        group.put("dimensions", dimensions);
        Map<Measure, Certainty.Bounds> bounds = new LinkedHashMap<>();
        long requests = 0;
        for (Measure measure : measures) {
            double number = row.getDouble(at++);
            if (requests(measure)) {
                requests = Math.round(number);
            }
            long sample = requests;
            bounds.put(measure, _ -> new Interval(number, number, number, sample, true));
            Certainty.put(group, measure, rounded(measure, number));
        }
        if (question.fields().contains(Certainty.FIELD)) {
            bounds.keySet().removeIf(measure -> !measure.bounded());
            group.put(Certainty.FIELD, new Certainty(bounds));
        }
        return group;
    }

    static Object value(Row row, int column, Dimension dimension) {
        if (dimension.constant() != null) {
            return dimension.constant();
        }
        return dimension.type() == ValueType.STRING ? row.getString(column) : (Object) row.getLong(column);
    }

    static Object rounded(Measure measure, double number) {
        if (measure.shape() instanceof Measure.Constant(Object value)) {
            return value;
        }
        return measure.type() == ValueType.FLOAT64 ? (Object) number : (Object) Math.round(number);
    }
}
