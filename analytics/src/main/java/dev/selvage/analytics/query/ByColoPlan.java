package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.store.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// How a question to a roll-up by time and PoP is answered: the totals from exact counters, the maps, of
/// which the counters do not know the PoP, from rows.
public final class ByColoPlan {
    /// Most elements of all maps of an answer.
    private static final int MAX_ELEMENTS = 100_000;

    /// A map of a sum: the dimension that it is of, and what an element counts.
    public enum Breakdown {
        COUNTRIES("countryMap", "clientCountryName", ValueType.STRING, "requests bytes threats"),
        STATUSES("responseStatusMap", "edgeResponseStatus", ValueType.UINT64, "requests");

        private final String wire;
        private final String dimension;
        private final ValueType type;
        private final String numbers;

        Breakdown(String wire, String dimension, ValueType type, String numbers) {
            this.wire = wire;
            this.dimension = dimension;
            this.type = type;
            this.numbers = numbers;
        }

        public String wire() {
            return wire;
        }

        /// The field of an element that names the value.
        public String value() {
            return dimension;
        }

        public ValueType type() {
            return type;
        }

        /// The fields of an element that count.
        public List<String> numbers() {
            return List.of(numbers.split(" ", -1));
        }
    }

    private final Question question;
    private final QueryEngine.Limits limits;
    private final long now;

    ByColoPlan(Question question, QueryEngine.Limits limits, long now) {
        this.question = question;
        this.limits = limits;
        this.now = now;
    }

    QueryEngine.Answer run(QueryEngine.Reading reading) throws EngineFailure {
        Level level = question.dataset().level();
        Clause times = Clause.of(question.filter(), "bucket", level.milliseconds(), AdaptivePlan::counterColumn);
        QueryEngine.checkAge(question, times.from(), Counted.kept(level, limits), now);
        QueryEngine.Answer answer = AdaptivePlan.of(question, limits, now).run(reading);
        Report report = answer.report();
        for (Breakdown breakdown : Breakdown.values()) {
            if (question.fields().contains("sum_" + breakdown.wire)
                    && !answer.groups().isEmpty()) {
                report = report.and(attach(reading, answer.groups(), breakdown));
            }
        }
        for (Map<String, Object> group : answer.groups()) {
            Map<String, Object> sum = sum(group);
            for (Breakdown breakdown : Breakdown.values()) {
                sum.putIfAbsent(breakdown.wire, List.of());
            }
            // Nothing is classed as a threat before there is a firewall.
            sum.put("threatPathingMap", List.of());
        }
        return new QueryEngine.Answer(answer.groups(), report);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> sum(Map<String, Object> group) {
        return (Map<String, Object>) group.computeIfAbsent("sum", _ -> new LinkedHashMap<String, Object>());
    }

    private Report attach(QueryEngine.Reading reading, List<Map<String, Object>> groups, Breakdown breakdown)
            throws EngineFailure {
        List<Dimension> dimensions = new ArrayList<>(question.dimensions());
        dimensions.add(Dataset.ADAPTIVE.dimensions(false).stream()
                .filter(each -> each.name().equals(breakdown.dimension))
                .findFirst()
                .orElseThrow());
        Question finer = new Question(
                Dataset.ADAPTIVE,
                question.field(),
                question.path(),
                question.subject(),
                question.zones(),
                dimensions,
                Set.of("count", "sum_edgeResponseBytes"),
                question.filter(),
                List.of(),
                MAX_ELEMENTS);
        QueryEngine.Answer answer = AdaptivePlan.of(finer, limits, now).run(reading);
        Map<Object, Map<String, Object>> byKey = new HashMap<>();
        groups.forEach(group -> byKey.put(Objects.requireNonNull(group.get("dimensions")), group));
        Map<Object, List<Map<String, Object>>> elements = new HashMap<>();
        for (Map<String, Object> each : answer.groups()) {
            Map<String, Object> key = new LinkedHashMap<>(strings(Objects.requireNonNull(each.get("dimensions"))));
            Object value = Objects.requireNonNull(key.remove(breakdown.dimension));
            Map<String, Object> element = new LinkedHashMap<>();
            element.put(breakdown.dimension, value);
            element.put("requests", Objects.requireNonNull(each.get("count")));
            element.put("bytes", Objects.requireNonNull(sum(each).get("edgeResponseBytes")));
            element.put("threats", 0L);
            elements.computeIfAbsent(key, _ -> new ArrayList<>()).add(element);
        }
        elements.forEach((key, list) -> {
            Map<String, Object> group = byKey.get(key);
            if (group != null) {
                sum(group).put(breakdown.wire, list);
            }
        });
        return answer.report();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> strings(Object map) {
        return (Map<String, Object>) map;
    }
}
