package dev.selvage.analytics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.selvage.analytics.duckdb.DuckDb;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.RuleAction;
import dev.selvage.model.event.Sampling;
import dev.selvage.model.purge.PurgeHistory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowAnswerTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC);
    private static final long HOUR = 3_600_000;
    private static final long END = CLOCK.millis() / HOUR * HOUR;

    private static @Nullable DuckDb engine;

    @BeforeAll
    static void open(@TempDir Path directory) throws Exception {
        engine = DuckDb.open(directory, Map.of("threads", "2", "memory_limit", "512MB"));
    }

    @AfterAll
    static void close() {
        Objects.requireNonNull(engine).close();
    }

    static Dimension dimension(String name) {
        return Dataset.ADAPTIVE.dimensions(true).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static RequestEvent event(
            long ray, String zone, long started, double rate, long bytes, String path, CacheStatus status, int code) {
        boolean origin = status.reachesOrigin();
        return new RequestEvent(
                ray,
                zone,
                started,
                rate,
                1_000,
                ray % 3 == 0 ? "FRA" : "AMS",
                "192.0.2." + ray % 200,
                ray % 5 == 0 ? "DE" : "NL",
                "GET",
                "http",
                "h" + ray % 4 + ".example",
                path,
                "",
                "HTTP/1.1",
                "none",
                "",
                "",
                "",
                "desktop",
                status,
                origin ? MissReason.FIRST_SEEN : MissReason.NONE,
                code,
                "html",
                origin ? code : 0,
                "",
                100 + ray % 50,
                bytes,
                origin ? 1 : 0,
                origin ? bytes + 20 : 0,
                (int) (ray % 90) + 1,
                origin ? (int) (ray % 300) + 1 : 0,
                ray % 7 == 0,
                "",
                RuleAction.NONE);
    }

    /// Traffic of some zones in the last hours.
    ///
    /// @param rate by zone and hour
    static List<RequestEvent> traffic(Random random, int count, int zones, int hours, Rate rate) {
        List<RequestEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int zone = (int) (zones * Math.pow(random.nextDouble(), 2));
            int hour = random.nextInt(hours);
            long bytes = (long) Math.exp(6 + 1.3 * random.nextGaussian());
            events.add(event(
                    random.nextLong() >>> 1,
                    "zone" + zone,
                    END - (hour + 1) * HOUR + random.nextInt((int) HOUR),
                    rate.of(zone, hour),
                    bytes,
                    "/p" + (int) (40 * Math.pow(random.nextDouble(), 3)),
                    CacheStatus.values()[random.nextInt(CacheStatus.values().length)],
                    random.nextInt(10) == 0 ? 404 : 200));
        }
        return events;
    }

    interface Rate {
        double of(int zone, int hour);
    }

    static QueryEngine engine(StoredEvents store, long budget) {
        return new QueryEngine(
                () -> Optional.of(store::snapshot),
                PurgeHistory.NONE,
                new QueryEngine.Limits(
                        budget, Duration.ofDays(30), Duration.ofDays(90), Duration.ofDays(30), Duration.ofDays(365)),
                CLOCK);
    }

    static Asking asking() {
        return new Asking(System.nanoTime() + Duration.ofSeconds(60).toNanos());
    }

    private static Question question(
            List<String> zones,
            List<Dimension> dimensions,
            Set<String> fields,
            List<Condition> filter,
            List<Question.Order> order,
            int limit) {
        return new Question(
                Dataset.ADAPTIVE,
                "q",
                "q",
                "zone \"z\"",
                zones,
                dimensions,
                fields,
                new Condition.All(filter),
                order,
                limit);
    }

    /// The paths of a zone by requests.
    static Question paths() {
        return question(
                List.of("zone0"),
                List.of(dimension("clientRequestPath")),
                Set.of("count"),
                List.of(),
                List.of(new Question.Order("count", true)),
                10);
    }

    private static StoredEvents store(List<RequestEvent> events) throws Exception {
        // Days lie in pieces of their own; what was late lies in a third, beside the second's hours.
        return new StoredEvents(
                Objects.requireNonNull(engine),
                events,
                3,
                event -> event.rayId() % 11 == 0 ? 2 : event.startedAt() < END - 6 * HOUR ? 0 : 1);
    }

    private static Condition since(long moment) {
        return new Condition.Compare(dimension("datetime"), Operator.AT_LEAST, List.of(moment));
    }

    private static Condition before(long moment) {
        return new Condition.Compare(dimension("datetime"), Operator.LESS, List.of(moment));
    }

    private static Condition is(String dimension, Operator operator, Object... values) {
        return new Condition.Compare(dimension(dimension), operator, List.of(values));
    }

    private static Object at(Map<?, ?> group, String... path) {
        Object value = group;
        for (String name : path) {
            value = Objects.requireNonNull(((Map<?, ?>) value).get(name), name);
        }
        return value;
    }

    private static Map<String, Object> interval(Map<String, Object> group, String... path) {
        Object value = ((Certainty) at(group, Certainty.FIELD)).at(0.95);
        for (String name : path) {
            value = Objects.requireNonNull(((Map<?, ?>) value).get(name));
        }
        @SuppressWarnings("unchecked")
        Map<String, Object> interval = (Map<String, Object>) value;
        return interval;
    }

    private static boolean holds(Map<String, Object> interval, double truth) {
        return (Double) at(interval, "lower") <= truth + 1e-6 && truth <= (Double) at(interval, "upper") + 1e-6;
    }

    @Test
    void whatFitsIsExactWhateverIsAsked() throws Exception {
        Random random = new Random(1);
        List<RequestEvent> events = traffic(random, 6_000, 4, 30, (_, _) -> Sampling.ALL);
        Predicate<RequestEvent> missed = event -> event.cacheStatus() == CacheStatus.MISS;
        try (StoredEvents store = store(events);
                QueryEngine engine = engine(store, 100_000)) {
            for (long[] time : List.of(
                    new long[] {END - 30 * HOUR, END},
                    new long[] {END - 20 * HOUR + 7 * 60_000, END - 60_000},
                    new long[] {END - 8 * HOUR + 1_000, END - 5 * HOUR + 3_000})) {
                Asking asking = asking();
                List<Map<String, Object>> groups = engine.ask(
                                question(
                                        List.of("zone0", "zone2"),
                                        List.of(dimension("clientRequestPath"), dimension("datetimeHour")),
                                        Set.of(
                                                "count",
                                                "sum_edgeResponseBytes",
                                                "sum_originResponseDurationMs",
                                                "avg_edgeTimeToFirstByteMs",
                                                "avg_originResponseDurationMs",
                                                "ratio_status4xx",
                                                "quantiles_edgeTimeToFirstByteMsP95",
                                                Certainty.FIELD),
                                        List.of(
                                                since(time[0]),
                                                before(time[1]),
                                                is("cacheStatus", Operator.EQUAL, "miss")),
                                        List.of(new Question.Order("count", true)),
                                        10_000),
                                asking)
                        .join();
                Map<List<Object>, List<RequestEvent>> truth = events.stream()
                        .filter(missed)
                        .filter(event ->
                                event.zone().equals("zone0") || event.zone().equals("zone2"))
                        .filter(event -> event.startedAt() >= time[0] && event.startedAt() < time[1])
                        .collect(Collectors.groupingBy(
                                event -> List.of(event.path(), event.startedAt() - event.startedAt() % HOUR)));
                assertThat(asking.exact()).isTrue();
                assertThat(groups).hasSameSizeAs(truth.keySet());
                for (Map<String, Object> group : groups) {
                    List<RequestEvent> of = Objects.requireNonNull(truth.get(List.of(
                            at(group, "dimensions", "clientRequestPath"), at(group, "dimensions", "datetimeHour"))));
                    assertThat(group.get("count")).isEqualTo((long) of.size());
                    assertThat(at(group, "sum", "edgeResponseBytes"))
                            .isEqualTo(of.stream()
                                    .mapToLong(RequestEvent::edgeResponseBytes)
                                    .sum());
                    assertThat(at(group, "sum", "originResponseDurationMs"))
                            .isEqualTo(of.stream()
                                    .mapToLong(RequestEvent::originDuration)
                                    .sum());
                    assertThat((Double) at(group, "avg", "edgeTimeToFirstByteMs"))
                            .isCloseTo(
                                    of.stream()
                                            .mapToInt(RequestEvent::timeToFirstByte)
                                            .average()
                                            .orElseThrow(),
                                    within(1e-9));
                    assertThat((Double) at(group, "ratio", "status4xx"))
                            .isCloseTo(
                                    of.stream()
                                                    .filter(event -> event.status() == 404)
                                                    .count()
                                            / (double) of.size(),
                                    within(1e-9));
                    List<Integer> sorted = of.stream()
                            .map(RequestEvent::timeToFirstByte)
                            .sorted()
                            .toList();
                    assertThat(at(group, "quantiles", "edgeTimeToFirstByteMsP95"))
                            .isEqualTo((double) sorted.get((int) Math.ceil(0.95 * sorted.size() - 1e-9) - 1));
                    assertThat(interval(group, "count"))
                            .containsEntry("lower", (double) of.size())
                            .containsEntry("upper", (double) of.size())
                            .containsEntry("isValid", true);
                }
            }
        }
    }

    @Test
    void theIntervalsHoldTheTruthAndGroupsAddUpToTheExactTotal() throws Exception {
        Random random = new Random(2);
        Map<String, int[]> held = new HashMap<>();
        for (int round = 0; round < 12; round++) {
            // One hour in three is sampled by the edge; the budget makes the rest thin, too.
            List<RequestEvent> events = traffic(random, 30_000, 3, 24, (_, hour) -> hour % 3 == 0 ? 0.2 : Sampling.ALL);
            Map<List<Object>, List<RequestEvent>> truth = events.stream()
                    .filter(event -> event.zone().equals("zone0"))
                    .collect(Collectors.groupingBy(event -> List.of(event.path())));
            try (StoredEvents store = store(events);
                    QueryEngine engine = engine(store, 5_000)) {
                Asking asking = asking();
                Question question = question(
                        List.of("zone0"),
                        List.of(dimension("clientRequestPath")),
                        Set.of(
                                "count",
                                "sum_edgeResponseBytes",
                                "sum_originRequests",
                                "sum_edgeTimeToFirstByteMs",
                                "avg_edgeTimeToFirstByteMs",
                                "ratio_status4xx",
                                Certainty.FIELD),
                        List.of(since(END - 24 * HOUR)),
                        List.of(),
                        10_000);
                List<Map<String, Object>> groups = engine.ask(question, asking).join();
                assertThat(asking.exact()).isFalse();
                assertThat(asking.rows()).isLessThanOrEqualTo(5_000);
                assertThat(engine.ask(question, asking()).join().stream()
                                .map(group -> group.get("count"))
                                .toList())
                        .isEqualTo(
                                groups.stream().map(group -> group.get("count")).toList());
                double counts = 0;
                double bytes = 0;
                for (Map<String, Object> group : groups) {
                    List<RequestEvent> of =
                            Objects.requireNonNull(truth.get(List.of(at(group, "dimensions", "clientRequestPath"))));
                    counts += (Double)
                            Objects.requireNonNull(interval(group, "count").get("estimate"));
                    bytes += (Double) Objects.requireNonNull(
                            interval(group, "sum", "edgeResponseBytes").get("estimate"));
                    note(held, "count", interval(group, "count"), of.size());
                    note(
                            held,
                            "bytes",
                            interval(group, "sum", "edgeResponseBytes"),
                            of.stream()
                                    .mapToDouble(RequestEvent::edgeResponseBytes)
                                    .sum());
                    note(
                            held,
                            "originRequests",
                            interval(group, "sum", "originRequests"),
                            of.stream()
                                    .mapToDouble(RequestEvent::originRequests)
                                    .sum());
                    note(
                            held,
                            "ms",
                            interval(group, "sum", "edgeTimeToFirstByteMs"),
                            of.stream()
                                    .mapToDouble(RequestEvent::timeToFirstByte)
                                    .sum());
                    note(
                            held,
                            "mean",
                            interval(group, "avg", "edgeTimeToFirstByteMs"),
                            of.stream()
                                    .mapToDouble(RequestEvent::timeToFirstByte)
                                    .average()
                                    .orElseThrow());
                }
                List<RequestEvent> all = events.stream()
                        .filter(event -> event.zone().equals("zone0"))
                        .toList();
                assertThat(counts).isCloseTo(all.size(), within(1e-6 * all.size()));
                double total = all.stream()
                        .mapToDouble(RequestEvent::edgeResponseBytes)
                        .sum();
                assertThat(bytes).isCloseTo(total, within(1e-6 * total));
            }
        }
        held.forEach((what, numbers) -> assertThat((double) numbers[0] / numbers[1])
                .as(what + " of " + numbers[1])
                .isBetween(0.92, 1.0));
        assertThat(Objects.requireNonNull(held.get("count"))[1]).isGreaterThan(200);
    }

    private static void note(Map<String, int[]> held, String what, Map<String, Object> interval, double truth) {
        if (Boolean.TRUE.equals(interval.get("isValid"))) {
            int[] numbers = held.computeIfAbsent(what, _ -> new int[2]);
            numbers[0] += holds(interval, truth) ? 1 : 0;
            numbers[1]++;
        }
    }

    @Test
    void aFilterThatCountersHoldNarrowsWhatIsCalibratedTo() throws Exception {
        List<RequestEvent> events = traffic(new Random(3), 40_000, 2, 10, (_, _) -> 0.05);
        try (StoredEvents store = store(events);
                QueryEngine engine = engine(store, 100_000)) {
            Asking asking = asking();
            List<Map<String, Object>> groups = engine.ask(
                            question(
                                    List.of("zone0"),
                                    List.of(dimension("clientRequestPath")),
                                    Set.of("count", Certainty.FIELD),
                                    List.of(
                                            since(END - 10 * HOUR),
                                            is("cacheStatus", Operator.IN, "miss", "expired"),
                                            is("clientRequestHTTPHost", Operator.LIKE, "h%")),
                                    List.of(new Question.Order("count", true)),
                                    5),
                            asking)
                    .join();
            long missed = events.stream()
                    .filter(event -> event.zone().equals("zone0"))
                    .filter(event ->
                            event.cacheStatus() == CacheStatus.MISS || event.cacheStatus() == CacheStatus.EXPIRED)
                    .count();
            Report report = Objects.requireNonNull(asking.reports().get("q"));
            assertThat(report.calibration()).isEqualTo(new Report.Calibrated(missed, List.of("cacheStatus")));
            assertThat(groups).hasSize(5);
            Report.Ranking ranking = Objects.requireNonNull(report.ranking());
            // What is listed last is not far from what is not listed.
            assertThat(ranking.missing())
                    .isBetween((Long) Objects.requireNonNull(groups.getLast().get("count")) * 0.3, (double) missed);
            assertThat(ranking.overlaps()).isNotEmpty();
        }
    }

    @Test
    void whereCountersFoldedAValueTheEstimateIsCalibratedToTheWhole() throws Exception {
        List<RequestEvent> events = traffic(new Random(7), 20_000, 1, 5, (_, _) -> 0.1);
        try (StoredEvents store = store(events);
                QueryEngine engine = engine(store, 100_000)) {
            Question question = question(
                    List.of("zone0"),
                    List.of(dimension("clientRequestPath")),
                    Set.of("count", Certainty.FIELD),
                    List.of(is("clientCountryName", Operator.EQUAL, "DE")),
                    List.of(new Question.Order("count", true)),
                    100);
            Asking named = asking();
            engine.ask(question, named).join();
            assertThat(Objects.requireNonNull(
                                    Objects.requireNonNull(named.reports().get("q"))
                                            .calibration())
                            .by())
                    .containsExactly("clientCountryName");
            store.session().execute("UPDATE counter SET value = 'other' WHERE kind = 2 AND value = 'DE'");
            Asking folded = asking();
            List<Map<String, Object>> groups = engine.ask(question, folded).join();
            assertThat(Objects.requireNonNull(folded.reports().get("q")).calibration())
                    .isEqualTo(new Report.Calibrated(events.size(), List.of()));
            double sum = groups.stream()
                    .mapToDouble(group -> (Double) interval(group, "count").get("estimate"))
                    .sum();
            // About 400 rows: five standard errors are a quarter.
            assertThat(sum).isCloseTo(4_000, within(1_000.0));
            // Counters that know nothing of what rows show are not followed.
            store.session().execute("DELETE FROM counter");
            assertThat(engine.ask(question, asking()).join()).hasSameSizeAs(groups);
        }
    }

    @Test
    void lostRowsMakeAnEstimateThatStillAddsUp() throws Exception {
        List<RequestEvent> events = traffic(new Random(4), 4_000, 1, 5, (_, _) -> Sampling.ALL);
        try (StoredEvents store = store(events);
                QueryEngine engine = engine(store, 100_000)) {
            store.lose("ray % 13 = 0");
            Asking asking = asking();
            List<Map<String, Object>> groups = engine.ask(
                            question(
                                    List.of("zone0"),
                                    List.of(dimension("clientRequestPath")),
                                    Set.of("count", Certainty.FIELD),
                                    List.of(since(END - 5 * HOUR)),
                                    List.of(),
                                    1_000),
                            asking)
                    .join();
            assertThat(asking.exact()).isFalse();
            double sum = groups.stream()
                    .mapToDouble(group -> (Double) interval(group, "count").get("estimate"))
                    .sum();
            assertThat(sum).isCloseTo(events.size(), within(1e-6));
            Map<String, Long> truth =
                    events.stream().collect(Collectors.groupingBy(RequestEvent::path, Collectors.counting()));
            long held = groups.stream()
                    .filter(group -> holds(
                            interval(group, "count"),
                            Objects.requireNonNull(truth.get(at(group, "dimensions", "clientRequestPath")))))
                    .count();
            assertThat(held).isGreaterThanOrEqualTo(groups.size() * 9L / 10);
            // Between minutes the whole hours tell that something is missing.
            Asking odd = asking();
            engine.ask(
                            question(
                                    List.of("zone0"),
                                    List.of(dimension("clientRequestPath")),
                                    Set.of("count"),
                                    List.of(since(END - 5 * HOUR + 1_000)),
                                    List.of(),
                                    1_000),
                            odd)
                    .join();
            assertThat(odd.exact()).isFalse();
        }
    }

    @Test
    void whereASampledZoneShowsNothingTheAnswerIsNotCalledExact() throws Exception {
        List<RequestEvent> events = traffic(new Random(5), 2_000, 1, 2, (_, _) -> 0.01);
        try (StoredEvents store = store(events);
                QueryEngine engine = engine(store, 100_000)) {
            Asking asking = asking();
            assertThat(engine.ask(
                                    question(
                                            List.of("zone0"),
                                            List.of(dimension("clientRequestPath")),
                                            Set.of("count"),
                                            List.of(is("clientRequestPath", Operator.EQUAL, "/none")),
                                            List.of(new Question.Order("count", true)),
                                            10),
                                    asking)
                            .join())
                    .isEmpty();
            assertThat(asking.exact()).isFalse();
            Report report = Objects.requireNonNull(asking.reports().get("q"));
            // A request without its row stood for up to 200, and 3.7 of those may have been missed.
            assertThat(Objects.requireNonNull(report.ranking()).missing()).isBetween(100.0, 2_000.0);
        }
    }

    @Test
    void groupsMayBeOrderedByAQuantile() throws Exception {
        List<RequestEvent> events = traffic(new Random(6), 3_000, 1, 3, (_, _) -> Sampling.ALL);
        try (StoredEvents store = store(events);
                QueryEngine engine = engine(store, 100_000)) {
            List<Map<String, Object>> groups = engine.ask(
                            question(
                                    List.of("zone0"),
                                    List.of(dimension("clientRequestPath")),
                                    Set.of("count", "quantiles_edgeResponseBytesP50", Certainty.FIELD),
                                    List.of(),
                                    List.of(
                                            new Question.Order("quantiles_edgeResponseBytesP50", true),
                                            new Question.Order("clientRequestPath", false)),
                                    7),
                            asking())
                    .join();
            List<Double> medians = groups.stream()
                    .map(group -> (Double) at(group, "quantiles", "edgeResponseBytesP50"))
                    .toList();
            List<Double> truth = events.stream().collect(Collectors.groupingBy(RequestEvent::path)).values().stream()
                    .map(of -> {
                        List<Long> sorted = of.stream()
                                .map(RequestEvent::edgeResponseBytes)
                                .sorted()
                                .toList();
                        return (double) sorted.get((sorted.size() + 1) / 2 - 1);
                    })
                    .sorted(Comparator.reverseOrder())
                    .limit(7)
                    .toList();
            assertThat(medians).isEqualTo(truth);
        }
    }
}
