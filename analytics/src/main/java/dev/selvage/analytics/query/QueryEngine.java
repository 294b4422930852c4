package dev.selvage.analytics.query;

import dev.selvage.analytics.store.Store;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Answers questions, a bounded number at a time.
public final class QueryEngine implements AutoCloseable {
    /// How many statements run at once.
    static final int WORKERS = 4;

    private static final System.Logger LOG = System.getLogger(QueryEngine.class.getName());

    /// @param rowBudget the most rows that one question aggregates
    /// @param rows how long rows are kept, and so on for the others
    public record Limits(long rowBudget, Duration rows, Duration minutes, Duration hours) {}

    private final Supplier<Optional<Store>> store;
    private final Limits limits;
    private final Clock clock;

    // Platform threads: a statement holds its thread in native code, and the few carriers of virtual threads with it.
    private final ExecutorService workers = Executors.newFixedThreadPool(
            WORKERS, Thread.ofPlatform().daemon().name("analytics-query-", 0).factory());

    private final Set<Statement> running = ConcurrentHashMap.newKeySet();

    public QueryEngine(Supplier<Optional<Store>> store, Limits limits, Clock clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    /// The groups that answer a question, each a map by the API's field names; fails with a [Refusal].
    public CompletableFuture<List<Map<String, Object>>> ask(Question question, Asking asking) {
        try {
            return CompletableFuture.supplyAsync(() -> answer(question, asking), workers);
        } catch (java.util.concurrent.RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(Refusal.unavailable());
        }
    }

    private List<Map<String, Object>> answer(Question question, Asking asking) {
        Store open = store.get().orElseThrow(Refusal::unavailable);
        long now = clock.millis();
        try (Connection connection = open.reader()) {
            Reading reading = new Reading(connection, asking, running);
            List<Map<String, Object>> groups = question.dataset().rollup()
                    ? RollupPlan.of(question, limits, now).run(reading)
                    : AdaptivePlan.of(question, limits, now).run(reading);
            asking.grouped(groups.size());
            return groups;
        } catch (SQLTimeoutException late) {
            throw Refusal.tooLarge();
        } catch (SQLException failure) {
            if (String.valueOf(failure.getMessage()).contains("Out of Memory")) {
                throw Refusal.tooLarge();
            }
            LOG.log(System.Logger.Level.ERROR, "a query of the analytics store failed", failure);
            throw new CompletionException(failure);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        // Native code does not notice a thread's interruption.
        try {
            for (int i = 0; i < 40; i++) {
                // Again and again, for a statement that had not begun when it was cancelled.
                running.forEach(QueryEngine::cancel);
                if (workers.awaitTermination(50, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends a statement early; it fails then.
    static void cancel(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException _) {
            // It has ended by itself.
        }
    }

    /// A connection and the time left to use it.
    ///
    /// @param running the statements that closing cancels
    record Reading(Connection connection, Asking asking, Set<Statement> running) {
        interface Row {
            void take(ResultSet row) throws SQLException;
        }

        void select(String sql, List<Object> values, Row each) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int at = 1;
                for (Object value : values) {
                    statement.setObject(at++, value);
                }
                statement.setQueryTimeout(asking.secondsLeft());
                running.add(statement);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        each.take(rows);
                    }
                } finally {
                    running.remove(statement);
                }
            }
        }
    }

    /// Refuses what asks for data that is kept no more.
    static void checkAge(Question question, Clause clause, Duration kept, long now) {
        if (clause.from() == Long.MIN_VALUE || clause.from() >= now) {
            return;
        }
        // A day's grace, which the store keeps too: a client that asks for the whole time is not refused for its delay.
        if (clause.from() < now - kept.toMillis() - Duration.ofDays(1).toMillis()) {
            throw new Refusal(
                    400,
                    "quota",
                    question.subject() + " cannot request data older than " + words(kept.toMillis())
                            + ", but your query requests data from " + words(now - clause.from()) + " ago");
        }
    }

    /// A duration as the API writes it: `4w2d`, `38w2d15h32m42s924ms`.
    static String words(long milliseconds) {
        StringBuilder words = new StringBuilder();
        long left = milliseconds;
        long[] widths = {604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1};
        String[] units = {"w", "d", "h", "m", "s", "ms"};
        for (int i = 0; i < widths.length; i++) {
            long count = left / widths[i];
            left %= widths[i];
            if (count > 0) {
                words.append(count).append(units[i]);
            }
        }
        return words.isEmpty() ? "0s" : words.toString();
    }

    /// The zones as a clause.
    static Clause zones(Question question) {
        List<Object> ids = new ArrayList<>(question.zones());
        return new Clause("zone IN (" + Clause.marks(ids.size()) + ")", ids, Long.MIN_VALUE, Long.MAX_VALUE, List.of());
    }
}
