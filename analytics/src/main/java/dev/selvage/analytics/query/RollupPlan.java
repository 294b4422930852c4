package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Row;
import dev.selvage.analytics.store.CounterKind;
import dev.selvage.analytics.store.Level;
import dev.selvage.analytics.store.Visitors;
import dev.selvage.model.event.CacheStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How a question to a roll-up (`httpRequests1mGroups` and its kin) is answered: always from exact counters.
///
/// A group is a list of times. Its totals come from the crossed counters, its maps and encrypted traffic from the
/// marginals, its visitors from the sketches.
public final class RollupPlan {
    /// Most groups before the limit, and most rows of maps and sketches that one question reads.
    private static final int MAX_GROUPS = 200_000;
    private static final int MAX_DETAILS = 2_000_000;

    /// A map of a sum: which marginal it is of, what its elements call the value, and what they count.
    public enum Breakdown {
        BROWSERS("browserMap", CounterKind.BROWSER, "uaBrowserFamily", ValueType.STRING, "pageViews"),
        PROTOCOLS("clientHTTPVersionMap", CounterKind.PROTOCOL, "clientHTTPProtocol", ValueType.STRING, "requests"),
        TLS_VERSIONS("clientSSLMap", CounterKind.TLS_VERSION, "clientSSLProtocol", ValueType.STRING, "requests"),
        CONTENT_TYPES(
                "contentTypeMap",
                CounterKind.CONTENT_TYPE,
                "edgeResponseContentTypeName",
                ValueType.STRING,
                "requests bytes"),
        COUNTRIES("countryMap", CounterKind.COUNTRY, "clientCountryName", ValueType.STRING, "requests bytes threats"),
        IP_CLASSES("ipClassMap", CounterKind.IP_CLASS, "ipType", ValueType.STRING, "requests"),
        STATUSES("responseStatusMap", CounterKind.STATUS, "edgeResponseStatus", ValueType.UINT16, "requests");

        private final String wire;
        private final CounterKind kind;
        private final String value;
        private final ValueType type;
        private final String numbers;

        Breakdown(String wire, CounterKind kind, String value, ValueType type, String numbers) {
            this.wire = wire;
            this.kind = kind;
            this.value = value;
            this.type = type;
            this.numbers = numbers;
        }

        public String wire() {
            return wire;
        }

        /// The field of an element that names the value.
        public String value() {
            return value;
        }

        public ValueType type() {
            return type;
        }

        /// The fields of an element that count.
        public List<String> numbers() {
            return List.of(numbers.split(" ", -1));
        }
    }

    /// The sums that come from the crossed counters, by field, with their SQL.
    private static final Map<String, String> SUMS = sums();

    private static final String ENCRYPTED_REQUESTS = "encryptedRequests";
    private static final String ENCRYPTED_BYTES = "encryptedBytes";
    private static final String UNIQUES = "uniq_uniques";

    private static Map<String, String> sums() {
        String cached = Arrays.stream(CacheStatus.values())
                .filter(CacheStatus::bodyFromCache)
                .map(status -> "'" + status.wire() + "'")
                .collect(Collectors.joining(", ", "FILTER (WHERE cache_status IN (", "))"));
        Map<String, String> sums = new LinkedHashMap<>();
        sums.put("requests", "sum(requests)");
        sums.put("bytes", "sum(response_bytes)");
        sums.put("cachedRequests", "coalesce(sum(requests) " + cached + ", 0)");
        sums.put("cachedBytes", "coalesce(sum(response_bytes) " + cached + ", 0)");
        sums.put("edgeRequestBytes", "sum(request_bytes)");
        sums.put("pageViews", "sum(page_views)");
        sums.put("visits", "sum(visits)");
        sums.put("originRequests", "sum(origin_requests)");
        sums.put("originResponseBytes", "sum(origin_response_bytes)");
        return sums;
    }

