package dev.selvage.analytics.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// Keeps the store small: rolls closed minutes into the levels, merges the increments of a bucket into one row per
/// value, and forgets what is older than its keeping time.
///
/// Each step is one transaction that leaves every sum as it was. A late increment is rolled like any other, later.
public final class Keeper implements AutoCloseable {
    private static final String MERGED_UNTIL = "merged-until";

    private final DuckDBConnection connection;

    Keeper(DuckDBConnection connection) {
        this.connection = connection;
    }

    /// Rolls every hot minute that began before `before` into minutes, hours and days.
    ///
    /// @param before epoch milliseconds
    public void roll(long before) throws SQLException {
        Store.inTransaction(connection, () -> {
            for (Level level : Level.values()) {
                insertMerged(level, Level.HOT_COUNTERS, before);
                Map<Delta.Place, Visitors> merged = sketches(Level.HOT_VISITORS, level, 0, before);
                append(level.visitors(), merged);
            }
            delete(Level.HOT_COUNTERS, 0, before);
            delete(Level.HOT_VISITORS, 0, before);
        });
    }

    /// Merges the hours and days that have changed since the last call: after it, an hour that ended before `now` and a
    /// day until then hold one row per value.
    public void merge(long now) throws SQLException {
        long from = mark(MERGED_UNTIL);
        long until = now - now % Level.HOUR.milliseconds();
        if (until <= from) {
            return;
        }
        merge(Level.HOUR, from, until);
        merge(Level.DAY, from - from % Level.DAY.milliseconds(), until);
        Store.inTransaction(connection, () -> {
            execute("DELETE FROM mark WHERE name = ?", MERGED_UNTIL);
            execute("INSERT INTO mark VALUES (?, ?)", MERGED_UNTIL, until);
        });
    }

    private void merge(Level level, long from, long until) throws SQLException {
        Store.inTransaction(connection, () -> {
            execute("CREATE TEMP TABLE merged AS " + merged(level, level.counters()), from, until);
            delete(level.counters(), from, until);
            execute("INSERT INTO " + level.counters() + " SELECT * FROM merged");
            execute("DROP TABLE merged");
            Map<Delta.Place, Visitors> visitors = sketches(level.visitors(), level, from, until);
            delete(level.visitors(), from, until);
            append(level.visitors(), visitors);
        });
    }

    /// Deletes what began before its keeping time; days stay.
    public void forget(long now, Duration rows, Duration minutes, Duration hours) throws SQLException {
        execute("DELETE FROM event WHERE started < ?", now - rows.toMillis());
        for (String table : new String[] {Level.MINUTE.counters(), Level.MINUTE.visitors()}) {
            delete(table, 0, now - minutes.toMillis());
        }
        for (String table : new String[] {Level.HOUR.counters(), Level.HOUR.visitors()}) {
            delete(table, 0, now - hours.toMillis());
        }
    }

    private void insertMerged(Level level, String source, long before) throws SQLException {
        execute("INSERT INTO " + level.counters() + " " + merged(level, source), 0L, before);
    }

    /// One row per value and bucket; of a dimension's values the largest keep their names and the rest become `other`.
    private static String merged(Level level, String source) {
        String keys = "zone, bucket, kind, colo, cache_status, status_class, value";
        String bucket = "bucket - bucket % " + level.milliseconds();
        String sums = sums();
        return "SELECT " + keys + ", " + sums + " FROM ("
                + "SELECT zone, bucket, kind, colo, cache_status, status_class, "
                + "CASE WHEN kind = 0 OR value = '" + Delta.OTHER + "' OR row_number() OVER ("
                + "PARTITION BY zone, bucket, kind ORDER BY requests DESC, value) <= "
                + Delta.MAX_VALUES + " THEN value ELSE '" + Delta.OTHER + "' END AS value, " + Schema.TOTALS
                + " FROM (SELECT zone, " + bucket
                + " AS bucket, kind, colo, cache_status, status_class, value, " + sums + " FROM " + source
                + " WHERE bucket >= ? AND bucket < ? GROUP BY ALL)) GROUP BY ALL";
    }

    private static String sums() {
        StringBuilder sums = new StringBuilder();
        for (String total : Schema.TOTALS.split(", ", -1)) {
            sums.append(sums.isEmpty() ? "" : ", ")
                    .append("CAST(sum(")
                    .append(total)
                    .append(") AS BIGINT) AS ")
                    .append(total);
        }
        return sums.toString();
    }

    private Map<Delta.Place, Visitors> sketches(String table, Level level, long from, long until) throws SQLException {
        Map<Delta.Place, Visitors> merged = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT zone, bucket, sketch FROM " + table + " WHERE bucket >= ? AND bucket < ?")) {
            select.setLong(1, from);
            select.setLong(2, until);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    long bucket = rows.getLong(2);
                    merged.computeIfAbsent(
                                    new Delta.Place(rows.getString(1), bucket - bucket % level.milliseconds()),
                                    _ -> new Visitors())
                            .add(rows.getBytes(3));
                }
            }
        }
        return merged;
    }

    private void append(String table, Map<Delta.Place, Visitors> visitors) throws SQLException {
        try (DuckDBAppender appender = connection.createAppender(table)) {
            for (Map.Entry<Delta.Place, Visitors> each : visitors.entrySet()) {
                appender.beginRow();
                appender.append(each.getKey().zone())
                        .append(each.getKey().bucket())
                        .append(each.getValue().toBytes());
                appender.endRow();
            }
        }
    }

    private void delete(String table, long from, long until) throws SQLException {
        execute("DELETE FROM " + table + " WHERE bucket >= ? AND bucket < ?", from, until);
    }

    private long mark(String name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT coalesce(max(value), 0) FROM mark WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet answer = select.executeQuery()) {
                answer.next();
                return answer.getLong(1);
            }
        }
    }

    private void execute(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
