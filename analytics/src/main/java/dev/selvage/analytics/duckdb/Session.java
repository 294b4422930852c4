package dev.selvage.analytics.duckdb;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One user of the engine at a time: statements run one after the other, in one transaction when `BEGIN`
/// was executed. A transaction in which a statement failed or was late can only be rolled back.
///
/// [#cancel] and [#close] may be called from another thread.
public final class Session implements AutoCloseable {
    /// The longest text of a statement that is kept, in characters.
    static final int MAX_KEPT = 64 << 10;

    private final DuckDb engine;
    private final CApi api;
    /// Held by whoever uses the connection.
    private final ReentrantLock using = new ReentrantLock();
    private final List<Appender> appenders = new ArrayList<>();

    /// Prepared statements by their text, the one used last at the end; the engine plans them anew at each execution.
    private final Map<String, MemorySegment> kept = new LinkedHashMap<>();

    private int most;
    private final AtomicLong failures = new AtomicLong();

    /// Guards what follows against those who only want to interrupt.
    private final Object gate = new Object();

    private MemorySegment connection;
    private boolean closed;
    private @Nullable Running running;

    Session(DuckDb engine, CApi api, MemorySegment connection) {
        this.engine = engine;
        this.api = api;
        this.connection = connection;
    }

    /// A statement from its preparation until its last row has been taken.
    static final class Running {
        private final @Nullable Running outer;
        private boolean over;
        private boolean late;
        private @Nullable Future<?> watch;

        private Running(@Nullable Running outer) {
            this.outer = outer;
        }

        void watch(Future<?> next) {
            if (watch != null) {
                watch.cancel(false);
            }
            watch = next;
        }
    }

    /// Keeps so many statements that were used last, so that they are not parsed again. Text over [#MAX_KEPT]
    /// characters is
    /// not kept.
    public Session keeping(int statements) {
        using.lock();
        try {
            most = statements;
            return this;
        } finally {
            using.unlock();
        }
    }

    /// Lets go of the statements that it kept.
    public void forgetStatements() {
        using.lock();
        try {
            while (!kept.isEmpty()) {
                destroyEldest();
            }
        } finally {
            using.unlock();
        }
    }

    /// How many statements failed so far.
    public long failures() {
        return failures.get();
    }

    /// Executes a statement whose result is of no interest.
    ///
    /// @param values to bind, in order: `Long`, `Integer`, `Double`, `Boolean`, `String`, `byte[]`
    public void execute(String sql, Object... values) throws EngineFailure {
        query(sql, List.of(values), Long.MAX_VALUE, _ -> {});
    }

    /// Executes a query and hands over its rows, once the result is complete.
    ///
    /// @param sql one statement
    /// @param deadline of [System#nanoTime]; later the query ends with [EngineFailure.Kind#LATE].
    /// `Long.MAX_VALUE` for none
    public void query(String sql, List<?> values, long deadline, Row.Taker each) throws EngineFailure {
        using.lock();
        try {
            Running statement = begin(deadline);
            try (Arena arena = Arena.ofConfined()) {
                run(arena, statement, sql, values, each);
            } catch (ResultRow.Unreadable failure) {
                throw new EngineFailure(EngineFailure.Kind.OTHER, String.valueOf(failure.getMessage()));
            } finally {
                end(statement);
            }
        } finally {
            using.unlock();
        }
    }

    private Running begin(long deadline) throws EngineFailure {
        long left = deadline - System.nanoTime();
        if (deadline != Long.MAX_VALUE && left <= 0) {
            throw late();
        }
        synchronized (gate) {
            if (closed) {
                throw closed();
            }
            Running statement = new Running(running);
            running = statement;
            if (deadline != Long.MAX_VALUE) {
                engine.watch(this, statement, deadline);
            }
            return statement;
        }
    }

    private void end(Running statement) {
        synchronized (gate) {
            statement.over = true;
            running = statement.outer;
            if (statement.watch != null) {
                statement.watch.cancel(false);
            }
        }
        if (isClosed()) {
            disconnect();
        }
    }

    private void run(Arena arena, Running statement, String sql, List<?> values, Row.Taker each) throws EngineFailure {
        MemorySegment prepared = arena.allocate(ADDRESS);
        boolean good = false;
        try {
            // Nobody else finds it while it is in use, not even a statement that runs within this one.
            MemorySegment before = kept.remove(sql);
            if (before != null) {
                prepared.set(ADDRESS, 0, before);
            } else if (api.prepare(connection, CApi.string(arena, sql), prepared) != CApi.SUCCESS) {
                throw EngineFailure.of(CApi.text(api.prepareError(prepared.get(ADDRESS, 0))));
            }
            bind(arena, prepared.get(ADDRESS, 0), values);
            MemorySegment result = arena.allocate(CApi.RESULT);
            try {
                if (isLate(statement)) {
                    throw late();
                }
                if (api.executePrepared(prepared.get(ADDRESS, 0), result) != CApi.SUCCESS) {
                    throw EngineFailure.of(api.resultErrorType(result), CApi.text(api.resultError(result)));
                }
                if (api.returnType(result) == CApi.QUERY_RESULT) {
                    take(arena, statement, result, each);
                }
            } finally {
                api.destroyResult(result);
            }
            good = true;
        } finally {
            if (good) {
                keep(sql, prepared);
            } else {
                failures.incrementAndGet();
                api.destroyPrepare(prepared);
            }
        }
    }

