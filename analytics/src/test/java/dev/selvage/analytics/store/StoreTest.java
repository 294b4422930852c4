package dev.selvage.analytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.ZoneMinute;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.datasketches.hll.HllSketch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private static final long DAY = Level.DAY.milliseconds();
    private static final long HOUR = Level.HOUR.milliseconds();
    private static final long MINUTE = Level.MINUTE.milliseconds();

    @TempDir
    private Path directory;

    private Store open() throws Exception {
        return Store.open(directory, 128, 1);
    }

    private static Delta delta(ZoneMinute... minutes) {
        Delta delta = new Delta();
        assertThat(delta.addCounters(new TrafficBatch("edge-0", 1, List.of(minutes), EventRows.NONE)))
                .isZero();
        return delta;
    }

    private static ZoneMinute minute(String zone, long started, long requests, String country, String... visitors) {
        HllSketch sketch = new HllSketch(Visitors.LG_K);
        for (String visitor : visitors) {
            sketch.update(visitor);
        }
        Totals totals = new Totals(requests, 2 * requests, 3 * requests, requests, 5 * requests, 0, 0);
        return new ZoneMinute(
                zone,
                started / MINUTE,
                Map.of(new ZoneMinute.Crossed("DEV", CacheStatus.HIT, 2), totals),
                Map.of(new ZoneMinute.Marginal(ZoneMinute.Dimension.COUNTRY, country), totals),
                ByteBuffer.wrap(sketch.toCompactByteArray()));
    }

    private static Map<String, Long> sums(Store store, Level level, String key) throws SQLException {
        Map<String, Long> sums = new TreeMap<>();
        String sql = "SELECT zone || '/' || " + key + ", CAST(sum(response_bytes) AS BIGINT) FROM (SELECT * FROM "
                + level.counters() + " UNION ALL BY NAME SELECT * REPLACE (bucket - bucket % " + level.milliseconds()
                + " AS bucket) FROM " + Level.HOT_COUNTERS + ") GROUP BY 1";
        try (Connection reader = store.reader();
                Statement statement = reader.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                sums.put(rows.getString(1), rows.getLong(2));
            }
        }
        return sums;
    }

    private static long number(Store store, String sql) throws SQLException {
        try (Connection reader = store.reader();
                Statement statement = reader.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void rollingAndMergingNeverChangeASum() throws Exception {
        Random random = new Random(42);
        Map<Level, Map<String, Long>> truth = new HashMap<>();
        try (Store store = open();
                Keeper keeper = store.keeper()) {
            long now = 40 * DAY + 7 * HOUR;
            for (int step = 0; step < 120; step++) {
                List<ZoneMinute> minutes = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    // Some come late, after their minute, hour and day were rolled and merged.
                    long started = now - random.nextLong(random.nextInt(10) == 0 ? 2 * DAY : 3 * MINUTE);
                    started -= started % MINUTE;
                    String zone = "zone" + random.nextInt(3);
                    String country = "C" + random.nextInt(4);
                    long requests = 1L + random.nextInt(100);
                    minutes.add(minute(zone, started, requests, country, "192.0.2." + random.nextInt(50)));
                    for (Level level : Level.values()) {
                        long bucket = started - started % level.milliseconds();
                        Map<String, Long> sums = truth.computeIfAbsent(level, _ -> new TreeMap<>());
                        sums.merge(zone + "/0--" + bucket, 3 * requests, Long::sum);
                        sums.merge(zone + "/2-" + country + "-" + bucket, 3 * requests, Long::sum);
                    }
                }
                store.commit(delta(minutes.toArray(ZoneMinute[]::new)));
                if (random.nextInt(3) == 0) {
                    keeper.roll(now - now % MINUTE - MINUTE);
                }
                if (random.nextInt(4) == 0) {
                    keeper.merge(now);
                }
                now += random.nextLong(20 * MINUTE);
                for (Level level : Level.values()) {
                    assertThat(sums(store, level, "kind || '-' || value || '-' || bucket"))
                            .as(level + " at step " + step)
                            .isEqualTo(truth.get(level));
                }
            }
        }
    }

    @Test
    void aMergedHourHasOneRowPerValueAndOneSketch() throws Exception {
        try (Store store = open();
                Keeper keeper = store.keeper()) {
            long hour = 40 * DAY;
            for (int i = 0; i < 30; i++) {
                store.commit(delta(minute("z", hour + i * MINUTE, 1, "DE", "192.0.2." + i, "192.0.2.0")));
                keeper.roll(hour + (i + 1) * MINUTE);
            }
            assertThat(number(store, "SELECT count(*) FROM counter_hour")).isEqualTo(60);
            keeper.merge(hour + HOUR);
            assertThat(number(store, "SELECT count(*) FROM counter_hour")).isEqualTo(2);
            assertThat(number(store, "SELECT count(*) FROM counter_day")).isEqualTo(2);
            assertThat(number(store, "SELECT count(*) FROM counter_hot")).isZero();
            assertThat(number(store, "SELECT count(*) FROM visitor_hour")).isEqualTo(1);
            assertThat(number(store, "SELECT count(*) FROM visitor_minute")).isEqualTo(30);
            try (Connection reader = store.reader();
                    Statement statement = reader.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT sketch FROM visitor_hour")) {
                rows.next();
                Visitors visitors = new Visitors();
                visitors.add(rows.getBytes(1));
                assertThat(visitors.count()).isEqualTo(30);
            }
        }
    }

    @Test
    void theSmallestValuesBeyondTheBoundBecomeOther() throws Exception {
        try (Store store = open();
                Keeper keeper = store.keeper()) {
            for (int i = 0; i < 2; i++) {
                Map<ZoneMinute.Marginal, Totals> marginals = new HashMap<>();
                for (int value = 0; value < Delta.MAX_VALUES; value++) {
                    marginals.put(
                            new ZoneMinute.Marginal(ZoneMinute.Dimension.BROWSER, "b" + i + "-" + value),
                            new Totals(i == 0 ? 1_000 : 1, 0, 0, 0, 0, 0, 0));
                }
                marginals.put(
                        new ZoneMinute.Marginal(ZoneMinute.Dimension.BROWSER, "x".repeat(Delta.MAX_VALUE + 1)),
                        new Totals(7, 0, 0, 0, 0, 0, 0));
                store.commit(delta(new ZoneMinute("z", 1_000, Map.of(), marginals, ByteBuffer.allocate(0))));
            }
            keeper.roll(DAY);
            assertThat(number(store, "SELECT count(*) FROM counter_minute WHERE value LIKE 'b0-%'"))
                    .isEqualTo(Delta.MAX_VALUES);
            assertThat(number(store, "SELECT CAST(sum(requests) AS BIGINT) FROM counter_minute"))
                    .isEqualTo(Delta.MAX_VALUES * 1_001L + 14);
            assertThat(number(store, "SELECT CAST(sum(requests) AS BIGINT) FROM counter_minute WHERE value = 'other'"))
                    .isGreaterThanOrEqualTo(14 + Delta.MAX_VALUES);
        }
    }

    @Test
    void oneDeltaHasBoundedMarginals() {
        Delta delta = new Delta();
        Map<ZoneMinute.Marginal, Totals> marginals = new HashMap<>();
        for (int value = 0; value < 10_000; value++) {
            marginals.put(
                    new ZoneMinute.Marginal(ZoneMinute.Dimension.COUNTRY, "c" + value),
                    new Totals(1, 0, 0, 0, 0, 0, 0));
        }
        delta.addCounters(new TrafficBatch(
                "e", 1, List.of(new ZoneMinute("z", 1, Map.of(), marginals, ByteBuffer.allocate(0))), EventRows.NONE));
        assertThat(delta.counters()).hasSize(Delta.MAX_VALUES + 1);
        assertThat(delta.counters().values().stream()
                        .mapToLong(Totals::requests)
                        .sum())
                .isEqualTo(10_000);
    }

    @Test
    void bytesThatAreNoSketchAreCountedAndLeftOut() {
        Delta delta = new Delta();
        int unreadable = delta.addCounters(new TrafficBatch(
                "e",
                1,
                List.of(new ZoneMinute(
                        "z", 1, Map.of(), Map.of(), ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}))),
                EventRows.NONE));
        assertThat(unreadable).isEqualTo(1);
    }

    @Test
    void whatIsOlderThanItsTimeIsForgottenAndDaysStay() throws Exception {
        try (Store store = open();
                Keeper keeper = store.keeper()) {
            long now = 800 * DAY;
            for (long age : new long[] {1, 40, 500}) {
                store.commit(delta(minute("z", now - age * DAY, 1, "DE", "192.0.2.1")));
            }
            keeper.roll(now);
            keeper.forget(now, Duration.ofDays(30), Duration.ofDays(30), Duration.ofDays(365));
            assertThat(number(store, "SELECT count(*) FROM counter_minute WHERE kind = 0"))
                    .isEqualTo(1);
            assertThat(number(store, "SELECT count(*) FROM counter_hour WHERE kind = 0"))
                    .isEqualTo(2);
            assertThat(number(store, "SELECT count(*) FROM counter_day WHERE kind = 0"))
                    .isEqualTo(3);
            assertThat(number(store, "SELECT count(*) FROM visitor_minute")).isEqualTo(1);
            assertThat(number(store, "SELECT count(*) FROM visitor_day")).isEqualTo(3);
        }
    }

    @Test
    void aFileFromBeforeThereWereRulesIsBroughtUpToDate() throws Exception {
        try (Store store = open();
                Connection writer = store.reader();
                Statement statement = writer.createStatement()) {
            statement.execute("ALTER TABLE event DROP COLUMN rule");
            statement.execute("ALTER TABLE event DROP COLUMN rule_action");
            statement.execute("INSERT INTO event SELECT 'z', 1, 2, 1.0, 'DEV', '', '', '', '', '', '', '', '', '', '',"
                    + " '', '', '', '', '', '', 200, '', 0, '', 0, 0, 0, 0, 0, 0, 0");
            statement.execute("DELETE FROM schema_version WHERE version = 2");
        }
        try (Store store = open()) {
            assertThat(number(store, "SELECT count(*) FROM event WHERE rule = '' AND rule_action = ''"))
                    .isEqualTo(1);
            assertThat(number(store, "SELECT max(version) FROM schema_version")).isEqualTo(2);
        }
    }

    @Test
    void aFileOfANewerVersionIsRefusedAndLeftAsItIs() throws Exception {
        try (Store store = open();
                Connection writer = store.reader();
                Statement statement = writer.createStatement()) {
            statement.execute("INSERT INTO schema_version VALUES (99)");
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(NewerVersion.class)
                .hasMessageContaining("version 99")
                .hasMessageContaining("up to " + Schema.VERSION)
                .hasMessageContaining("start the newer one");
        assertThat(directory.resolve(Store.FILE)).exists();
    }

    @Test
    void aFileThatIsNoStoreIsRefusedAndLeftAsItIs() throws Exception {
        Files.writeString(directory.resolve(Store.FILE), "not a database, but somebody's only copy of something");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining(Store.FILE);
        assertThat(directory.resolve(Store.FILE)).content().startsWith("not a database");
    }

    @Test
    void aStatementReachesNoOtherFile() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret.csv"), "a,b\n1,2\n");
        try (Store store = open()) {
            assertThatThrownBy(() -> number(store, "SELECT count(*) FROM read_csv('" + secret + "')"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("disabled");
            assertThatThrownBy(() -> number(store, "SET enable_external_access = true"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aRefererIsCutToItsHost() {
        assertThat(RefererHost.of("https://user:pw@Example.com:8443/a?b#c")).isEqualTo("example.com");
        assertThat(RefererHost.of("http://[2001:db8::1]:80/")).isEqualTo("[2001:db8::1]");
        assertThat(RefererHost.of("http://example.com?x")).isEqualTo("example.com");
        assertThat(RefererHost.of("android-app://com.example")).isEqualTo("com.example");
        assertThat(RefererHost.of("")).isEmpty();
        assertThat(RefererHost.of("nonsense")).isEmpty();
        assertThat(RefererHost.of("http://" + "x".repeat(3_000))).isEmpty();
    }
}
