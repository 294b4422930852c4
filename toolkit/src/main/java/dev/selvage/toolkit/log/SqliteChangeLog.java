package dev.selvage.toolkit.log;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;

/// The change log of one machine: three tables in an SQLite database, and a condition that wakes the readers of this
/// process.
///
/// State is one row per stream and key that moves to a new position at each append; a thing that is gone leaves its
/// row without a value, so that a reader who was away learns of it. Commands are rows of their own and are kept for
/// [#COMMANDS_KEPT]. Positions come from one counter, which the readers must not rely on.
public final class SqliteChangeLog implements ChangeLog {
    /// How long commands are kept.
    public static final Duration COMMANDS_KEPT = Duration.ofDays(7);

    private static final Duration PRUNE_EVERY = Duration.ofHours(1);

    private static final String TABLES = """
            create table if not exists change_log_position (
                one integer primary key check (one = 1), last integer not null
            );
            insert into change_log_position (one, last) values (1, 0) on conflict do nothing;
            create table if not exists change_log_state (
                stream text not null, key text not null, position integer not null, value blob,
                primary key (stream, key)
            );
            create unique index if not exists change_log_state_position on change_log_state (position);
            create table if not exists change_log_command (
                position integer primary key, stream text not null, key text not null, value blob not null,
                appended_at integer not null
            );
            create index if not exists change_log_command_age on change_log_command (appended_at);
            """;

    private final Clock clock;
    private final Lock writing;
    private final Connection writer;
    private final Lock reading = new ReentrantLock();
    private final Connection reader;

    private final Lock waiting = new ReentrantLock();
    private final Condition grown = waiting.newCondition();

    /// The last position that readers may know of; guarded by `waiting`.
    private long head;

    private boolean closed;
    private long prunedAt;

    private SqliteChangeLog(Connection writer, Connection reader, Lock writing, Clock clock) throws SQLException {
        this.writer = writer;
        this.reader = reader;
        this.writing = writing;
        this.clock = clock;
        execute(writer, TABLES);
        head = last(writer);
        prune(clock.millis());
    }

    /// Opens the log in `database`, which is created when it is not there.
    ///
    /// @param writing held during each append; a lock shared with this process's other writers of the same file, so
    /// that they queue instead of polling for SQLite's own lock
    /// @throws IOException when the file cannot be opened or written
    public static SqliteChangeLog open(Path database, Lock writing, Clock clock) throws IOException {
        writing.lock();
        try {
            Connection writer = connect(database);
            try {
                return new SqliteChangeLog(writer, connect(database), writing, clock);
            } catch (SQLException failure) {
                writer.close();
                throw failure;
            }
        } catch (SQLException failure) {
            throw new IOException(
                    "the change log in " + database + " cannot be opened: " + failure.getMessage(), failure);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void appendState(List<Entry> entries) {
        append(entries, """
                insert into change_log_state (stream, key, position, value) values (?, ?, ?, ?)
                on conflict (stream, key) do update set position = excluded.position, value = excluded.value
                """, false);
    }

    @Override
    public void appendCommands(List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry.value() == null) {
                throw new IllegalArgumentException("a command needs a value: " + entry);
            }
        }
        append(
                entries,
                "insert into change_log_command (stream, key, position, value, appended_at) values (?, ?, ?, ?, ?)",
                true);
    }

    private void append(List<Entry> entries, String insert, boolean commands) {
        if (entries.isEmpty()) {
            return;
        }
        long now = clock.millis();
        long position;
        writing.lock();
        try {
            execute(writer, "begin immediate");
            try {
                position = last(writer);
                try (PreparedStatement statement = writer.prepareStatement(insert)) {
                    for (Entry entry : entries) {
                        statement.setString(1, entry.stream());
                        statement.setString(2, entry.key());
                        statement.setLong(3, ++position);
                        statement.setBytes(4, entry.value());
                        if (commands) {
                            statement.setLong(5, now);
                        }
                        statement.executeUpdate();
                    }
                }
                try (PreparedStatement statement = writer.prepareStatement("update change_log_position set last = ?")) {
                    statement.setLong(1, position);
                    statement.executeUpdate();
                }
                if (now - prunedAt > PRUNE_EVERY.toMillis()) {
                    prune(now);
                }
                execute(writer, "commit");
            } catch (SQLException | RuntimeException failure) {
                execute(writer, "rollback");
                throw failure;
            }
        } catch (SQLException failure) {
            throw new IllegalStateException("the change log cannot be written: " + failure.getMessage(), failure);
        } finally {
            writing.unlock();
        }
        waiting.lock();
        try {
            head = Math.max(head, position);
            grown.signalAll();
        } finally {
            waiting.unlock();
        }
    }

