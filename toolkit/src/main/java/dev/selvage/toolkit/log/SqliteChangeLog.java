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
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/// The change log of one machine: three tables in an SQLite database, and the newest entries in memory, from which
/// the readers of this process are served that follow closely.
///
/// State is one row per stream and key that moves to a new position at each append; a thing that is gone leaves its
/// row without a value, so that a reader who was away learns of it. Commands are rows of their own and are kept for
/// [#COMMANDS_KEPT]. Positions come from one counter, which the readers must not rely on.
public final class SqliteChangeLog implements ChangeLog {
    /// How long commands are kept.
    public static final Duration COMMANDS_KEPT = Duration.ofDays(7);

    private static final Duration PRUNE_EVERY = Duration.ofHours(1);

    /// Entries kept in memory, and bytes that they take, about. A reader who is further behind reads the database.
    static final int MOST_IN_MEMORY = 8_192;

    static final long MOST_BYTES_IN_MEMORY = 32L << 20;

    private static final List<String> TABLES = List.of(
            """
            create table if not exists change_log_position (
                one integer primary key check (one = 1), last integer not null
            )
            """,
            "insert into change_log_position (one, last) values (1, 0) on conflict do nothing",
            """
            create table if not exists change_log_state (
                stream text not null, key text not null, position integer not null, value blob,
                primary key (stream, key)
            )
            """,
            "create unique index if not exists change_log_state_position on change_log_state (position)",
            """
            create table if not exists change_log_command (
                position integer primary key, stream text not null, key text not null, value blob not null,
                appended_at integer not null
            )
            """,
            "create index if not exists change_log_command_age on change_log_command (appended_at)",
            "create index if not exists change_log_command_key on change_log_command (stream, key, position)");

    private static final String STATE = """
            insert into change_log_state (stream, key, position, value) values (?, ?, ?, ?)
            on conflict (stream, key) do update set position = excluded.position, value = excluded.value
            """;
    private static final String COMMAND =
            "insert into change_log_command (stream, key, position, value, appended_at) values (?, ?, ?, ?, ?)";

    /// The database as its owner writes to it: what is appended joins the commits of what else is written there.
    @FunctionalInterface
    public interface Shared {
        /// Runs `work` in a transaction; what it wrote is on disk when this returns, or gone when it throws.
        void write(Consumer<Statements> work);
    }

    /// A transaction of the owner's. Arguments are `String`, `Long`, `byte[]` or null.
    public interface Statements {
        void run(String sql, @Nullable Object... arguments);

        /// The one number of a query that answers exactly one, in a column named `n`.
        long number(String sql);
    }

    private final Clock clock;
    private final Shared database;
    private final Lock reading = new ReentrantLock();
    private final Connection reader;

    private final Tail tail;
    private final Lock growing = new ReentrantLock();

    /// Changed while `growing` is held.
    private volatile Head head;

    /// The last position that readers may know of, and what those wait for who know it.
    ///
    /// @param over closed until there is a later head, or none will come: a latch lets any number of
    ///     threads go at once, where a condition would have them queue for its lock
    private record Head(long position, boolean closed, CountDownLatch over) {
        Head(long position, boolean closed) {
            this(position, closed, new CountDownLatch(1));
        }
    }

    /// Read and written within the database's transactions, of which there is one at a time.
    private volatile long prunedAt;

    private SqliteChangeLog(Shared database, Connection reader, Clock clock) {
        this.database = database;
        this.reader = reader;
        this.clock = clock;
        AtomicLong last = new AtomicLong();
        database.write(tx -> {
            TABLES.forEach(tx::run);
            prune(tx, clock.millis());
            last.set(last(tx));
        });
        head = new Head(last.get(), false);
        tail = new Tail(MOST_IN_MEMORY, MOST_BYTES_IN_MEMORY, last.get());
    }

