package dev.selvage.analytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.Sampling;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.ZoneMinute;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every store of analytics does, whatever its engine.
abstract class AnalyticsStoreContract {
    static final long MINUTE = Level.MINUTE.milliseconds();
    static final long HOUR = Level.HOUR.milliseconds();
    static final long DAY = Level.DAY.milliseconds();

    /// A moment in the middle of an hour.
    static final long START = 20_000 * DAY + 7 * HOUR + 30 * MINUTE;

    @TempDir
    Path directory;

    final AtomicLong now = new AtomicLong(START);
    final AtomicLong sequence = new AtomicLong();
    AnalyticsStore store;

    /// Opens the store of a directory; its clock is [#now].
    abstract AnalyticsStore open() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        store = open();
    }

    @AfterEach
    void end() {
        store.close();
    }

    void reopen() throws Exception {
        store.close();
        store = open();
    }

    final Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(now.get());
            }
        };
    }

    AnalyticsStore.Committed commit(Batch batch) throws IOException {
        return store.commit(List.of(batch.done("edge-0", sequence.incrementAndGet())));
    }

    /// Moves on to a time and does what is due until nothing is.
    void settle(long at) throws IOException {
        now.set(at);
        store.roll(at);
        while (store.tidy(at)) {
            store.roll(at);
        }
        store.roll(at);
    }

    /// What a moment of the store holds, by whatever way it is read.
    final Sums sums() throws EngineFailure {
        try (Snapshot snapshot = store.snapshot()) {
            return Sums.of(snapshot);
        }
    }

    @Test
    void whatIsCommittedIsThereAtOnceAndAfterANewStart() throws Exception {
        Batch batch = new Batch();
        for (int i = 0; i < 100; i++) {
            batch.add(i, START - i * 100L);
        }
        AnalyticsStore.Committed committed = commit(batch);
        assertThat(committed).isEqualTo(new AnalyticsStore.Committed(100, 0, 0, 0, 0));
        assertThat(sums().rows()).isEqualTo(100);
        assertThat(sums().weight()).isEqualTo(100);
        for (Level level : Level.values()) {
            assertThat(sums().counted(level)).isEqualTo(100);
        }
        Sums before = sums();
        reopen();
        assertThat(sums()).isEqualTo(before);
        assertThat(store.newest()).isEqualTo(START - START % MINUTE);
        assertThat(store.trouble()).isEmpty();
    }

    @Test
    void aBatchCountsOnceHoweverOftenItComes() throws Exception {
        TrafficBatch batch = new Batch().add(1, START).add(2, START).done("edge-0-x y", 7);
        store.commit(List.of(batch, batch));
        assertThat(store.commit(List.of(batch)).repeatedBatches()).isEqualTo(1);
        reopen();
        assertThat(store.commit(List.of(batch)).repeatedBatches()).isEqualTo(1);
        settle(START + 2 * HOUR);
        reopen();
        assertThat(store.commit(List.of(batch)).repeatedBatches()).isEqualTo(1);
        assertThat(store.sequences()).containsExactly(Map.entry("edge-0-x y", 7L));
        assertThat(sums().rows()).isEqualTo(2);
        assertThat(sums().counted(Level.MINUTE)).isEqualTo(2);
    }

    @Test
    void aRayHasOneRowThoughItComesInAnotherBatch() throws Exception {
        commit(new Batch().add(1, START).add(2, START));
        assertThat(commit(new Batch().add(2, START).add(3, START).add(3, START)).repeatedRows())
                .isEqualTo(2);
        assertThat(sums().rows()).isEqualTo(3);
        reopen();
        assertThat(commit(new Batch().add(3, START)).repeatedRows()).isEqualTo(1);
        settle(START + 2 * HOUR);
        reopen();
        assertThat(commit(new Batch().add(1, START)).repeatedRows()).isEqualTo(1);
        assertThat(sums().rows()).isEqualTo(3);
    }

    @Test
    void rollingAndMergingNeverChangeASum() throws Exception {
        Random random = new Random(42);
        Map<Level, Map<String, Long>> counted = new HashMap<>();
        Map<String, Long> rows = new TreeMap<>();
        long at = 20_000 * DAY + 3 * HOUR;
        long ray = 0;
        for (int step = 0; step < 60; step++) {
            now.set(at);
            Batch batch = new Batch();
            for (int i = 0; i < 20; i++) {
                // Some come late, after their minute, hour and day were moved and merged.
                long started = at - random.nextLong(random.nextInt(10) == 0 ? 2 * DAY : 3 * MINUTE);
                String zone = "zone" + random.nextInt(3);
                RequestEvent event = Batch.event(++ray, zone, started, Sampling.ALL, "/");
                batch.add(event);
                rows.merge(zone + "/" + started / HOUR, 1L, Long::sum);
                for (Level level : Level.values()) {
                    long bucket = started - started % level.milliseconds();
                    Map<String, Long> sums = counted.computeIfAbsent(level, _ -> new TreeMap<>());
                    sums.merge(zone + "/0//" + bucket, event.edgeResponseBytes(), Long::sum);
                    sums.merge(zone + "/2/" + event.country() + "/" + bucket, event.edgeResponseBytes(), Long::sum);
                }
            }
            commit(batch);
            if (random.nextInt(3) > 0) {
                settle(at);
            }
            if (random.nextInt(15) == 0) {
                reopen();
            }
            try (Snapshot snapshot = store.snapshot()) {
                for (Level level : Level.values()) {
                    assertThat(Sums.bytes(snapshot, level))
                            .as(level + " at step " + step)
                            .isEqualTo(counted.get(level));
                }
                assertThat(Sums.rowsByHour(snapshot)).as("step " + step).isEqualTo(rows);
                Sums.checkIndex(snapshot);
            }
            at += random.nextLong(2 * HOUR);
        }
        settle(at + 3 * DAY);
        try (Snapshot snapshot = store.snapshot()) {
            for (Level level : Level.values()) {
                assertThat(Sums.bytes(snapshot, level)).isEqualTo(counted.get(level));
            }
            assertThat(Sums.rowsByHour(snapshot)).isEqualTo(rows);
        }
    }

    @Test
    void aSnapshotHoldsStillWhatRollsAndMergesReplace() throws Exception {
        for (int i = 0; i < 5; i++) {
            commit(new Batch().add(i, now.get()));
            settle(now.get() + HOUR);
        }
        try (Snapshot snapshot = store.snapshot()) {
            Sums before = Sums.of(snapshot);
            commit(new Batch().add(100, now.get()));
            settle(now.get() + 2 * DAY);
            assertThat(Sums.of(snapshot)).isEqualTo(before);
            assertThat(before.rows()).isEqualTo(5);
        }
        assertThat(sums().rows()).isEqualTo(6);
        settle(now.get() + MINUTE);
        assertThat(sums().rows()).isEqualTo(6);
    }

    @Test
    void tiersAreWrittenWhereTheOneAboveIsLargeAndTheThinOnesAlways() throws Exception {
        for (int k = 0; k < 4; k++) {
            Batch batch = new Batch();
            for (int i = 0; i < 10_000; i++) {
                batch.add(Batch.event(k * 10_000 + i, "large", START, Sampling.ALL, "/" + i));
            }
            for (int i = 0; i < 50; i++) {
                batch.add(Batch.event(-1 - k * 50 - i, "small", START, Sampling.ALL, "/" + i));
            }
            commit(batch);
        }
        settle(START + 2 * HOUR);
        try (Snapshot snapshot = store.snapshot()) {
            Map<String, Long> counts = new TreeMap<>();
            for (List<Object> row : Sums.select(
                    snapshot, "sll", "SELECT zone, tier, row_count FROM " + snapshot.partitions(0, Long.MAX_VALUE))) {
                counts.put(row.get(0) + "/" + row.get(1), (Long) row.get(2));
            }
            assertThat(counts).containsEntry("large/0", 40_000L).containsEntry("small/0", 200L);
            assertThat(counts.get("large/1")).isBetween(3_700L, 4_300L);
            assertThat(counts.get("large/2")).isBetween(330L, 470L);
            assertThat(counts).doesNotContainKey("small/1").doesNotContainKey("small/2");
            Sums.checkIndex(snapshot);
        }
    }

    @Test
    void sampledRowsStandForWhatWasCounted() throws Exception {
        Batch batch = new Batch();
        for (int i = 0; i < 100_000; i++) {
            batch.add(Batch.event(i, Batch.ZONE, START, 0.1, "/"));
        }
        commit(batch);
        for (int i = 0; i < 2; i++) {
            assertThat(sums().counted(Level.HOUR)).isEqualTo(100_000);
            assertThat(sums().weight()).isBetween(97_000.0, 103_000.0);
            assertThat(sums().rows()).isBetween(9_500L, 10_500L);
            settle(START + 2 * HOUR);
        }
    }

    @Test
    void whatCannotHaveBeenThenCountsAsOfItsReceipt() throws Exception {
        Batch batch = new Batch();
        batch.add(1, START).add(2, START - 3 * HOUR).add(3, START + 9 * MINUTE);
        batch.add(4, START + 3 * HOUR).add(5, 0).add(6, START - 400 * DAY);
        // Three rows and the counters of their three minutes.
        assertThat(commit(batch).moved()).isEqualTo(6);
        try (Snapshot snapshot = store.snapshot()) {
            assertThat(Sums.rowsByHour(snapshot))
                    .isEqualTo(Map.of(Batch.ZONE + "/" + START / HOUR, 5L, Batch.ZONE + "/" + (START / HOUR - 3), 1L));
            assertThat(Sums.select(
                            snapshot,
                            "ll",
                            "SELECT bucket, CAST(sum(requests) AS BIGINT) FROM "
                                    + snapshot.counters(Level.HOUR, 0, Long.MAX_VALUE)
                                    + " WHERE kind = 0 GROUP BY bucket ORDER BY bucket"))
                    .isEqualTo(
                            List.of(List.of(START - START % HOUR - 3 * HOUR, 1L), List.of(START - START % HOUR, 5L)));
        }
    }

    @Test
    void aClockThatIsSetBackLosesNothing() throws Exception {
        commit(new Batch().add(1, START));
        now.set(START - 5 * HOUR);
        commit(new Batch().add(2, START - 5 * HOUR));
        settle(START - 5 * HOUR);
        reopen();
        commit(new Batch().add(3, START - 5 * HOUR));
        settle(START + 5 * HOUR);
        assertThat(sums().rows()).isEqualTo(3);
        assertThat(sums().counted(Level.DAY)).isEqualTo(3);
    }

    @Test
    void hostileTextsAreKeptOrCutAndSumsStayRight() throws Exception {
        String[] hostile = {
            "/" + "x".repeat(65_536),
            "/\0\r\n\t\u0001",
            "/'; DROP TABLE rows; --",
            "/\ud800 \udc00",
            "/\u202e\ud83d\ude00%00%ff",
            "/[a-b]*?{}"
        };
        Batch batch = new Batch();
        for (int i = 0; i < hostile.length; i++) {
            batch.add(Batch.event(i, "z", START, Sampling.ALL, hostile[i]));
        }
        commit(batch);
        // Bytes that are no UTF-8, as a damaged or hostile edge may send them.
        EventRows rows = EventRows.of(List.of(Batch.event(99, "z", START, Sampling.ALL, "/abcdefgh")));
        byte[] bytes = rows.bytes().clone();
        int at = new String(bytes, 0, rows.length(), java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("/abcdefgh");
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 1, 0xFFC080ED);
        store.commit(List.of(new TrafficBatch("edge-1", 1, List.of(), EventRows.of(bytes, rows.length()))));
        for (int i = 0; i < 2; i++) {
            assertThat(sums().rows()).isEqualTo(hostile.length + 1);
            assertThat(sums().counted(Level.HOUR)).isEqualTo(hostile.length);
            try (Snapshot snapshot = store.snapshot()) {
                assertThat(Sums.paths(snapshot)).contains("/\0\r\n\t\u0001", "/'; DROP TABLE rows; --", "/[a-b]*?{}");
            }
            settle(START + 2 * HOUR);
        }
    }

    @Test
    void theSmallestValuesBeyondTheBoundBecomeOther() throws Exception {
        for (int i = 0; i < 2; i++) {
            Map<ZoneMinute.Marginal, Totals> marginals = new HashMap<>();
            for (int value = 0; value < Delta.MAX_VALUES + 50; value++) {
                marginals.put(
                        new ZoneMinute.Marginal(ZoneMinute.Dimension.BROWSER, "b" + i + "-" + value),
                        new Totals(i == 0 ? 1_000 : 1, 0, 0, 0, 0, 0, 0));
            }
            marginals.put(
                    new ZoneMinute.Marginal(ZoneMinute.Dimension.BROWSER, "x".repeat(Delta.MAX_VALUE + 1)),
                    new Totals(7, 0, 0, 0, 0, 0, 0));
            store.commit(List.of(new TrafficBatch(
                    "edge-0",
                    i + 1,
                    List.of(new ZoneMinute("z", START / MINUTE, Map.of(), marginals, ByteBuffer.allocate(0))),
                    EventRows.NONE)));
        }
        settle(START + 2 * HOUR);
        try (Snapshot snapshot = store.snapshot()) {
            List<List<Object>> values = Sums.select(
                    snapshot,
                    "sl",
                    "SELECT value, CAST(sum(requests) AS BIGINT) FROM "
                            + snapshot.counters(Level.MINUTE, 0, Long.MAX_VALUE) + " GROUP BY value");
            assertThat(values).hasSizeBetween(Delta.MAX_VALUES, Delta.MAX_VALUES + 1);
            assertThat(values.stream().mapToLong(row -> (Long) row.get(1)).sum())
                    .isEqualTo((Delta.MAX_VALUES + 50) * 1_001L + 14);
            // Of the larger ones as many as have room; which of equals does not matter.
            assertThat(values.stream().map(row -> String.valueOf(row.get(0))))
                    .allMatch(value -> value.startsWith("b0-") || value.equals(Delta.OTHER));
        }
    }

    @Test
    void bytesThatAreNoSketchAreCountedAndLeftOut() throws Exception {
        AnalyticsStore.Committed committed = store.commit(List.of(new TrafficBatch(
                "e",
                1,
                List.of(new ZoneMinute(
                        "z",
                        START / MINUTE,
                        Map.of(new ZoneMinute.Crossed("DEV", CacheStatus.HIT, 2), new Totals(3, 0, 0, 0, 0, 0, 0)),
                        Map.of(),
                        ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}))),
                EventRows.NONE)));
        assertThat(committed.unreadable()).isEqualTo(1);
        assertThat(sums().counted(Level.MINUTE)).isEqualTo(3);
    }

    @Test
    void visitorsAreMergedIntoHoursAndDays() throws Exception {
        for (int i = 0; i < 30; i++) {
            commit(new Batch().add(i, START + i * MINUTE / 2));
            if (i % 10 == 9) {
                settle(START + i * 2L * HOUR);
                now.set(START + 20 * MINUTE);
            }
        }
        settle(START + 40 * DAY);
        try (Snapshot snapshot = store.snapshot()) {
            List<byte[]> sketches = new ArrayList<>();
            snapshot.session()
                    .query(
                            "SELECT sketch FROM " + snapshot.visitors(Level.DAY, 0, Long.MAX_VALUE),
                            List.of(),
                            Long.MAX_VALUE,
                            row -> sketches.add(row.getBytes(0)));
            Visitors visitors = new Visitors();
            sketches.forEach(visitors::add);
            assertThat(visitors.count()).isEqualTo(30);
            assertThat(sketches).hasSize(1);
        }
    }

    @Test
    void whatIsOlderThanItsTimeIsForgottenAndDaysStay() throws Exception {
        for (int day = 0; day < 420; day += 20) {
            now.set(START + day * DAY);
            commit(new Batch().add(day, now.get()));
            settle(now.get() + 2 * HOUR);
        }
        long last = START + 400 * DAY;
        for (int i = 0; i < 5; i++) {
            settle(last + 2 * HOUR + i * MINUTE);
        }
        assertThat(sums().rows()).isEqualTo(2);
        assertThat(sums().counted(Level.MINUTE)).isEqualTo(2);
        assertThat(sums().counted(Level.HOUR)).isEqualTo(19);
        assertThat(sums().counted(Level.DAY)).isEqualTo(21);
        reopen();
        assertThat(sums().counted(Level.DAY)).isEqualTo(21);
    }
}
