package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Row;
import dev.selvage.analytics.duckdb.Session;
import dev.selvage.analytics.store.Snapshot;
import dev.selvage.model.purge.PurgeHistory;
import java.time.Clock;
import java.time.Duration;
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
    /// @param rows how long all rows are kept, and so on for the others
    /// @param thin how long at least thin samples of rows are kept
    public record Limits(long rowBudget, Duration rows, Duration thin, Duration minutes, Duration hours) {}

    /// Where questions are answered from.
    public interface Source {
        /// What is stored now; it is closed by whoever asked for it.
        Snapshot snapshot() throws EngineFailure;
    }

    private final Supplier<Optional<Source>> source;
    private final PurgeHistory purges;
    private final Limits limits;
    private final Clock clock;

    // Platform threads: a statement holds its thread in native code, and the few carriers of virtual threads with it.
    private final ExecutorService workers = Executors.newFixedThreadPool(
            WORKERS, Thread.ofPlatform().daemon().name("analytics-query-", 0).factory());

    private final Set<Session> running = ConcurrentHashMap.newKeySet();

    /// @param source empty while there is none
    /// @param purges what was purged
    public QueryEngine(Supplier<Optional<Source>> source, PurgeHistory purges, Limits limits, Clock clock) {
        this.source = source;
        this.purges = purges;
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

    public Limits limits() {
        return limits;
    }

    private List<Map<String, Object>> answer(Question question, Asking asking) {
        Source open = source.get().orElseThrow(Refusal::unavailable);
        long now = clock.millis();
        try (Snapshot snapshot = open.snapshot()) {
            running.add(snapshot.session());
            try {
                Reading reading = new Reading(snapshot, asking);
                Answer answer = answer(question, now, reading);
                if (question.compared() != null) {
                    Comparison comparison = Comparison.of(question, answer, now);
                    answer = comparison.attach(answer, answer(comparison.earlier(), now, reading));
                }
                asking.grouped(answer.groups().size());
                asking.answered(question.path(), answer.report());
                return answer.groups();
            } finally {
                running.remove(snapshot.session());
            }
        } catch (EngineFailure failure) {
            if (failure.kind() == EngineFailure.Kind.LATE || failure.kind() == EngineFailure.Kind.MEMORY) {
                throw Refusal.tooLarge();
            }
            LOG.log(System.Logger.Level.ERROR, "a query of the analytics store failed", failure);
            throw new CompletionException(failure);
        }
    }

    private Answer answer(Question question, long now, Reading reading) throws EngineFailure {
        return switch (question.dataset().form()) {
            case ROWS -> new RowList(question, limits, now).run(reading);
            case GROUPS -> AdaptivePlan.of(question, limits, now).run(reading);
            case ROLLUP -> RollupPlan.of(question, limits, now).run(reading);
            case BY_COLO -> new ByColoPlan(question, limits, now).run(reading);
            case NOTHING -> new Answer(List.of(), Report.ofCounters(0));
            case PURGES -> new PurgePlan(question).run(purges);
        };
    }

    /// Groups, each a map by the API's field names, and how they were found.
    record Answer(List<Map<String, Object>> groups, Report report) {}

    @Override
    public void close() {
        workers.shutdownNow();
        // Native code does not notice a thread's interruption.
        try {
            for (int i = 0; i < 40; i++) {
                // Again and again, for a statement that had not begun when it was cancelled.
                running.forEach(Session::cancel);
                if (workers.awaitTermination(50, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// A moment of the store, and the time left to read it.
    record Reading(Snapshot snapshot, Asking asking) {
        void select(String sql, List<?> values, Row.Taker each) throws EngineFailure {
            long begun = System.nanoTime();
            try {
                snapshot.session().query(sql, values, asking.deadline(), each);
            } finally {
                asking.waited(System.nanoTime() - begun);
            }
        }
    }

    /// Refuses what asks for data that is kept no more.
    ///
    /// @param from when the question begins; `Long.MIN_VALUE` when it does not say
    static void checkAge(Question question, long from, Duration kept, long now) {
        if (from == Long.MIN_VALUE || from >= now) {
            return;
        }
        // A day's grace, which the store keeps too: a client that asks for the whole time is not refused for its delay.
        if (from < now - kept.toMillis() - Duration.ofDays(1).toMillis()) {
            throw new Refusal(
                    400,
                    "quota",
                    question.subject() + " cannot request data older than " + words(kept.toMillis())
                            + ", but your query requests data from " + words(now - from) + " ago");
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
}
