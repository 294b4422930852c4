package dev.selvage.analytics.intake;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.analytics.store.Delta;
import dev.selvage.analytics.store.Keeper;
import dev.selvage.analytics.store.NewerVersion;
import dev.selvage.analytics.store.Store;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.TrafficSink;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Owns the store: opens it, commits what edges hand over, keeps it small, and opens it again when its
/// engine gave up.
///
/// Two threads: `event-intake` commits, `store-keeper` rolls and forgets.
public final class Intake implements TrafficSink, AutoCloseable {
    /// The part of [Health] that speaks for the store.
    public static final String PART = "analytics";

    /// How often there is a commit while there is something to commit.
    static final Duration TICK = Duration.ofMillis(600);

    /// How long an edge may hold an event before it offers it; the watermark allows for it.
    static final Duration HAND_OVER = Duration.ofSeconds(1);

    /// Most rows and counters that wait for a commit; beyond it batches are refused.
    static final int ROOM = 200_000;

    private static final Duration KEEPER_TICK = Duration.ofSeconds(15);
    /// Increments of a minute are expected until so long after it ended.
    private static final Duration MINUTE_CLOSES = Duration.ofSeconds(60);
    private static final Duration FORGET_EVERY = Duration.ofHours(1);

    private static final System.Logger LOG = System.getLogger(Intake.class.getName());

    /// Opens a store; called again after the engine gave up.
    public interface Opening {
        Store open() throws IOException, NewerVersion;
    }

    /// @param rows how long rows are kept, and so on
    public record Keeping(Duration rows, Duration minutes, Duration hours) {}

    private final Opening opening;
    private final Keeping keeping;
    private final Health health;
    private final Clock clock;
    private final Duration backOff;

    private final ConcurrentLinkedQueue<TrafficBatch> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong waiting = new AtomicLong();
    /// Since when a source's batches have been refused.
    private final Map<String, Long> refusedSince = new ConcurrentHashMap<>();

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong unreadable = new AtomicLong();

    private final Thread intake;
    private final Thread keeper;
    private final CountDownLatch opened = new CountDownLatch(1);
    private volatile @Nullable Store store;
    private volatile boolean closed;
    private volatile boolean hopeless;
    private volatile String state = "loading";
    private volatile long watermark;

    // Of the intake thread.
    private final Map<String, Long> lastSequence = new HashMap<>();
    private final RecentRays rays = new RecentRays(100_000);
    private Delta pending = new Delta();
    private long pendingWeight;

    /// @param backOff how long to wait before a failed opening or commit is tried again
    public Intake(Opening opening, Keeping keeping, Health health, Metrics metrics, Clock clock, Duration backOff) {
        this.opening = opening;
        this.keeping = keeping;
        this.health = health;
        this.clock = clock;
        this.backOff = backOff;
        intake = Thread.ofPlatform().daemon().name("event-intake").unstarted(this::take);
        keeper = Thread.ofPlatform().daemon().name("store-keeper").unstarted(this::keep);
        health.report(PART, Health.State.UP, "loading");
        register(metrics);
    }

    private void register(Metrics metrics) {
        Map<String, String> none = Map.of();
        metrics.counter("selvage_analytics_batches_accepted", "Batches taken from edges", none, accepted::get);
        metrics.counter("selvage_analytics_batches_refused", "Offers for which there was no room", none, refused::get);
        metrics.counter(
                "selvage_analytics_batches_repeated", "Batches that had been taken before", none, repeated::get);
        metrics.counter(
                "selvage_analytics_batches_dropped",
                "Batches lost because the store cannot be used by this version",
                none,
                dropped::get);
        metrics.counter("selvage_analytics_rows", "Sampled rows committed", none, rows::get);
        metrics.counter("selvage_analytics_commits", "Commits of the store", none, commits::get);
        metrics.counter("selvage_analytics_store_failures", "Failed openings and commits", none, failures::get);
        metrics.counter(
                "selvage_analytics_sketches_unreadable", "Visitor sketches that were none", none, unreadable::get);
        metrics.gauge("selvage_analytics_waiting", "Rows and counters waiting for a commit", none, waiting::get);
        metrics.gauge(
                "selvage_analytics_watermark_seconds",
                "Events that began until then are queryable; epoch seconds",
                none,
                () -> watermark / 1_000.0);
    }

    /// Starts the threads; returns at once.
    public void start() {
        intake.start();
        keeper.start();
    }

    @Override
    public boolean offer(TrafficBatch batch) {
        if (closed) {
            return false;
        }
        int weight = weight(batch);
        // A batch larger than the room is taken when nothing else waits: refusing it for ever would lose it.
        long before = waiting.getAndAdd(weight);
        if (before > 0 && before + weight > ROOM) {
            waiting.addAndGet(-weight);
            refused.incrementAndGet();
            refusedSince.putIfAbsent(batch.source(), clock.millis());
            return false;
        }
        queue.add(batch);
        // After the batch is in the queue, so that the watermark cannot pass it.
        refusedSince.remove(batch.source());
        accepted.incrementAndGet();
        return true;
    }

    private static int weight(TrafficBatch batch) {
        int weight = 1 + batch.rows().count();
        for (var minute : batch.counters()) {
            weight += 1 + minute.crossed().size() + minute.marginals().size();
        }
        return weight;
    }

    /// The open store; empty while it is loading or cannot be used, see [#state].
    public Optional<Store> store() {
        return Optional.ofNullable(store);
    }

