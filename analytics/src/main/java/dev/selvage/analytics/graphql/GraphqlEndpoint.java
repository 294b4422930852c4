package dev.selvage.analytics.graphql;

import static java.lang.System.Logger.Level.ERROR;

import dev.selvage.analytics.query.Asking;
import dev.selvage.analytics.query.QueryEngine;
import dev.selvage.analytics.query.Refusal;
import dev.selvage.model.access.Access;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import dev.selvage.toolkit.web.Handler;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// `POST /client/v4/graphql`.
public final class GraphqlEndpoint implements Handler {
    /// Largest request body, in bytes, and longest query, in characters.
    static final int MAX_BODY = 512 << 10;
    static final int MAX_QUERY = 64 << 10;

    private static final int MAX_ERRORS = 10;
    private static final double MILLION = 1e6;

    /// How many queries run at once, how many wait for their turn, and for how long.
    static final int RUNNING = 4;
    private static final int WAITING = 32;
    private static final Duration TURN = Duration.ofSeconds(3);

    /// How long a query waits for a store that is still loading.
    private static final Duration LOADING = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(GraphqlEndpoint.class.getName());

    /// What the endpoint has to know of the store.
    public interface StoreState {
        /// Waits for it to open.
        void await(Duration patience) throws InterruptedException;

        /// True when it can be asked.
        boolean open();

        /// What keeps it from being asked; `"loading"` at first.
        String trouble();

        /// Until when it is complete; epoch milliseconds.
        OptionalLong watermark();
    }

    private final Access access;
    private final StoreState store;
    private final Clock clock;
    private final QueryBudget budget;
    private final Semaphore running = new Semaphore(RUNNING, true);
    private final AtomicInteger inside = new AtomicInteger();
    private final CompletableFuture<Execution> execution = new CompletableFuture<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile double loaded;

    /// @param queriesPerFiveMinutes each principal's budget
    public GraphqlEndpoint(Access access, StoreState store, int queriesPerFiveMinutes, Metrics metrics, Clock clock) {
        this.access = access;
        this.store = store;
        this.clock = clock;
        budget = new QueryBudget(queriesPerFiveMinutes, clock);
        metrics.counter("selvage_graphql_queries", "GraphQL queries", Map.of("outcome", "answered"), answered::get);
        metrics.counter("selvage_graphql_queries", "GraphQL queries", Map.of("outcome", "refused"), refused::get);
        metrics.gauge(
                "selvage_graphql_schema_seconds", "How long the GraphQL schema took to make", Map.of(), () -> loaded);
    }

    /// Makes the schema; until then queries wait. Called once, on a thread of its own.
    public void load(QueryEngine queries) {
        long begun = System.nanoTime();
        try {
            execution.complete(new Execution(queries, budget));
            loaded = (System.nanoTime() - begun) / (MILLION * 1_000);
        } catch (RuntimeException bug) {
            LOG.log(ERROR, "the GraphQL schema was not made", bug);
            execution.completeExceptionally(bug);
        }
    }

    static Refusal internal() {
        return new Refusal(500, "internal", "Internal server error");
    }

    @Override
    public Answer handle(Call call) throws InterruptedException {
        Optional<Access.Principal> principal = access.authenticate(new Access.Presented(
                call.header("authorization"), call.header("x-auth-key"), call.header("x-auth-email"), call.remote()));
        if (principal.isEmpty()) {
            return failed(List.of(new Problem(401, "authn", "Unauthorized", null)));
        }
        try {
            return answer(principal.get(), call.body());
        } catch (Refusal refusal) {
            return failed(List.of(Problem.of(refusal)));
        }
    }

    private Answer answer(Access.Principal principal, byte[] body) throws InterruptedException {
        long begun = System.nanoTime();
        Request request = Request.read(body);
        if (inside.incrementAndGet() > RUNNING + WAITING) {
            inside.decrementAndGet();
            throw busy();
        }
        try {
            Execution ready = ready();
            if (!running.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy();
            }
            try {
                // Before anything is read: whatever the answer leaves out began after it.
                OptionalLong watermark = store.watermark();
                return switch (ready.run(principal, request)) {
                    case Execution.Failed(List<Problem> problems) -> failed(problems);
                    case Execution.Answered(Object data, Asking asking) -> succeeded(data, watermark, asking, begun);
                };
            } finally {
                running.release();
            }
        } finally {
            inside.decrementAndGet();
        }
    }

    private static Refusal busy() {
        return new Refusal(503, "busy", "too many queries in progress, please try again later");
    }

    private Execution ready() throws InterruptedException {
        long until = System.nanoTime() + LOADING.toNanos();
        try {
            Execution ready = execution.get(LOADING.toNanos(), TimeUnit.NANOSECONDS);
            store.await(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
            if (store.open()) {
                return ready;
            }
        } catch (TimeoutException _) {
            throw starting();
        } catch (ExecutionException _) {
            throw internal();
        }
        if (store.trouble().equals("loading")) {
            throw starting();
        }
        // What ails the store is for its operator, in the health report; not for everyone who may ask about a zone.
        throw new Refusal(503, "unavailable", "unable to execute query, please try again later");
    }

    private static Refusal starting() {
        return new Refusal(503, "starting", "analytics is starting, please try again later");
    }

    private static Map<String, Object> extensions(OptionalLong watermark) {
        Map<String, Object> extensions = new LinkedHashMap<>();
        extensions.put("watermark", watermark.isPresent() ? Moments.time(watermark.getAsLong()) : null);
        return extensions;
    }

    private Answer succeeded(Object data, OptionalLong watermark, Asking asking, long begun) {
        answered.incrementAndGet();
        Map<String, Object> extensions = extensions(watermark);
        extensions.put("exact", asking.exact());
        extensions.put("rows", asking.rows());
        Map<String, Object> datasets = new LinkedHashMap<>();
        asking.reports().forEach((path, report) -> datasets.put(path, report.shown()));
        extensions.put("datasets", datasets);
        extensions.put("hitRatio", HitRatio.shown());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("data", data);
        answer.put("errors", null);
        answer.put("extensions", extensions);
        Answer json = Answer.json(200, answer);
        return json.with(
                "Server-Timing",
                "store;dur=" + milliseconds(asking.storeNanos()) + ", total;dur="
                        + milliseconds(System.nanoTime() - begun));
    }

    /// With three digits behind the point.
    private static String milliseconds(long nanoseconds) {
        return BigDecimal.valueOf(nanoseconds / 1_000, 3).toString();
    }

    private Answer failed(List<Problem> problems) {
        refused.incrementAndGet();
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        String time = Instant.now(clock).toString();
        List<Map<String, Object>> errors = new ArrayList<>();
        for (Problem problem : problems.subList(0, Math.min(MAX_ERRORS, problems.size()))) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("message", problem.message());
            error.put("path", problem.path());
            error.put("extensions", Map.of("code", problem.code(), "timestamp", time, "ray_id", id));
            errors.add(error);
            if (problem.status() >= 500) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "a query was answered {0}, ray_id {1}: {2}",
                        problem.status(),
                        id,
                        problem.message());
            }
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("data", null);
        answer.put("errors", errors);
        answer.put("extensions", extensions(store.watermark()));
        return Answer.json(problems.getFirst().status(), answer);
    }
}