    private void keep(String sql, MemorySegment prepared) {
        if (most == 0 || sql.length() > MAX_KEPT || kept.containsKey(sql)) {
            api.destroyPrepare(prepared);
            return;
        }
        if (kept.size() >= most) {
            destroyEldest();
        }
        kept.put(sql, prepared.get(ADDRESS, 0));
    }

    private void destroyEldest() {
        String eldest = kept.keySet().iterator().next();
        try (Arena arena = Arena.ofConfined()) {
            api.destroyPrepare(arena.allocateFrom(ADDRESS, Objects.requireNonNull(kept.remove(eldest))));
        }
    }

    private void bind(Arena arena, MemorySegment prepared, List<?> values) throws EngineFailure {
        long wanted = api.parameters(prepared);
        if (wanted != values.size()) {
            throw new EngineFailure(
                    EngineFailure.Kind.OTHER, values.size() + " values for a statement that binds " + wanted);
        }
        for (int i = 0; i < values.size(); i++) {
            int state = switch (values.get(i)) {
                case Long value -> api.bindInt64(prepared, i + 1L, value);
                case Integer value -> api.bindInt32(prepared, i + 1L, value);
                case Double value -> api.bindDouble(prepared, i + 1L, value);
                case Boolean value -> api.bindBoolean(prepared, i + 1L, value);
                case String value -> {
                    byte[] utf8 = Utf8.of(value);
                    yield api.bindVarchar(
                            prepared, i + 1L, arena.allocateFrom(ValueLayout.JAVA_BYTE, utf8), utf8.length);
                }
                case byte[] value ->
                    api.bindBlob(prepared, i + 1L, arena.allocateFrom(ValueLayout.JAVA_BYTE, value), value.length);
                case Object other ->
                    throw new IllegalArgumentException("no type of the engine for " + other.getClass());
            };
            if (state != CApi.SUCCESS) {
                throw new EngineFailure(
                        EngineFailure.Kind.OTHER,
                        "cannot bind value " + (i + 1) + ": " + CApi.text(api.prepareError(prepared)));
            }
        }
    }

    private void take(Arena arena, Running statement, MemorySegment result, Row.Taker each) throws EngineFailure {
        ResultRow row = new ResultRow(api, arena, result);
        MemorySegment handle = arena.allocate(ADDRESS);
        while (true) {
            if (isLate(statement)) {
                throw late();
            }
            MemorySegment chunk = api.fetchChunk(result);
            if (chunk.address() == 0) {
                return;
            }
            handle.set(ADDRESS, 0, chunk);
            try {
                long rows = api.chunkSize(chunk);
                row.over(chunk);
                for (int i = 0; i < rows; i++) {
                    row.to(i);
                    each.take(row);
                }
            } finally {
                row.overNothing();
                api.destroyChunk(handle);
            }
        }
    }

    /// An appender to a table of the database, in this session's transaction. Without one, what is
    /// appended is added in steps of some 200,000 rows.
    public Appender appender(String table) throws EngineFailure {
        using.lock();
        try {
            if (isClosed()) {
                throw closed();
            }
            Appender appender = Appender.open(this, api, connection, table);
            appenders.add(appender);
            return appender;
        } finally {
            using.unlock();
        }
    }

    /// What appenders do with the engine.
    interface Use<T> {
        T run() throws EngineFailure;
    }

    /// Runs while nobody else uses the session.
    <T> T use(Use<T> use) throws EngineFailure {
        using.lock();
        try {
            if (isClosed()) {
                throw closed();
            }
            return use.run();
        } finally {
            using.unlock();
        }
    }

    /// Ends an appender without adding what it still holds.
    void drop(Appender appender) {
        using.lock();
        try {
            appenders.remove(appender);
            appender.drop();
        } finally {
            using.unlock();
        }
    }

    /// Ends the running statement early; it fails with [EngineFailure.Kind#LATE]. From any thread.
    public void cancel() {
        synchronized (gate) {
            for (Running statement = running; statement != null; statement = statement.outer) {
                statement.late = true;
            }
            if (running != null) {
                engine.watch(this, running, System.nanoTime());
            }
        }
    }

    /// Ends a statement whose time is over.
    void expire(Running statement) {
        synchronized (gate) {
            statement.late = true;
            if (!statement.over && running == statement) {
                api.interrupt(connection);
            }
        }
    }

    private boolean isLate(Running statement) {
        synchronized (gate) {
            return statement.late;
        }
    }

    private boolean isClosed() {
        synchronized (gate) {
            return closed;
        }
    }

    private static EngineFailure late() {
        return new EngineFailure(EngineFailure.Kind.LATE, "no time was left, or it was cancelled");
    }

    private static EngineFailure closed() {
        return new EngineFailure(EngineFailure.Kind.OTHER, "the session is closed");
    }

    /// Closes it: a running statement is cancelled, a transaction is rolled back, what an open appender
    /// holds is dropped.
    @Override
    public void close() {
        synchronized (gate) {
            closed = true;
        }
        cancel();
        using.lock();
        try {
            disconnect();
        } finally {
            using.unlock();
        }
        engine.forget(this);
    }

    /// Lets go of the connection, unless a statement further up this thread still reads.
    private void disconnect() {
        synchronized (gate) {
            if (running != null || connection.address() == 0) {
                return;
            }
            appenders.forEach(Appender::drop);
            appenders.clear();
            while (!kept.isEmpty()) {
                destroyEldest();
            }
            try (Arena arena = Arena.ofConfined()) {
                api.disconnect(arena.allocateFrom(ADDRESS, connection));
            }
            connection = MemorySegment.NULL;
        }
    }
}
