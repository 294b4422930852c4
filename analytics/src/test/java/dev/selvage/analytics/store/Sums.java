package dev.selvage.analytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.model.event.Sampling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// What a snapshot holds in all.
record Sums(long rows, double weight, Map<Level, Long> counts) {
    private static final long EVER = Long.MAX_VALUE / 2;

    long counted(Level level) {
        return counts.getOrDefault(level, 0L);
    }

    static Sums of(Snapshot snapshot) throws EngineFailure {
        long rows = 0;
        double weight = 0;
        for (Piece piece : snapshot.pieces(0, EVER)) {
            if (!piece.tiers().getFirst().isEmpty()) {
                List<Object> row = select(
                                snapshot,
                                "ld",
                                "SELECT count(*), coalesce(sum(" + weight(0) + "), 0.0) FROM "
                                        + piece.tiers().getFirst() + " WHERE started >= " + piece.from()
                                        + " AND started < " + piece.until())
                        .getFirst();
                rows += (Long) row.get(0);
                weight += (Double) row.get(1);
            }
        }
        Map<Level, Long> counts = new TreeMap<>();
        for (Level level : Level.values()) {
            counts.put(level, (Long) select(
                            snapshot,
                            "l",
                            "SELECT CAST(coalesce(sum(requests), 0) AS BIGINT) FROM "
                                    + snapshot.counters(level, 0, EVER) + " WHERE kind = 0")
                    .getFirst()
                    .getFirst());
        }
        return new Sums(rows, weight, counts);
    }

    private static String weight(int tier) {
        String rate = tier == 0 ? "rate" : "(least(rate, 1.0) * 1e-" + tier + ")";
        return "greatest(1.0, 1.0 / (" + rate + " * (0.5 + 0.5 * response_bytes / greatest(1.0, mean_bytes))))";
    }

    /// Rows by zone and hour since the epoch.
    static Map<String, Long> rowsByHour(Snapshot snapshot) throws EngineFailure {
        Map<String, Long> rows = new TreeMap<>();
        for (Piece piece : snapshot.pieces(0, EVER)) {
            for (List<Object> row : select(
                    snapshot,
                    "sll",
                    "SELECT zone, started // 3600000 AS hour, count(*) FROM "
                            + piece.tiers().getFirst() + " GROUP BY zone, hour")) {
                rows.merge(row.get(0) + "/" + row.get(1), (Long) row.get(2), Long::sum);
            }
        }
        return rows;
    }

    static List<String> paths(Snapshot snapshot) throws EngineFailure {
        List<String> paths = new ArrayList<>();
        for (Piece piece : snapshot.pieces(0, EVER)) {
            select(snapshot, "s", "SELECT path FROM " + piece.tiers().getFirst())
                    .forEach(row -> paths.add((String) row.getFirst()));
        }
        return paths;
    }

    /// Bytes by zone, kind, value and bucket.
    static Map<String, Long> bytes(Snapshot snapshot, Level level) throws EngineFailure {
        Map<String, Long> sums = new TreeMap<>();
        for (List<Object> row : select(
                snapshot,
                "slsll",
                "SELECT zone, kind, value, bucket, CAST(sum(response_bytes) AS BIGINT) FROM "
                        + snapshot.counters(level, 0, EVER) + " GROUP BY zone, kind, value, bucket")) {
            sums.put(row.get(0) + "/" + row.get(1) + "/" + row.get(2) + "/" + row.get(3), (Long) row.get(4));
        }
        return sums;
    }

    /// The index says of every tier how many rows are in it, and of the finest of each zone's hour what they weigh.
    static void checkIndex(Snapshot snapshot) throws EngineFailure {
        Map<String, List<Object>> told = new TreeMap<>();
        Map<List<Object>, Long> finest = new HashMap<>();
        for (List<Object> row : select(
                snapshot,
                "llslldd",
                "SELECT piece, tier, zone, hour, row_count, weight, byte_weight FROM "
                        + snapshot.partitions(0, EVER))) {
            finest.merge(List.of(row.get(0), row.get(2), row.get(3)), (Long) row.get(1), Math::min);
            // A tier may be there and hold nothing.
            if ((Long) row.get(4) > 0) {
                told.put(row.subList(0, 4).toString(), row.subList(4, 7));
            }
        }
        Map<String, List<Object>> actual = new TreeMap<>();
        Set<String> weighed = new HashSet<>();
        for (Piece piece : snapshot.pieces(0, EVER)) {
            for (int tier = 0; tier < Sampling.TIERS; tier++) {
                if (!piece.tiers().get(tier).isEmpty()) {
                    for (List<Object> row : select(
                            snapshot,
                            "slldd",
                            "SELECT zone, started // 3600000 * 3600000 AS hour, count(*), sum(w),"
                                    + " sum(w * response_bytes) FROM (SELECT *, " + weight(tier) + " AS w FROM "
                                    + piece.tiers().get(tier) + ") GROUP BY zone, hour")) {
                        String key = List.of((long) piece.id(), (long) tier, row.get(0), row.get(1))
                                .toString();
                        actual.put(key, row.subList(2, 5));
                        if (finest.getOrDefault(List.of((long) piece.id(), row.get(0), row.get(1)), -1L) == tier) {
                            weighed.add(key);
                        }
                    }
                }
            }
        }
        assertThat(told.keySet()).isEqualTo(actual.keySet());
        assertThat(weighed).hasSameSizeAs(finest.keySet());
        told.forEach((key, sums) -> {
            List<Object> others = Objects.requireNonNull(actual.get(key));
            assertThat(sums.getFirst()).as(key).isEqualTo(others.getFirst());
            for (int i = 1; i < (weighed.contains(key) ? 3 : 1); i++) {
                double expected = (Double) others.get(i);
                assertThat((Double) sums.get(i)).as(key).isBetween(expected * (1 - 1e-9), expected * (1 + 1e-9));
            }
        });
    }

    /// The rows of a query.
    ///
    /// @param types of its columns, a letter each: `s`, `l` or `d`
    static List<List<Object>> select(Snapshot snapshot, String types, String sql) throws EngineFailure {
        List<List<Object>> rows = new ArrayList<>();
        snapshot.session().query(sql, List.of(), Long.MAX_VALUE, row -> {
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < types.length(); i++) {
                switch (types.charAt(i)) {
                    case 's' -> values.add(row.getString(i));
                    case 'l' -> values.add(row.getLong(i));
                    default -> values.add(row.getDouble(i));
                }
            }
            rows.add(values);
        });
        return rows;
    }
}