    /// Opens the log in the database `file`.
    ///
    /// @param database where its tables are made and written
    /// @throws IOException when the file cannot be opened
    public static SqliteChangeLog open(Path file, Shared database, Clock clock) throws IOException {
        Connection reader = null;
        SqliteChangeLog log = null;
        try {
            reader = connect(file);
            log = new SqliteChangeLog(database, reader, clock);
            return log;
        } catch (SQLException failure) {
            throw new IOException("the change log in " + file + " cannot be opened: " + failure.getMessage(), failure);
        } finally {
            if (log == null && reader != null) {
                close(reader);
            }
        }
    }

    @Override
    public void appendState(List<Entry> entries) {
        append(
                entries,
                (tx, entry, position, _) -> tx.run(STATE, entry.stream(), entry.key(), position, entry.value()));
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
                (tx, entry, position, now) ->
                        tx.run(COMMAND, entry.stream(), entry.key(), position, entry.value(), now));
    }

    private interface Insert {
        void run(Statements tx, Entry entry, long position, long now);
    }

    private void append(List<Entry> entries, Insert insert) {
        if (entries.isEmpty()) {
            return;
        }
        long now = clock.millis();
        AtomicLong appended = new AtomicLong();
        database.write(tx -> {
            long position = last(tx);
            for (Entry entry : entries) {
                insert.run(tx, entry, ++position, now);
            }
            tx.run("update change_log_position set last = ?", position);
            if (now - prunedAt > PRUNE_EVERY.toMillis()) {
                prune(tx, now);
            }
            appended.set(position);
        });
        growing.lock();
        try {
            tail.add(appended.get() - entries.size() + 1, entries);
            Head before = head;
            if (appended.get() > before.position) {
                head = new Head(appended.get(), before.closed);
                before.over.countDown();
            }
        } finally {
            growing.unlock();
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
    public Batch commands(String stream, int most) {
        return reading(() -> {
            long last = last(reader);
            try (PreparedStatement statement = reader.prepareStatement("""
                    select stream, key, value from change_log_command
                    where position in (
                        select position from (
                            select position from change_log_command where stream = ?1 order by position desc limit ?2
                        )
                        union select max(position) from change_log_command where stream = ?1 group by key
                    )
                    and appended_at >= ?3 order by position
                    """)) {
                statement.setString(1, stream);
                statement.setInt(2, most);
                statement.setLong(3, clock.millis() - COMMANDS_KEPT.toMillis());
                return new Batch(entries(statement), position(last));
            }
        });
    }

    @Override
    public Duration commandsKept() {
        return COMMANDS_KEPT;
    }

    @Override
    public Batch read(Position after, int limit, Duration patience) throws InterruptedException {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, not " + limit);
        }
        long from = number(after);
        long deadline = System.nanoTime() + patience.toNanos();
        Head known = head;
        while (known.position <= from && !known.closed) {
            if (!known.over.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return new Batch(List.of(), after);
            }
            known = head;
        }
        if (!known.closed) {
            Optional<Tail.Piece> newest = tail.after(from, limit);
            if (newest.isPresent()) {
                return new Batch(newest.get().entries(), position(newest.get().last()));
            }
        }
        return stored(from, limit);
    }

    /// Reads what the database has.
    private Batch stored(long from, int limit) {
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
        growing.lock();
        try {
            Head before = head;
            head = new Head(before.position, true);
            before.over.countDown();
        } finally {
            growing.unlock();
        }
        reading.lock();
        try {
            reader.close();
        } catch (SQLException failure) {
            throw new IllegalStateException("the change log did not close cleanly", failure);
        } finally {
            reading.unlock();
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

    private void prune(Statements tx, long now) {
        tx.run("delete from change_log_command where appended_at < ?", now - COMMANDS_KEPT.toMillis());
        prunedAt = now;
    }

    private static long last(Statements tx) {
        return tx.number("select last as n from change_log_position");
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

    private static void close(Connection connection) throws IOException {
        try {
            connection.close();
        } catch (SQLException failure) {
            throw new IOException("the change log did not close cleanly", failure);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
