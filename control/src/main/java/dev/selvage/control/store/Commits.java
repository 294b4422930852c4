package dev.selvage.control.store;

import static java.lang.System.Logger.Level.WARNING;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/// Runs what writes, on one thread, and commits what is waiting together: writers that wait for the disk share one
/// wait.
///
/// Each work runs within a savepoint, so that one which throws undoes only what it wrote itself. Nobody has an answer
/// before the commit that holds his work is on disk; when that fails, all of them have the failure and nothing stays.
final class Commits implements AutoCloseable {
    /// Most works of one commit.
    static final int MOST = 128;

    /// A commit takes no further work after this time, so that the first in it does not wait for long.
    private static final Duration LONGEST = Duration.ofMillis(10);

    /// Most writers that wait; further ones wait outside.
    private static final int WAITING = 1_024;

    private static final System.Logger LOG = System.getLogger(Commits.class.getName());

    private final Path file;
    private final Lock writing;
    private final Runnable committed;
    private final Semaphore places = new Semaphore(WAITING);
    private final BlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();
    private final Thread thread;

    /// Null after a failure, until the next commit opens a new one; used by the thread alone.
    private @Nullable Session session;

    /// Guarded by this.
    private boolean closed;

    /// A work and what came of it.
    private static final class Job<T extends @Nullable Object> {
        private final Store.@Nullable Work<T> work;
        private final boolean keep;
        private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        private @Nullable T result;
        private @Nullable Throwable failure;

        Job(Store.@Nullable Work<T> work, boolean keep) {
            this.work = work;
            this.keep = keep;
        }
    }

    /// @param writing held during each commit
    /// @param committed run after each
    Commits(Path file, Session session, Lock writing, Runnable committed) {
        this.file = file;
        this.session = session;
        this.writing = writing;
        this.committed = committed;
        // A thread of the system: waiting for the disk would hold up the virtual threads of the readers.
        thread = Thread.ofPlatform().name("store").daemon().start(this::run);
    }

    /// Runs `work` and answers when what it wrote is on disk, or undone where `keep` is false.
    <T extends @Nullable Object> T run(Store.Work<T> work, boolean keep) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("a transaction within a transaction");
        }
        Job<T> job = new Job<>(work, keep);
        places.acquireUninterruptibly();
        try {
            synchronized (this) {
                if (closed) {
                    throw new IllegalStateException("the management store is closed");
                }
                queue.add(job);
            }
            job.done.join();
        } finally {
            places.release();
        }
        return switch (job.failure) {
            case null -> result(job);
            case RuntimeException failure -> throw failure;
            case Error failure -> throw failure;
            case Throwable impossible -> throw new IllegalStateException(impossible);
        };
    }

    /// Works that nobody has begun yet.
    int waiting() {
        return queue.size();
    }

    /// Ends after everything that was accepted.
    @Override
    public void close() {
        synchronized (this) {
            if (!closed) {
                closed = true;
                queue.add(new Job<>(null, false));
            }
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean stopping = false;
        while (!stopping) {
            try {
                Job<?> first = queue.take();
                stopping = first.work == null || commit(first);
            } catch (InterruptedException _) {
                // Nobody has a reason to, and stopping here would leave writers without an answer.
            }
        }
        discard();
    }

    /// Runs `first` and what waits behind it, and commits; true when the last of it says to end.
    private boolean commit(Job<?> first) {
        List<Job<?>> group = new ArrayList<>();
        boolean stopping = false;
        writing.lock();
        try {
            Session session = session();
            session.execute("begin immediate");
            long begun = System.nanoTime();
            for (Job<?> job = first; job != null; job = next(group.size(), begun)) {
                if (job.work == null) {
                    stopping = true;
                    break;
                }
                group.add(job);
                attempt(session, job);
            }
            session.execute("commit");
            if (group.stream().anyMatch(Commits::doubtful)) {
                discard();
            }
        } catch (Throwable failure) {
            abandon(first, group, failure);
        } finally {
            writing.unlock();
        }
        committed.run();
        group.forEach(job -> job.done.complete(null));
        return stopping;
    }

    /// True where the connection itself may be in the way of what follows.
    private static boolean doubtful(Job<?> job) {
        return job.failure instanceof StoreFailure failure
                && switch (failure.reason()) {
                    case FULL, UNUSABLE, BROKEN -> true;
                    case BUG -> false;
                };
    }

    private @Nullable Job<?> next(int ran, long begun) {
        return ran < MOST && System.nanoTime() - begun < LONGEST.toNanos() ? queue.poll() : null;
    }

    /// Runs one work within a savepoint.
    ///
    /// @throws StoreFailure when the whole transaction is gone
    private static <T extends @Nullable Object> void attempt(Session session, Job<T> job) {
        session.execute("savepoint work");
        try {
            job.result = work(job).run(new Tx(session));
        } catch (Throwable failure) {
            job.failure = failure;
        }
        if (job.failure != null || !job.keep) {
            try {
                session.execute("rollback to work");
            } catch (StoreFailure gone) {
                // SQLite undoes everything by itself after some failures, such as a full disk: that one is the cause.
                throw job.failure instanceof StoreFailure cause ? cause : gone;
            }
        }
        session.execute("release work");
    }

    /// Nothing of the group stays, and each of it that had not failed by itself has the failure.
    private void abandon(Job<?> first, List<Job<?>> group, Throwable failure) {
        if (group.isEmpty()) {
            group.add(first);
        }
        for (Job<?> job : group) {
            if (job.failure == null) {
                job.failure = failure instanceof StoreFailure store ? new StoreFailure(store) : failure;
            }
        }
        Session broken = session;
        if (broken != null) {
            try {
                broken.execute("rollback");
            } catch (StoreFailure already) {
                failure.addSuppressed(already);
            }
        }
        // Whatever state the connection is in, the next commit begins with a new one.
        discard();
    }

    private Session session() {
        Session open = session;
        if (open == null) {
            try {
                open = Session.open(file, false);
            } catch (SQLException failure) {
                throw new StoreFailure(failure);
            }
            session = open;
        }
        return open;
    }

    private void discard() {
        Session old = session;
        session = null;
        if (old != null) {
            try {
                old.close();
            } catch (SQLException failure) {
                LOG.log(WARNING, "a connection of the management store did not close cleanly", failure);
            }
        }
    }

    private static <T extends @Nullable Object> Store.Work<T> work(Job<T> job) {
        if (job.work == null) {
            throw new IllegalStateException("the end is not a work");
        }
        return job.work;
    }

    @SuppressWarnings("NullAway") // The work's result, which is null only where T allows it.
    private static <T extends @Nullable Object> T result(Job<T> job) {
        return job.result;
    }
}
