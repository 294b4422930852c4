package dev.selvage.analytics.store;

import dev.selvage.analytics.duckdb.DuckDb;
import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Session;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/// The sessions of those who read.
///
/// A session that was given back stands in its transaction for as long as that is the present, so that the questions
/// between two commits begin none of their own: beginning and ending one costs half of what a small question does. With
/// the next commit the transactions of idle sessions are ended, because the engine keeps for them what was dropped
/// since.
///
/// Thread-safe.
final class Readers {
    private static final int IDLE = 8;

    /// The statements of a page of questions.
    private static final int STATEMENTS = 32;

    private final DuckDb engine;
    private final Catalog catalog;
    private final ConcurrentLinkedDeque<Reader> idle = new ConcurrentLinkedDeque<>();

    /// Moves on after each commit, before anybody is told of it.
    private final AtomicLong commits = new AtomicLong();

    private volatile boolean closed;

    /// A session and its transaction.
    static final class Reader {
        private static final long NONE = -1;

        private final Session session;
        /// What the store consisted of when the transaction began.
        private Catalog.State state;
        /// Where [Readers#commits] stood before the transaction began; [#NONE] without one.
        private long commits = NONE;
        /// Of the session, before the transaction began.
        private long failures;

        private Reader(Session session, Catalog.State state) {
            this.session = session;
            this.state = state;
        }

        Session session() {
            return session;
        }

        Catalog.State state() {
            return state;
        }

        @SuppressWarnings("ReferenceEquality")
        private void begin(Catalog.State present, long now) throws EngineFailure {
            end();
            if (state != present) {
                // They named files and tables that are not there any more.
                session.forgetStatements();
                state = present;
            }
            failures = session.failures();
            session.execute("BEGIN TRANSACTION");
            commits = now;
            // The engine's own snapshot begins with the first look.
            session.query("SELECT count(*) FROM " + state.growing().visitors(), List.of(), Long.MAX_VALUE, _ -> {});
        }

        private void end() throws EngineFailure {
            if (commits != NONE) {
                commits = NONE;
                session.execute("ROLLBACK");
            }
        }
    }

    Readers(DuckDb engine, Catalog catalog) {
        this.engine = engine;
        this.catalog = catalog;
    }

    /// A session in a transaction of the present, to be [#give]n back.
    @SuppressWarnings("ReferenceEquality")
    Reader take() throws EngineFailure {
        Catalog.State state = catalog.hold();
        Reader reader = null;
        try {
            long now = commits.get();
            reader = idle.pollFirst();
            if (reader == null) {
                reader = new Reader(engine.session().keeping(STATEMENTS), state);
            }
            if (reader.commits != now || reader.state != state) {
                reader.begin(state, now);
            }
            return reader;
        } catch (EngineFailure | RuntimeException failure) {
            catalog.release(state);
            if (reader != null) {
                reader.session.close();
            }
            throw failure;
        }
    }

    /// Takes a session back.
    void give(Reader reader) {
        Catalog.State state = reader.state;
        try {
            // A failed statement spoils its transaction.
            if (reader.session.failures() != reader.failures) {
                reader.end();
            }
            keep(reader);
        } catch (EngineFailure unusable) {
            reader.session.close();
        } finally {
            catalog.release(state);
        }
    }

    private void keep(Reader reader) throws EngineFailure {
        if (closed || idle.size() >= IDLE) {
            reader.session.close();
            return;
        }
        if (reader.commits != commits.get()) {
            reader.end();
        }
        long began = reader.commits;
        idle.addFirst(reader);
        // Whoever moved on meanwhile, or closed, may have looked before it was there.
        if (((began != Reader.NONE && began != commits.get()) || closed) && idle.remove(reader)) {
            keep(reader);
        }
    }

    /// To be called after a commit, before anybody is told of it, and before what was dropped is to be gone.
    void moveOn() {
        commits.incrementAndGet();
        for (int i = idle.size(); i > 0; i--) {
            Reader reader = idle.pollLast();
            if (reader == null) {
                return;
            }
            try {
                keep(reader);
            } catch (EngineFailure unusable) {
                reader.session.close();
            }
        }
    }

    void close() {
        closed = true;
        for (Reader each; (each = idle.pollFirst()) != null; ) {
            each.session.close();
        }
    }
}
