package dev.selvage.analytics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.selvage.analytics.store.Delta;
import dev.selvage.analytics.store.Store;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.RuleAction;
import dev.selvage.model.event.Sampling;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimateTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC);
    private static final int ZONES = 400;
    private static final int EVENTS = 1_000;

    @TempDir
    private Path directory;

    private final Dimension zoneTag = dimension("zoneTag");

    private static Dimension dimension(String name) {
        return Dataset.ADAPTIVE.dimensions(true).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static RequestEvent event(long ray, String zone, double weight, long bytes, String path) {
        return new RequestEvent(
                ray,
                zone,
                CLOCK.millis() - 60_000,
                1 / (weight * Sampling.size(bytes, (double) bytes)),
                bytes,
                "DEV",
                "192.0.2.1",
                "DE",
                "GET",
                "http",
                "example.com",
                path,
                "",
                "HTTP/1.1",
                "none",
                "",
                "",
                "",
                "desktop",
                CacheStatus.HIT,
                MissReason.NONE,
                200,
                "html",
                0,
                "",
                1,
                bytes,
                0,
                0,
                4,
                0,
                false,
                "",
                RuleAction.NONE);
    }

    private static QueryEngine engine(Store store, long budget) {
        return new QueryEngine(
                () -> Optional.of(store),
                new QueryEngine.Limits(budget, Duration.ofDays(30), Duration.ofDays(30), Duration.ofDays(365)),
                CLOCK);
    }

    private static List<Map<String, Object>> ask(
            QueryEngine engine,
            Asking asking,
            List<String> zones,
            List<Dimension> dimensions,
            Set<String> fields,
            Condition filter) {
        return engine.ask(
                        new Question(
                                Dataset.ADAPTIVE,
                                "q",
                                "zone \"z\"",
                                zones,
                                dimensions,
                                fields,
                                filter,
                                List.of(),
                                10_000),
                        asking)
                .join();
    }

    private static Asking asking() {
        return new Asking(System.nanoTime() + Duration.ofSeconds(30).toNanos());
    }

    private static Condition path(String path) {
        return new Condition.Compare(dimension("clientRequestPath"), Operator.EQUAL, List.of(path));
    }

    @Test
    void theMeanOfManyEstimatesIsTheTruthAndTheIntervalsHoldIt() throws Exception {
        Random random = new Random(20260203);
        Delta delta = new Delta();
        List<String> zones = new ArrayList<>();
        long trueBytes = 0;
        long ray = 0;
        for (int zone = 0; zone < ZONES; zone++) {
            zones.add("zone" + zone);
            for (int i = 0; i < EVENTS; i++) {
                // A quarter of the time was quiet and kept whole; the rest was sampled, unevenly.
                double probability = i % 4 == 0 ? 1 : i % 4 == 1 ? 0.5 : 0.05;
                long bytes = 100L + i;
                trueBytes += zone == 0 ? bytes : 0;
                if (random.nextDouble() < probability) {
                    delta.addRow(event(ray, "zone" + zone, 1 / probability, bytes, "/"));
                }
                ray++;
            }
        }
        try (Store store = Store.open(directory, 128, 1);
                QueryEngine engine = engine(store, 10_000_000)) {
            store.commit(delta);
            Asking asking = asking();
            List<Map<String, Object>> groups = ask(
                    engine,
                    asking,
                    zones,
                    List.of(zoneTag),
                    Set.of("count", "sum_edgeResponseBytes", "avg_edgeTimeToFirstByteMs", Intervals.FIELD),
                    path("/"));
            assertThat(groups).hasSize(ZONES);
            assertThat(asking.exact()).isFalse();
            double counts = 0;
            double bytes = 0;
            int countsHeld = 0;
            int bytesHeld = 0;
            for (Map<String, Object> group : groups) {
                counts += (Long) at(group, "count");
                bytes += (Long) at(group, "sum", "edgeResponseBytes");
                assertThat(at(group, "avg", "edgeTimeToFirstByteMs")).isEqualTo(4.0);
                countsHeld +=
                        holds(Intervals.count((Intervals.Moments) at(group, Intervals.FIELD, "count"), 0.95), EVENTS)
                                ? 1
                                : 0;
                bytesHeld += holds(
                                Intervals.sum(
                                        (Intervals.Moments) at(group, Intervals.FIELD, "sum_edgeResponseBytes"), 0.95),
                                (double) trueBytes)
                        ? 1
                        : 0;
            }
            // V = 250·1·… + 250·(2−1) + 500·(20−1) = 9,750, so the mean of 400 has a standard error of 4.94.
            assertThat(counts / ZONES).isCloseTo(EVENTS, within(3 * 4.94));
            assertThat(bytes / ZONES / trueBytes).isCloseTo(1, within(0.02));
            assertThat(countsHeld / (double) ZONES).isBetween(0.92, 0.98);
            assertThat(bytesHeld / (double) ZONES).isBetween(0.92, 0.98);
        }
    }

    private static Object at(Map<?, ?> group, String... path) {
        Object value = group;
        for (String name : path) {
            value = Objects.requireNonNull(((Map<?, ?>) value).get(name));
        }
        return value;
    }

    private static boolean holds(Map<String, Object> interval, double truth) {
        assertThat(interval.get("isValid")).isEqualTo(true);
        return (Double) at(interval, "lower") <= truth && truth <= (Double) at(interval, "upper");
    }

    @Test
    void aQuestionBeyondTheBudgetIsThinnedTheSameWayEachTime() throws Exception {
        Delta delta = new Delta();
        int events = 40_000;
        for (long ray = 0; ray < events; ray++) {
            delta.addRow(event(ray * 7_919, "z", 1, 1_000, "/"));
        }
        try (Store store = Store.open(directory, 128, 1);
                QueryEngine all = engine(store, 100_000);
                QueryEngine few = engine(store, 10_000)) {
            store.commit(delta);
            Asking exact = asking();
            List<Map<String, Object>> truth = ask(all, exact, List.of("z"), List.of(), Set.of("count"), path("/"));
            assertThat(truth.getFirst().get("count")).isEqualTo((long) events);
            assertThat(exact.exact()).isTrue();
            assertThat(exact.rows()).isEqualTo(events);
            Asking thin = asking();
            List<Map<String, Object>> first =
                    ask(few, thin, List.of("z"), List.of(), Set.of("count", "avg_sampleInterval"), path("/"));
            assertThat(thin.exact()).isFalse();
            assertThat(thin.rows()).isEqualTo(4_000);
            // Variance 40,000 · 9: a standard error of 600.
            assertThat((Long) at(first.getFirst(), "count")).isBetween(events - 2_400L, events + 2_400L);
            assertThat(at(first.getFirst(), "avg", "sampleInterval")).isEqualTo(10.0);
            assertThat(ask(few, asking(), List.of("z"), List.of(), Set.of("count", "avg_sampleInterval"), path("/")))
                    .isEqualTo(first);
        }
    }

    @Test
    void whereASampledZoneShowsNothingTheAnswerIsNotCalledExact() throws Exception {
        Delta delta = new Delta();
        delta.addRow(event(1, "z", 10, 1, "/"));
        try (Store store = Store.open(directory, 128, 1);
                QueryEngine engine = engine(store, 100)) {
            store.commit(delta);
            Asking asking = asking();
            assertThat(ask(engine, asking, List.of("z"), List.of(), Set.of("count"), path("/none")))
                    .isEmpty();
            assertThat(asking.exact()).isFalse();
        }
    }

    @Test
    void aStatementIsInterruptedAtItsDeadlineAndByClosing() throws Exception {
        String endless = "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3";
        try (Store store = Store.open(directory, 128, 1);
                Connection connection = store.reader()) {
            Set<Statement> running = ConcurrentHashMap.newKeySet();
            Asking brief = new Asking(System.nanoTime() + Duration.ofMillis(500).toNanos());
            QueryEngine.Reading reading = new QueryEngine.Reading(connection, brief, running);
            assertThatThrownBy(() -> reading.select(endless, List.of(), _ -> {}))
                    .isInstanceOf(SQLTimeoutException.class);
            assertThatThrownBy(brief::secondsLeft).isInstanceOf(Refusal.class).hasMessageStartingWith("query consumed");
            QueryEngine.Reading patient = new QueryEngine.Reading(connection, asking(), running);
            Thread closing = Thread.ofPlatform().start(() -> {
                while (running.isEmpty()) {
                    LockSupport.parkNanos(1_000_000);
                }
                // The statement may not have begun yet: cancelling it is repeated until it has ended.
                while (!running.isEmpty()) {
                    running.forEach(QueryEngine::cancel);
                    LockSupport.parkNanos(10_000_000);
                }
            });
            long before = System.nanoTime();
            assertThatThrownBy(() -> patient.select(endless, List.of(), _ -> {}))
                    .isInstanceOf(SQLException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
            closing.join();
        }
    }

    @Test
    void theNormalQuantileIsThatOfTheTables() {
        assertThat(Intervals.quantile(0.95)).isCloseTo(1.959963984540054, within(1e-12));
        assertThat(Intervals.quantile(0.5)).isCloseTo(0.6744897501960817, within(1e-12));
        assertThat(Intervals.quantile(0.999)).isCloseTo(3.290526731491926, within(1e-11));
    }

    @Test
    void anIntervalOfAnExactCountIsThatCount() {
        assertThat(Intervals.count(new Intervals.Moments(5, 0, 5, true), 0.95))
                .containsEntry("lower", 5.0)
                .containsEntry("upper", 5.0)
                .containsEntry("isValid", true);
        assertThat(Intervals.count(new Intervals.Moments(50, 450, 5, false), 0.95))
                .containsEntry("isValid", false);
    }

    @Test
    void durationsAreWrittenAsTheApiDoes() {
        assertThat(QueryEngine.words(Duration.ofDays(30).toMillis())).isEqualTo("4w2d");
        assertThat(QueryEngine.words(23_211_162_924L)).isEqualTo("38w2d15h32m42s924ms");
        assertThat(QueryEngine.words(0)).isEqualTo("0s");
    }

    @Test
    void aFilterOfTimesSaysWhichRangeItNeeds() {
        Dimension datetime = dimension("datetime");
        Condition early = new Condition.Compare(datetime, Operator.AT_LEAST, List.of(60_000L));
        Condition late = new Condition.Compare(datetime, Operator.LESS, List.of(120_500L));
        Clause both = Clause.of(new Condition.All(List.of(early, late)), "t", 1, Dimension::name);
        assertThat(both.from()).isEqualTo(60_000);
        assertThat(both.until()).isEqualTo(121_000);
        assertThat(both.decidedBy(60_000, Long.MAX_VALUE)).isFalse();
        // What lies ahead of now decides nothing.
        assertThat(both.decidedBy(60_000, 121_000)).isTrue();
        Clause either = Clause.of(new Condition.Any(List.of(early, late)), "t", 1, Dimension::name);
        assertThat(either.from()).isEqualTo(Long.MIN_VALUE);
        assertThat(either.until()).isEqualTo(Long.MAX_VALUE);
    }
}
