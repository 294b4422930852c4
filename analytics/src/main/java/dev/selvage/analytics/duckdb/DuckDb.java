package dev.selvage.analytics.duckdb;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The one DuckDB of this process; its database is in memory.
public final class DuckDb implements AutoCloseable {
    /// An interrupt that comes before the engine begins with a statement is lost, so that it is
    /// repeated.
    private static final long REPEAT_NANOSECONDS = 5_000_000;

    private final CApi api;
    private final ScheduledThreadPoolExecutor watchdog;
    private final Set<Session> sessions = new HashSet<>();
    private MemorySegment database;

    private DuckDb(CApi api, MemorySegment database) {
        this.api = api;
        this.database = database;
        watchdog = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("duckdb-watchdog").factory());
        watchdog.setRemoveOnCancelPolicy(true);
    }

    /// Opens it.
    ///
    /// @param directory where the engine's native library is unpacked once per version, and where large
    /// queries put what does not fit into memory
    /// @param options of the engine, such as `memory_limit`
    public static DuckDb open(Path directory, Map<String, String> options) throws EngineFailure {
        CApi api = NativeLibrary.load(directory);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(ADDRESS);
            if (api.createConfig(config) != CApi.SUCCESS) {
                throw new EngineFailure(EngineFailure.Kind.MEMORY, "the engine cannot be configured");
            }
            try {
                set(
                        api,
                        arena,
                        config,
                        "temp_directory",
                        directory.resolve("tmp").toString());
                for (Map.Entry<String, String> option : options.entrySet()) {
                    set(api, arena, config, option.getKey(), option.getValue());
                }
                Files.createDirectories(directory);
                MemorySegment database = arena.allocate(ADDRESS);
                MemorySegment error = arena.allocate(ADDRESS);
                if (api.openExt(MemorySegment.NULL, database, config.get(ADDRESS, 0), error) != CApi.SUCCESS) {
                    String message = CApi.text(error.get(ADDRESS, 0));
                    api.free(error.get(ADDRESS, 0));
                    throw EngineFailure.of(message);
                }
                return new DuckDb(api, database.get(ADDRESS, 0));
            } catch (IOException failure) {
                throw new EngineFailure(EngineFailure.Kind.FILE, "cannot make " + directory + ": " + failure);
            } finally {
                api.destroyConfig(config);
            }
        }
    }

    private static void set(CApi api, Arena arena, MemorySegment config, String name, String value)
            throws EngineFailure {
        if (api.setConfig(config.get(ADDRESS, 0), CApi.string(arena, name), CApi.string(arena, value))
                != CApi.SUCCESS) {
            throw new EngineFailure(EngineFailure.Kind.OTHER, "the engine has no option " + name + " = " + value);
        }
    }

    /// A session of its own: one thread at a time, one transaction.
    public synchronized Session session() throws EngineFailure {
        if (database.address() == 0) {
            throw new EngineFailure(EngineFailure.Kind.OTHER, "the engine is closed");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment connection = arena.allocate(ADDRESS);
            if (api.connect(database, connection) != CApi.SUCCESS) {
                throw new EngineFailure(EngineFailure.Kind.OTHER, "the engine makes no more sessions");
            }
            Session session = new Session(this, api, connection.get(ADDRESS, 0));
            sessions.add(session);
            return session;
        }
    }

    synchronized void forget(Session session) {
        sessions.remove(session);
    }

    /// Ends a statement at its deadline, or at once when that is over.
    void watch(Session session, Session.Running statement, long deadline) {
        if (!watchdog.isShutdown()) {
            statement.watch(watchdog.scheduleWithFixedDelay(
                    () -> session.expire(statement),
                    Math.max(0, deadline - System.nanoTime()),
                    REPEAT_NANOSECONDS,
                    TimeUnit.NANOSECONDS));
        }
    }

    /// Closes it and its sessions; statements that run are cancelled.
    @Override
    public void close() {
        List<Session> open;
        MemorySegment closed;
        synchronized (this) {
            closed = database;
            database = MemorySegment.NULL;
            open = List.copyOf(sessions);
        }
        open.forEach(Session::close);
        watchdog.shutdownNow();
        if (closed.address() != 0) {
            try (Arena arena = Arena.ofConfined()) {
                api.close(arena.allocateFrom(ADDRESS, closed));
            }
        }
    }
}