    /// The plain numbers of `sum`.
    public static List<String> sumFields() {
        List<String> fields = new ArrayList<>(SUMS.keySet());
        fields.addAll(List.of(ENCRYPTED_REQUESTS, ENCRYPTED_BYTES, "threats"));
        return fields;
    }

    /// The paths of all numbers that hold something.
    public static List<String> availableFields() {
        List<String> fields = new ArrayList<>();
        sumFields().stream().filter(field -> !field.equals("threats")).forEach(field -> fields.add("sum_" + field));
        for (Breakdown breakdown : Breakdown.values()) {
            fields.add("sum_" + breakdown.wire());
        }
        fields.addAll(List.of("avg_bytes", "avg_edgeRequestBytes", "avg_sampleInterval", UNIQUES));
        return fields;
    }

    private record Group(
            List<Long> times,
            Map<String, Long> sums,
            Map<Breakdown, List<Map<String, Object>>> maps,
            Visitors visitors) {
        long sum(String field) {
            return sums.getOrDefault(field, 0L);
        }
    }

    private final Question question;
    private final Counted counted;
    private final Clause where;
    private long read;

    private RollupPlan(Question question, Counted counted, Clause where) {
        this.question = question;
        this.counted = counted;
        this.where = where;
    }

    static RollupPlan of(Question question, QueryEngine.Limits limits, long now) {
        Level level = question.dataset().level();
        Clause clause = Clause.of(question.filter(), "bucket", level.milliseconds(), dimension -> {
            throw new IllegalStateException("a roll-up has no dimension " + dimension.name());
        });
        QueryEngine.checkAge(question, clause.from(), Counted.kept(level, limits), now);
        return new RollupPlan(
                question, Counted.at(level, clause), Clause.all(List.of(Clause.zones(question.zones()), clause)));
    }

    QueryEngine.Answer run(QueryEngine.Reading reading) throws EngineFailure {
        Map<List<Long>, Group> groups = totals(reading);
        Set<String> ordered =
                question.order().stream().map(Question.Order::path).collect(Collectors.toSet());
        boolean orderedByDetail = ordered.contains(UNIQUES)
                || ordered.contains("sum_" + ENCRYPTED_REQUESTS)
                || ordered.contains("sum_" + ENCRYPTED_BYTES);
        if (orderedByDetail) {
            Set<String> wanted = new HashSet<>(question.fields());
            wanted.addAll(ordered);
            marginals(reading, groups, wanted);
            visitors(reading, groups, wanted);
        }
        List<Group> sorted =
                groups.values().stream().sorted(order()).limit(question.limit()).toList();
        if (!orderedByDetail) {
            Map<List<Long>, Group> kept = new HashMap<>();
            sorted.forEach(group -> kept.put(group.times(), group));
            marginals(reading, kept, question.fields());
            visitors(reading, kept, question.fields());
        }
        return new QueryEngine.Answer(sorted.stream().map(this::shape).toList(), Report.ofCounters(read));
    }

