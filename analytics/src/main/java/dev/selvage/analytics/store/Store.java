package dev.selvage.analytics.store;

import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.Totals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/// The DuckDB file `analytics.duckdb` in a directory.
///
/// [#commit] belongs to one thread and the [Keeper] to another; any thread may take a [#reader].
public final class Store implements AutoCloseable {
    /// The file's name in its directory.
    public static final String FILE = "analytics.duckdb";

    private final DuckDBConnection writer;

    private Store(DuckDBConnection writer) {
        this.writer = writer;
    }

    /// Opens the store, and makes it when absent.
    ///
    /// @param memoryMegabytes the engine's buffers
    /// @param threads the engine's threads
    /// @throws NewerVersion when a newer program wrote the file
    /// @throws IOException when it cannot be opened; the file is left as it is
    public static Store open(Path directory, int memoryMegabytes, int threads) throws IOException, NewerVersion {
        Files.createDirectories(directory);
        Properties properties = new Properties();
        properties.setProperty("memory_limit", memoryMegabytes + "MB");
        properties.setProperty("threads", Integer.toString(threads));
        properties.setProperty("temp_directory", directory.resolve("tmp").toString());
        properties.setProperty("max_temp_directory_size", "4GB");
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        properties.setProperty("preserve_insertion_order", "false");
        DuckDBConnection connection;
        try {
            connection =
                    DuckDBConnection.newConnection("jdbc:duckdb:" + directory.resolve(FILE), false, null, properties);
        } catch (SQLException failure) {
            throw new IOException(
                    "cannot open " + directory.resolve(FILE) + ": " + firstLine(failure.getMessage()), failure);
        }
        try {
            try (Statement statement = connection.createStatement()) {
                // No statement reaches another file, and none undoes that.
                statement.execute("SET enable_external_access = false");
                statement.execute("SET lock_configuration = true");
            }
            Schema.migrate(connection);
            return new Store(connection);
        } catch (SQLException failure) {
            closeQuietly(connection);
            throw new IOException(
                    "cannot use " + directory.resolve(FILE) + ": " + firstLine(failure.getMessage()), failure);
        } catch (NewerVersion | RuntimeException failure) {
            closeQuietly(connection);
            throw failure;
        }
    }

    /// Adds a delta, whole or not at all; durable when it returns.
    public void commit(Delta delta) throws SQLException {
        // The appender takes part in a transaction that SQL began, not in one by `setAutoCommit(false)`.
        inTransaction(writer, () -> {
            try (DuckDBAppender appender = writer.createAppender(Level.HOT_COUNTERS)) {
                for (Map.Entry<Delta.Key, Totals> counter : delta.counters().entrySet()) {
                    append(appender, counter.getKey(), counter.getValue());
                }
            }
            try (DuckDBAppender appender = writer.createAppender(Level.HOT_VISITORS)) {
                for (Map.Entry<Delta.Place, Visitors> visitors :
                        delta.visitors().entrySet()) {
                    appender.beginRow();
                    appender.append(visitors.getKey().zone())
                            .append(visitors.getKey().bucket())
                            .append(visitors.getValue().toBytes());
                    appender.endRow();
                }
            }
            try (DuckDBAppender appender = writer.createAppender("event")) {
                for (RequestEvent row : delta.rows()) {
                    append(appender, row);
                }
            }
        });
    }

    private static void append(DuckDBAppender appender, Delta.Key key, Totals totals) throws SQLException {
        appender.beginRow();
        appender.append(key.zone())
                .append(key.bucket())
                .append((short) key.kind().code())
                .append(key.colo())
                .append(key.cacheStatus())
                .append((short) key.statusClass())
                .append(key.value())
                .append(totals.requests())
                .append(totals.requestBytes())
                .append(totals.responseBytes())
                .append(totals.originRequests())
                .append(totals.originResponseBytes())
                .append(totals.pageViews())
                .append(totals.visits());
        appender.endRow();
    }

    private static void append(DuckDBAppender appender, RequestEvent row) throws SQLException {
        appender.beginRow();
        appender.append(row.zone())
                .append(row.startedAt())
                .append(row.rayId())
                .append(row.weight())
                .append(row.colo())
                .append(row.clientIp())
                .append(row.country())
                .append(row.method())
                .append(row.scheme())
                .append(row.host())
                .append(row.path())
                .append(row.query())
                .append(row.protocol())
                .append(row.tlsVersion())
                .append(row.referer())
                .append(RefererHost.of(row.referer()))
                .append(row.userAgent())
                .append(row.browser())
                .append(row.deviceType())
                .append(row.cacheStatus().wire())
                .append(row.missReason().wire())
                .append(row.status())
                .append(row.contentType())
                .append(row.originStatus())
                .append(row.originIp())
                .append(row.edgeRequestBytes())
                .append(row.edgeResponseBytes())
                .append((long) row.originRequests())
                .append(row.originResponseBytes())
                .append((long) row.timeToFirstByte())
                .append((long) row.originDuration())
                .append(row.visit() ? 1L : 0L)
                .append(row.rule())
                .append(row.ruleAction().wire());
        appender.endRow();
    }

    /// A connection for reading, of its own transaction; its holder closes it.
    public Connection reader() throws SQLException {
        return writer.duplicate();
    }

    /// The one who rolls, merges and forgets.
    public Keeper keeper() throws SQLException {
        return new Keeper(writer.duplicate());
    }

    /// When the newest counted minute began; 0 when the store is empty.
    public long newestMinute() throws SQLException {
        try (Connection reader = reader();
                Statement statement = reader.createStatement();
                ResultSet answer = statement.executeQuery("SELECT greatest((SELECT coalesce(max(bucket), 0) FROM "
                        + Level.HOT_COUNTERS + "), (SELECT coalesce(max(bucket), 0) FROM "
                        + Level.MINUTE.counters() + "))")) {
            answer.next();
            return answer.getLong(1);
        }
    }

    /// False when the engine gave up on the file, so that only opening it again helps.
    public boolean usable() {
        try (Statement statement = writer.createStatement()) {
            statement.execute("SELECT 1");
            return true;
        } catch (SQLException _) {
            return false;
        }
    }

    @Override
    public void close() {
        closeQuietly(writer);
    }

    interface Work {
        void run() throws SQLException;
    }

    static void inTransaction(Connection connection, Work work) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN TRANSACTION");
            try {
                work.run();
                statement.execute("COMMIT");
            } catch (SQLException | RuntimeException failure) {
                try {
                    statement.execute("ROLLBACK");
                } catch (SQLException unusable) {
                    failure.addSuppressed(unusable);
                }
                throw failure;
            }
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException _) {
            // Nothing is lost: whatever was committed is in the log that the next opening replays.
        }
    }

    private static String firstLine(@Nullable String text) {
        String message = String.valueOf(text);
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
