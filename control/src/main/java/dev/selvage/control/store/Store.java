package dev.selvage.control.store;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
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
    private final ReentrantLock writing = new ReentrantLock();
    private final Commits commits;
    private final Semaphore readers = new Semaphore(READERS);
    private final Deque<Session> idle = new ArrayDeque<>();
    private final Semaphore written = new Semaphore(0);
    private boolean closed;

    private Store(Path file, Session writer) {
        this.file = file;
        commits = new Commits(file, writer, writing, written::release);
    }

    /// Work within a transaction, on a thread of the store's choice.
    public interface Work<T extends @Nullable Object> {
        T run(Tx tx);
    }

    /// Opens the store in `file`, makes it when it is not there, and brings its schema up to date.
    ///
    /// @throws IOException with what is wrong and what would be right
    public static Store open(Path file) throws IOException {
        Session writer = null;
        try {
            // First without settings that write, so that a database which is not ours stays as it is.
            try (Connection look = new SQLiteConfig().createConnection(Session.url(file))) {
                Migrations.check(look, file);
            }
            writer = Session.open(file, false);
            Migrations.run(writer.connection());
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

    /// Held during each commit; other writers of the same file in this process share it. Who holds it must not call
    /// [#write].
    public Lock writing() {
        return writing;
    }

    /// Runs `work` alone and durably: what it wrote is on disk when this returns, or gone when it throws.
    ///
    /// Works that wait at the same time share a commit; `work` must not read or write but by its transaction.
    public <T extends @Nullable Object> T write(Work<T> work) {
        return commits.run(work, true);
    }

    /// Runs `work` and undoes what it wrote.
    public <T extends @Nullable Object> T rehearse(Work<T> work) {
        return commits.run(work, false);
    }

    /// Runs `work` on one consistent state; it must not write.
    public <T extends @Nullable Object> T read(Work<T> work) {
        readers.acquireUninterruptibly();
        try {
            Session reader = borrow();
            boolean whole = false;
            try {
                reader.execute("begin");
                T result;
                try {
                    result = work.run(new Tx(reader));
                } catch (StoreFailure failure) {
                    throw failure;
                } catch (RuntimeException | Error refused) {
                    reader.execute("commit");
                    whole = true;
                    throw refused;
                }
                reader.execute("commit");
                whole = true;
                return result;
            } finally {
                if (whole) {
                    giveBack(reader);
                } else {
                    // After a failure of the database the next reader begins with a new connection.
                    closeQuietly(reader);
                }
            }
        } finally {
            readers.release();
        }
    }

    /// Waits until something was written since the last call, or `patience` is over.
    public void awaitWrite(Duration patience) throws InterruptedException {
        if (written.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            written.drainPermits();
        }
    }

    @Override
    public void close() {
        commits.close();
        readers.acquireUninterruptibly(READERS);
        try {
            synchronized (idle) {
                closed = true;
                idle.forEach(Store::closeQuietly);
                idle.clear();
            }
        } finally {
            readers.release(READERS);
        }
    }

    private Session borrow() {
        synchronized (idle) {
            if (closed) {
                throw new IllegalStateException("the management store is closed");
            }
            Session reader = idle.poll();
            if (reader != null) {
                return reader;
            }
        }
        try {
            return Session.open(file, true);
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }

    private void giveBack(Session reader) {
        synchronized (idle) {
            idle.push(reader);
        }
    }

    private static void closeQuietly(@Nullable Session session) {
        if (session != null) {
            try {
                session.close();
            } catch (SQLException failure) {
                LOG.log(WARNING, "a connection of the management store did not close cleanly", failure);
            }
        }
    }
}
