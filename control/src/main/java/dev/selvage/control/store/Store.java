package dev.selvage.control.store;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/// The management store. Thread-safe; its callers may be virtual threads.
public final class Store implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Store.class.getName());
    private static final int READERS = 4;

    private final Path file;
    private final Connection writer;
    private final ReentrantLock writing = new ReentrantLock();
    private final Semaphore readers = new Semaphore(READERS);
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Semaphore commits = new Semaphore(0);
    private boolean closed;

    private Store(Path file, Connection writer) {
        this.file = file;
        this.writer = writer;
    }

    /// Work within a transaction.
    public interface Work<T extends @Nullable Object> {
        T run(Tx tx);
    }

    /// Opens the store in `file`, makes it when it is not there, and brings its schema up to date.
    ///
    /// @throws IOException with what is wrong and what would be right
    public static Store open(Path file) throws IOException {
        Connection writer = null;
        try {
            // First without settings that write, so that a database which is not ours stays as it is.
            try (Connection look = new SQLiteConfig().createConnection(url(file))) {
                Migrations.check(look, file);
            }
            writer = connect(file, false);
            Migrations.run(writer);
            return new Store(file, writer);
        } catch (SQLException failure) {
            closeQuietly(writer);
            throw new IOException(
                    "the management store " + file + " cannot be opened: " + failure.getMessage()
                            + "; it must be a writable file of Selvage in a writable directory",
                    failure);
        } catch (IOException refused) {
            closeQuietly(writer);
            throw refused;
        }
    }

    /// Held during each write; other writers of the same file in this process share it.
    public Lock writing() {
        return writing;
    }

    /// Runs `work` alone and durably: what it wrote is on disk when this returns, or gone when it throws.
    public <T extends @Nullable Object> T write(Work<T> work) {
        writing.lock();
        try {
            execute(writer, "begin immediate");
            T result;
            try {
                result = work.run(new Tx(writer));
                execute(writer, "commit");
            } catch (RuntimeException | Error failure) {
                rollBack(failure);
                throw failure;
            }
            commits.release();
            return result;
        } finally {
            writing.unlock();
        }
    }

    /// Runs `work` and undoes what it wrote.
    public <T extends @Nullable Object> T rehearse(Work<T> work) {
        writing.lock();
        try {
            execute(writer, "begin immediate");
            try {
                return work.run(new Tx(writer));
            } finally {
                execute(writer, "rollback");
            }
        } finally {
            writing.unlock();
        }
    }

    /// Runs `work` on one consistent state; it must not write.
    public <T extends @Nullable Object> T read(Work<T> work) {
        readers.acquireUninterruptibly();
        try {
            Connection reader = borrow();
            try {
                execute(reader, "begin");
                try {
                    return work.run(new Tx(reader));
                } finally {
                    execute(reader, "commit");
                }
            } finally {
                giveBack(reader);
            }
        } finally {
            readers.release();
        }
    }

    /// Waits until something was written since the last call, or `patience` is over.
    public void awaitWrite(Duration patience) throws InterruptedException {
        if (commits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            commits.drainPermits();
        }
    }

    @Override
    public void close() {
        readers.acquireUninterruptibly(READERS);
        writing.lock();
        try {
            synchronized (idle) {
                closed = true;
                idle.forEach(Store::closeQuietly);
                idle.clear();
            }
            closeQuietly(writer);
        } finally {
            writing.unlock();
            readers.release(READERS);
        }
    }

    private Connection borrow() {
        synchronized (idle) {
            if (closed) {
                throw new IllegalStateException("the management store is closed");
            }
            Connection reader = idle.poll();
            if (reader != null) {
                return reader;
            }
        }
        try {
            return connect(file, true);
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }

    private void giveBack(Connection reader) {
        synchronized (idle) {
            idle.push(reader);
        }
    }

    private void rollBack(Throwable cause) {
        try {
            execute(writer, "rollback");
        } catch (StoreFailure failure) {
            // SQLite has rolled back by itself after some errors, such as a full disk.
            cause.addSuppressed(failure);
        }
    }

    private static Connection connect(Path file, boolean reader) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(10_000);
        Connection connection = config.createConnection(url(file));
        if (reader) {
            execute(connection, "pragma query_only = on");
        }
        return connection;
    }

    /// As a file: URI, because the driver takes what follows a ? in a plain path for settings.
    private static String url(Path file) {
        return "jdbc:sqlite:" + file.toAbsolutePath().toUri();
    }

    private static void execute(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }

    private static void closeQuietly(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException failure) {
                LOG.log(WARNING, "a connection of the management store did not close cleanly", failure);
            }
        }
    }
}
