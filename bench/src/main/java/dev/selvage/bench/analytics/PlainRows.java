package dev.selvage.bench.analytics;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// The peer: every request as a row of a plain DuckDB table, asked the same questions, in a process of
/// its own.
///
/// Prints `plain|ROWS|QUESTION|MEDIAN MS` for every size. The table holds only the columns that the
/// questions need, which favours it.
public final class PlainRows {
    private static final int SEED_ROWS = 100_000;
    private static final int REPEATS = 7;

    private PlainRows() {}

    /// @param arguments the sizes, ascending; then nothing
    public static void main(String[] arguments) throws Exception {
        try (DuckDBConnection connection = DuckDBConnection.newConnection("jdbc:duckdb:", false, null, null)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET threads = 2");
                statement.execute("CREATE TABLE request (started BIGINT, path VARCHAR, cache_status VARCHAR, status"
                        + " INTEGER, country VARCHAR, device_type VARCHAR, response_bytes BIGINT,"
                        + " origin_response_bytes BIGINT)");
            }
            fill(connection, Shapes.read());
            long rows = 0;
            for (String size : arguments) {
                grow(connection, rows, Long.parseLong(size));
                rows = Long.parseLong(size);
                for (Questions.Asked question : Questions.all()) {
                    System.out.printf(
                            Locale.ROOT,
                            "plain|%d|%s|%.3f%n",
                            rows,
                            question.name(),
                            median(connection, question.sql()));
                }
            }
        }
    }

    private static void fill(DuckDBConnection connection, Shapes shapes) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE seed AS SELECT * FROM request");
        }
        SplittableRandom random = new SplittableRandom(1);
        try (DuckDBAppender appender = connection.createAppender("seed")) {
            for (int i = 0; i < SEED_ROWS; i++) {
                Shapes.Shape shape = shapes.of(random.nextLong());
                appender.beginRow();
                appender.append(i * 864L)
                        .append(shape.path())
                        .append(shape.status().wire())
                        .append(shape.code())
                        .append(shape.country())
                        .append("desktop")
                        .append(shape.bytes())
                        .append(shape.bytes());
                appender.endRow();
            }
        }
    }

    /// Adds rows until there are so many, in the order of their times as they would have come in.
    private static void grow(DuckDBConnection connection, long from, long until) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (long at = from; at < until; at += SEED_ROWS) {
                statement.execute("INSERT INTO request SELECT * FROM seed LIMIT " + Math.min(SEED_ROWS, until - at));
            }
        }
    }

    private static double median(DuckDBConnection connection, String sql) throws SQLException {
        double[] times = new double[REPEATS];
        try (Statement statement = connection.createStatement()) {
            for (int i = -2; i < REPEATS; i++) {
                long begun = System.nanoTime();
                try (var rows = statement.executeQuery(sql)) {
                    while (rows.next()) {
                        rows.getString(1);
                    }
                }
                if (i >= 0) {
                    times[i] = (System.nanoTime() - begun) / 1e6;
                }
            }
        }
        Arrays.sort(times);
        return times[REPEATS / 2];
    }
}