    private String keys() {
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < question.dimensions().size(); i++) {
            keys.append("bucket - bucket % ")
                    .append(question.dimensions().get(i).bucket())
                    .append(" AS d")
                    .append(i)
                    .append(", ");
        }
        return keys.toString();
    }

    /// The times that a row begins with.
    private List<Long> times(Row row) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < question.dimensions().size(); i++) {
            times.add(row.getLong(i));
        }
        return times;
    }

    /// The sums that are shown or ordered by, and those that means are made of.
    private Set<String> wanted() {
        Set<String> wanted = new HashSet<>();
        Stream.concat(question.fields().stream(), question.order().stream().map(Question.Order::path))
                .forEach(path -> {
                    wanted.add(path.substring(path.indexOf('_') + 1));
                    if (path.startsWith("avg_")) {
                        wanted.add("requests");
                    }
                });
        return wanted;
    }

    private Map<List<Long>, Group> totals(QueryEngine.Reading reading) throws EngineFailure {
        StringBuilder sql = new StringBuilder("SELECT ").append(keys()).append("count(*) AS n");
        // The engine plans an expression in more time than it takes to evaluate it.
        Map<String, String> wanted = new LinkedHashMap<>(SUMS);
        wanted.keySet().retainAll(wanted());
        wanted.forEach((field, expression) -> sql.append(", CAST(")
                .append(expression)
                .append(" AS BIGINT) AS ")
                .append(field));
        RowPlan.Relation from =
                counted.relation(reading, "*", Clause.all(List.of(Counted.kind(CounterKind.CROSSED), where)));
        sql.append(" FROM ")
                .append(from.sql())
                .append(" GROUP BY ALL HAVING count(*) > 0 LIMIT ")
                .append(MAX_GROUPS + 1);
        Map<List<Long>, Group> groups = new LinkedHashMap<>();
        reading.select(sql.toString(), from.values(), row -> {
            int at = question.dimensions().size();
            read += row.getLong(at);
            Map<String, Long> sums = new HashMap<>();
            for (String field : wanted.keySet()) {
                sums.put(field, row.getLong(++at));
            }
            groups.put(times(row), new Group(times(row), sums, new EnumMap<>(Breakdown.class), new Visitors()));
        });
        if (groups.size() > MAX_GROUPS) {
            throw Refusal.tooLarge();
        }
        return groups;
    }

    private void marginals(QueryEngine.Reading reading, Map<List<Long>, Group> groups, Set<String> fields)
            throws EngineFailure {
        Map<Integer, Breakdown> wanted = new HashMap<>();
        Set<Integer> kinds = new TreeSet<>();
        for (Breakdown breakdown : Breakdown.values()) {
            if (fields.contains("sum_" + breakdown.wire())) {
                wanted.put(breakdown.kind.code(), breakdown);
                kinds.add(breakdown.kind.code());
            }
        }
        if (fields.contains("sum_" + ENCRYPTED_REQUESTS) || fields.contains("sum_" + ENCRYPTED_BYTES)) {
            kinds.add(CounterKind.TLS_VERSION.code());
        }
        if (kinds.isEmpty() || groups.isEmpty()) {
            return;
        }
        String codes = kinds.stream().map(Object::toString).collect(Collectors.joining(", "));
        RowPlan.Relation from = counted.relation(
                reading,
                "*",
                Clause.all(List.of(
                        new Clause("kind IN (" + codes + ")", List.of(), Long.MIN_VALUE, Long.MAX_VALUE, List.of()),
                        where)));
        String sql = "SELECT " + keys() + "kind, value, CAST(sum(requests) AS BIGINT),"
                + " CAST(sum(response_bytes) AS BIGINT), CAST(sum(page_views) AS BIGINT), count(*) FROM " + from.sql()
                + " GROUP BY ALL ORDER BY value LIMIT " + (MAX_DETAILS + 1);
        int[] details = new int[1];
        int at = question.dimensions().size();
        reading.select(sql, from.values(), row -> {
            bound(++details[0]);
            read += row.getLong(at + 5);
            Group group = groups.get(times(row));
            if (group == null) {
                return;
            }
            int kind = (int) row.getLong(at);
            String value = row.getString(at + 1);
            Map<String, Long> numbers = Map.of(
                    "requests", row.getLong(at + 2), "bytes", row.getLong(at + 3), "pageViews", row.getLong(at + 4));
            if (kind == CounterKind.TLS_VERSION.code() && !value.equals("none")) {
                group.sums().merge(ENCRYPTED_REQUESTS, row.getLong(at + 2), Long::sum);
                group.sums().merge(ENCRYPTED_BYTES, row.getLong(at + 3), Long::sum);
            }
            Breakdown breakdown = wanted.get(kind);
            if (breakdown != null) {
                group.maps().computeIfAbsent(breakdown, _ -> new ArrayList<>()).add(element(breakdown, value, numbers));
            }
        });
    }

    private static Map<String, Object> element(Breakdown breakdown, String value, Map<String, Long> numbers) {
        Map<String, Object> element = new LinkedHashMap<>();
        element.put(breakdown.value(), breakdown.type() == ValueType.STRING ? value : (Object) number(value));
        for (String number : breakdown.numbers()) {
            // Nothing is classed as a threat before there is a firewall.
            element.put(number, numbers.getOrDefault(number, 0L));
        }
        return element;
    }

    /// 0 for a status that a bound has folded into `other`.
    private static long number(String value) {
        return value.length() <= 5 && value.chars().allMatch(c -> c >= '0' && c <= '9') && !value.isEmpty()
                ? Long.parseLong(value)
                : 0;
    }

    private void visitors(QueryEngine.Reading reading, Map<List<Long>, Group> groups, Set<String> fields)
            throws EngineFailure {
        if (!fields.contains(UNIQUES) || groups.isEmpty()) {
            return;
        }
        RowPlan.Relation from = counted.visitors(reading, where);
        int[] sketches = new int[1];
        int at = question.dimensions().size();
        reading.select(
                "SELECT " + keys() + "sketch FROM " + from.sql() + " LIMIT " + (MAX_DETAILS + 1),
                from.values(),
                row -> {
                    bound(++sketches[0]);
                    read++;
                    Group group = groups.get(times(row));
                    if (group != null) {
                        group.visitors().add(row.getBytes(at));
                    }
                });
    }

    private static void bound(int read) {
        if (read > MAX_DETAILS) {
            throw Refusal.tooLarge();
        }
    }

    /// As asked, then by the grouping fields.
    private Comparator<Group> order() {
        Comparator<Group> order = (_, _) -> 0;
        for (Question.Order each : question.order()) {
            Comparator<Group> next = Comparator.comparingDouble(group -> value(group, each.path()));
            order = order.thenComparing(each.descending() ? next.reversed() : next);
        }
        for (int i = 0; i < question.dimensions().size(); i++) {
            int at = i;
            order = order.thenComparing(group -> group.times().get(at));
        }
        return order;
    }

    private double value(Group group, String path) {
        for (int i = 0; i < question.dimensions().size(); i++) {
            if (question.dimensions().get(i).name().equals(path)) {
                return group.times().get(i);
            }
        }
        return switch (path) {
            case UNIQUES -> group.visitors().count();
            case "avg_bytes" -> average(group, "bytes");
            case "avg_edgeRequestBytes" -> average(group, "edgeRequestBytes");
            case "avg_sampleInterval" -> 1;
            default -> {
                if (path.startsWith("sum_")) {
                    yield group.sum(path.substring(4));
                }
                // A time that is not grouped by: the group's first time is the nearest to it.
                yield group.times().isEmpty() ? 0 : group.times().getFirst();
            }
        };
    }

    private static double average(Group group, String field) {
        return (double) group.sum(field) / Math.max(1, group.sum("requests"));
    }

    private Map<String, Object> shape(Group group) {
        Map<String, Object> dimensions = new LinkedHashMap<>();
        for (int i = 0; i < question.dimensions().size(); i++) {
            dimensions.put(question.dimensions().get(i).name(), group.times().get(i));
        }
        Map<String, Object> sum = new LinkedHashMap<>();
        sumFields().forEach(field -> sum.put(field, group.sum(field)));
        for (Breakdown breakdown : Breakdown.values()) {
            sum.put(breakdown.wire(), group.maps().getOrDefault(breakdown, List.of()));
        }
        // Nothing is classed as a threat before there is a firewall.
        sum.put("threatPathingMap", List.of());
        return Map.of(
                "dimensions",
                dimensions,
                "sum",
                sum,
                "avg",
                Map.of(
                        "bytes",
                        average(group, "bytes"),
                        "edgeRequestBytes",
                        average(group, "edgeRequestBytes"),
                        "sampleInterval",
                        1.0),
                "uniq",
                Map.of("uniques", group.visitors().count()));
    }
}