    @Override
    public Batch snapshot() {
        return reading(() -> {
            long last = last(reader);
            try (PreparedStatement statement = reader.prepareStatement(
                    "select stream, key, value from change_log_state where value is not null order by position")) {
                return new Batch(entries(statement), position(last));
            }
        });
    }

    @Override
    public Batch commands(String stream) {
        return reading(() -> {
            long last = last(reader);
            try (PreparedStatement statement = reader.prepareStatement("""
                    select stream, key, value from change_log_command
                    where stream = ? and appended_at >= ? order by position
                    """)) {
                statement.setString(1, stream);
                statement.setLong(2, clock.millis() - COMMANDS_KEPT.toMillis());
                return new Batch(entries(statement), position(last));
            }
        });
    }

    @Override
    public Batch read(Position after, int limit, Duration patience) throws InterruptedException {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, not " + limit);
        }
        long from = number(after);
        waiting.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (head <= from && !closed && left > 0) {
                left = grown.awaitNanos(left);
            }
            if (!closed && head <= from) {
                return new Batch(List.of(), after);
            }
        } finally {
            waiting.unlock();
        }
        return reading(() -> {
            try (PreparedStatement statement = reader.prepareStatement("""
                    select stream, key, value, position from change_log_state where position > ?
                    union all
                    select stream, key, value, position from change_log_command where position > ?
                    order by position limit ?
                    """)) {
                statement.setLong(1, from);
                statement.setLong(2, from);
                statement.setInt(3, limit);
                List<Entry> entries = new ArrayList<>();
                long next = from;
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        entries.add(entry(rows));
                        next = rows.getLong(4);
                    }
                }
                return new Batch(entries, position(next));
            }
        });
    }

    @Override
    public void close() {
        waiting.lock();
        try {
            closed = true;
            grown.signalAll();
        } finally {
            waiting.unlock();
        }
        writing.lock();
        reading.lock();
        try {
            reader.close();
            writer.close();
        } catch (SQLException failure) {
            throw new IllegalStateException("the change log did not close cleanly", failure);
        } finally {
            reading.unlock();
            writing.unlock();
        }
    }

    private interface Query {
        Batch run() throws SQLException;
    }

    /// Runs `query` on one consistent view of the tables.
    private Batch reading(Query query) {
        reading.lock();
        try {
            if (reader.isClosed()) {
                throw new IllegalStateException("the change log is closed");
            }
            execute(reader, "begin");
            try {
                return query.run();
            } finally {
                execute(reader, "commit");
            }
        } catch (SQLException failure) {
            throw new IllegalStateException("the change log cannot be read: " + failure.getMessage(), failure);
        } finally {
            reading.unlock();
        }
    }

    private void prune(long now) throws SQLException {
        try (PreparedStatement statement =
                writer.prepareStatement("delete from change_log_command where appended_at < ?")) {
            statement.setLong(1, now - COMMANDS_KEPT.toMillis());
            statement.executeUpdate();
        }
        prunedAt = now;
    }

    private static List<Entry> entries(PreparedStatement statement) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                entries.add(entry(rows));
            }
        }
        return entries;
    }

    private static Entry entry(ResultSet rows) throws SQLException {
        return new Entry(rows.getString(1), rows.getString(2), rows.getBytes(3));
    }

    private static long last(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select last from change_log_position")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static Position position(long number) {
        return new Position(Long.toString(number));
    }

    private static long number(Position position) {
        if (position.equals(Position.START)) {
            return 0;
        }
        try {
            return Long.parseUnsignedLong(position.token());
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("not a position of this log: " + position.token());
        }
    }

    private static Connection connect(Path database) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(10_000);
        // As a file: URI, because the driver takes what follows a ? in a plain path for settings.
        return config.createConnection(
                "jdbc:sqlite:" + database.toAbsolutePath().toUri());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