    /// Waits for the store to open or to fail for the first time.
    public void awaitOpened(Duration patience) throws InterruptedException {
        boolean _ = opened.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// What the store is doing, for people: `""` when all is well.
    public String state() {
        return state;
    }

    /// Every event that began before this moment (epoch milliseconds) is queryable; empty while the
    /// store is loading.
    public OptionalLong watermark() {
        return store == null ? OptionalLong.empty() : OptionalLong.of(watermark);
    }

    private void take() {
        // At least once: what was accepted before an early close is committed too.
        do {
            try (Store current = opening.open()) {
                watermark = Math.max(watermark, current.newestMinute());
                store = current;
                state = "";
                health.report(PART, Health.State.UP, "");
                opened.countDown();
                serve(current);
            } catch (NewerVersion newer) {
                hopeless(String.valueOf(newer.getMessage()));
                return;
            } catch (IOException | SQLException | RuntimeException failure) {
                degraded(failure);
                opened.countDown();
                pause(backOff);
            } finally {
                store = null;
            }
        } while (!closed);
    }

    /// Commits until it is closed, and once more then; returns early when the store has to be opened
    /// again.
    private void serve(Store current) {
        while (true) {
            boolean last = closed;
            if (!tick(current)) {
                if (last || !current.usable()) {
                    return;
                }
                pause(backOff);
            } else if (queue.isEmpty()) {
                if (last) {
                    return;
                }
                LockSupport.parkNanos(TICK.toNanos());
            }
        }
    }

    /// Commits what waits; false when that failed, and then it is kept for the next try.
    private boolean tick(Store current) {
        long now = clock.millis();
        long reach =
                refusedSince.values().stream().mapToLong(Long::longValue).min().orElse(now);
        // One commit takes no more than the room, so that what arrives meanwhile is refused and not piled up.
        for (TrafficBatch batch; pendingWeight < ROOM && (batch = queue.poll()) != null; ) {
            merge(batch);
        }
        boolean all = queue.isEmpty();
        if (!pending.isEmpty()) {
            try {
                int count = pending.rowCount();
                current.commit(pending);
                rows.addAndGet(count);
                commits.incrementAndGet();
            } catch (SQLException | RuntimeException failure) {
                degraded(failure);
                return false;
            }
            if (!state.isEmpty()) {
                state = "";
                health.report(PART, Health.State.UP, "");
                LOG.log(INFO, "the analytics store is written again");
            }
        }
        pending = new Delta();
        waiting.addAndGet(-pendingWeight);
        pendingWeight = 0;
        if (all) {
            watermark = Math.max(watermark, Math.min(now, reach) - HAND_OVER.toMillis());
        }
        return true;
    }

    private void merge(TrafficBatch batch) {
        pendingWeight += weight(batch);
        Long last = lastSequence.get(batch.source());
        if (last != null && batch.sequence() <= last) {
            repeated.incrementAndGet();
            return;
        }
        lastSequence.put(batch.source(), batch.sequence());
        unreadable.addAndGet(pending.addCounters(batch));
        for (RequestEvent row : batch.rows().events()) {
            if (rays.add(row.rayId())) {
                pending.addRow(row);
            }
        }
    }

    private void degraded(Exception failure) {
        failures.incrementAndGet();
        String message = "the analytics store cannot be used: " + failure.getMessage();
        if (!message.equals(state)) {
            LOG.log(ERROR, message, failure);
        }
        state = message;
        health.report(PART, Health.State.DEGRADED, message);
    }

    /// The store will not open however often it is tried: what comes is counted as lost, since no later
    /// moment could take it.
    private void hopeless(String message) {
        failures.incrementAndGet();
        state = message;
        health.report(PART, Health.State.DEGRADED, message);
        LOG.log(WARNING, message);
        hopeless = true;
        opened.countDown();
        while (!closed) {
            for (TrafficBatch batch; (batch = queue.poll()) != null; ) {
                waiting.addAndGet(-weight(batch));
                dropped.incrementAndGet();
            }
            LockSupport.parkNanos(TICK.toNanos());
        }
    }

    private void keep() {
        long lastForget = 0;
        while (!closed) {
            Store current = store;
            if (current != null) {
                long now = clock.millis();
                try (Keeper keep = current.keeper()) {
                    long minute = now - MINUTE_CLOSES.toMillis();
                    keep.roll(minute - minute % 60_000);
                    keep.merge(now);
                    if (now - lastForget >= FORGET_EVERY.toMillis()) {
                        // A day more than promised, so that a query for the whole time finds all of it.
                        Duration grace = Duration.ofDays(1);
                        keep.forget(
                                now,
                                keeping.rows().plus(grace),
                                keeping.minutes().plus(grace),
                                keeping.hours().plus(grace));
                        lastForget = now;
                    }
                } catch (SQLException | RuntimeException failure) {
                    if (!closed && store == current) {
                        failures.incrementAndGet();
                        LOG.log(WARNING, "the analytics store was not tidied up; trying again", failure);
                    }
                }
            } else if (hopeless) {
                return;
            }
            pause(store == null ? TICK : KEEPER_TICK);
        }
    }

    private void pause(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (!closed) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return;
            }
            LockSupport.parkNanos(left);
        }
    }

    /// Commits what was accepted and closes the store; at most 20 s.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(keeper);
        LockSupport.unpark(intake);
        try {
            keeper.join(Duration.ofSeconds(5));
            intake.join(Duration.ofSeconds(15));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (!queue.isEmpty()) {
            LOG.log(WARNING, queue.size() + " batches were not committed: " + (state.isEmpty() ? "no time" : state));
        }
        health.remove(PART);
    }
}
