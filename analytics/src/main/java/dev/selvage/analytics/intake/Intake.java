package dev.selvage.analytics.intake;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.store.AnalyticsStore;
import dev.selvage.analytics.store.NewerVersion;
import dev.selvage.model.event.Sampling;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.TrafficSink;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Owns the store: opens it, commits what edges hand over, and keeps it small.
///
/// Three threads: `event-intake` commits, `store-roller` moves rows to files and compares rows with
/// counters, `store-keeper` merges and forgets.
public final class Intake implements TrafficSink, AutoCloseable {
    /// The part of [Health] that speaks for the store.
    public static final String PART = "analytics";

    /// How often there is a commit while there is something to commit.
    static final Duration TICK = Duration.ofMillis(200);

    /// How long an edge may hold an event before it offers it; the watermark allows for it.
    static final Duration HAND_OVER = Duration.ofSeconds(1);

    /// Most rows and counters that wait for a commit; beyond it batches are refused.
    static final int ROOM = 200_000;

    /// A row of more bytes counts as several.
    private static final int BYTES_PER_ROW = 512;

    /// Rows and counters of one commit, about: it takes a fraction of a second.
    private static final int PER_COMMIT = 100_000;

    private static final Duration ROLLER_TICK = Duration.ofMillis(500);
    private static final Duration KEEPER_TICK = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(Intake.class.getName());

    /// Opens a store; called again when that failed.
    public interface Opening {
        /// @param progress hears what takes long
        AnalyticsStore open(Consumer<String> progress) throws IOException, NewerVersion;
    }

    private final Opening opening;
    private final Health health;
    private final Clock clock;
    private final Duration backOff;

    private final ConcurrentLinkedQueue<TrafficBatch> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong waiting = new AtomicLong();
    /// Since when a source's batches have been refused.
    private final Map<String, Long> refusedSince = new ConcurrentHashMap<>();

    private final ZoneMeters meters = new ZoneMeters();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong unreadable = new AtomicLong();
    private final AtomicLong repeatedRows = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();
    private volatile long lastCommit;

    private final Thread intake;
    private final Thread roller;
    private final Thread keeper;
    private final CountDownLatch opened = new CountDownLatch(1);
    private volatile @Nullable AnalyticsStore store;
    private volatile boolean closed;
    private volatile boolean hopeless;
    private volatile String state = "loading";
    private volatile long watermark;

    // Of the intake thread.
    /// By source, the newest batch that was stored.
    private final Map<String, Long> stored = new HashMap<>();

    private final List<TrafficBatch> pending = new ArrayList<>();
    private long pendingWeight;
    private boolean failing;

    // Of the roller's.
    private final Drift drift = new Drift();

    /// @param backOff how long to wait before a failed opening or commit is tried again
    public Intake(Opening opening, Health health, Metrics metrics, Clock clock, Duration backOff) {
        this.opening = opening;
        this.health = health;
        this.clock = clock;
        this.backOff = backOff;
        intake = Thread.ofPlatform().daemon().name("event-intake").unstarted(this::take);
        roller = Thread.ofPlatform()
                .daemon()
                .name("store-roller")
                .unstarted(() -> keep(ROLLER_TICK, this::rollAndCompare));
        keeper = Thread.ofPlatform().daemon().name("store-keeper").unstarted(() -> keep(KEEPER_TICK, this::tidy));
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
        metrics.counter(
                "selvage_analytics_rows_repeated",
                "Rows whose ray id was stored shortly before",
                none,
                repeatedRows::get);
        metrics.counter(
                "selvage_analytics_times_moved",
                "Rows and counters whose time could not be; they count as of their receipt",
                none,
                moved::get);
        metrics.gauge(
                "selvage_analytics_commit_seconds", "How long the last commit took", none, () -> lastCommit / 1e9);
        gauge(metrics, "segment_bytes", "Bytes of segments", Map.of(), AnalyticsStore.Statistics::segmentBytes);
        gauge(metrics, "hot_rows", "Rows that are not in files yet", Map.of(), AnalyticsStore.Statistics::hotRows);
        gauge(metrics, "files", "Files of the store", Map.of(), AnalyticsStore.Statistics::files);
        gauge(metrics, "rolls", "How often rows were moved to files", Map.of(), AnalyticsStore.Statistics::rolls);
        gauge(metrics, "merges", "How often files were merged", Map.of(), AnalyticsStore.Statistics::merges);
        gauge(
                metrics,
                "spare_bytes",
                "Bytes that the store may still take",
                Map.of(),
                AnalyticsStore.Statistics::spare);
        gauge(
                metrics,
                "counter_bytes",
                "Bytes of counters, visitors and the index of rows",
                Map.of(),
                AnalyticsStore.Statistics::counterBytes);
        for (int tier = 0; tier < Sampling.TIERS; tier++) {
            int of = tier;
            gauge(
                    metrics,
                    "tier_bytes",
                    "Bytes of rows in files",
                    Map.of("tier", Integer.toString(tier)),
                    statistics -> statistics.tierBytes().get(of));
        }
        metrics.gauge(
                "selvage_analytics_rate_factor",
                "By how much sampling is tightened because the store is full",
                none,
                () -> store().map(AnalyticsStore::rateFactor).orElse(1.0));
        drift.register(metrics);
    }

    private void gauge(
            Metrics metrics,
            String name,
            String help,
            Map<String, String> labels,
            ToDoubleFunction<AnalyticsStore.Statistics> value) {
        metrics.gauge(
                "selvage_analytics_" + name,
                help,
                labels,
                () -> store().map(AnalyticsStore::statistics)
                        .map(value::applyAsDouble)
                        .orElse(0.0));
    }

    /// Starts the threads; returns at once.
    public void start() {
        intake.start();
        roller.start();
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
        // Rows that are large count for more, so that the room is one of bytes too.
        int weight = 1 + Math.max(batch.rows().count(), batch.rows().length() / BYTES_PER_ROW);
        for (var minute : batch.counters()) {
            weight += 1 + minute.crossed().size() + minute.marginals().size();
        }
        return weight;
    }

    /// The open store; empty while it is loading or cannot be used, see [#state].
    public Optional<AnalyticsStore> store() {
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
            try (AnalyticsStore current = opening.open(this::say)) {
                watermark = Math.max(watermark, current.newest());
                store = current;
                say("");
                opened.countDown();
                serve(current);
            } catch (NewerVersion newer) {
                hopeless(String.valueOf(newer.getMessage()));
                return;
            } catch (IOException | RuntimeException failure) {
                degraded(failure);
                opened.countDown();
                pause(backOff);
            } finally {
                store = null;
            }
        } while (!closed);
    }

    /// Commits until it is closed, and once more then.
    private void serve(AnalyticsStore current) {
        stored.putAll(current.sequences());
        while (true) {
            boolean last = closed;
            if (!tick(current)) {
                if (last) {
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
    private boolean tick(AnalyticsStore current) {
        long now = clock.millis();
        long reach =
                refusedSince.values().stream().mapToLong(Long::longValue).min().orElse(now);
        // What failed is tried again as it was. One commit takes no more than the room, so that what arrives
        // meanwhile is refused and not piled up.
        if (!failing) {
            for (TrafficBatch batch; pendingWeight < PER_COMMIT && (batch = queue.poll()) != null; ) {
                pending.add(batch);
                pendingWeight += weight(batch);
            }
        }
        boolean all = queue.isEmpty();
        if (!pending.isEmpty()) {
            long began = System.nanoTime();
            try {
                AnalyticsStore.Committed committed = current.commit(List.copyOf(pending));
                rows.addAndGet(committed.rows());
                repeated.addAndGet(committed.repeatedBatches());
                repeatedRows.addAndGet(committed.repeatedRows());
                moved.addAndGet(committed.moved());
                unreadable.addAndGet(committed.unreadable());
                commits.incrementAndGet();
                meter();
            } catch (IOException | RuntimeException failure) {
                failing = true;
                degraded(failure);
                return false;
            } finally {
                lastCommit = System.nanoTime() - began;
            }
            if (failing) {
                failing = false;
                LOG.log(INFO, "the analytics store is written again");
            }
        }
        say(current.trouble());
        pending.clear();
        waiting.addAndGet(-pendingWeight);
        pendingWeight = 0;
        if (all) {
            watermark = Math.max(watermark, Math.min(now, reach) - HAND_OVER.toMillis());
        }
        return true;
    }

    /// Counts what was stored, once: a batch that comes again has no newer sequence.
    private void meter() {
        for (TrafficBatch batch : pending) {
            if (batch.sequence() > stored.getOrDefault(batch.source(), 0L)) {
                stored.put(batch.source(), batch.sequence());
                meters.add(batch);
            }
        }
    }

    /// The traffic of each zone since the program began.
    public ZoneMeters meters() {
        return meters;
    }

    /// Tells the health what the store does; `""` when all is well.
    private void say(String what) {
        if (!what.equals(state)) {
            state = what;
            boolean well = what.isEmpty() || store == null;
            health.report(PART, well ? Health.State.UP : Health.State.DEGRADED, what);
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

    /// What a thread does to the store every now and then; true when there is more to do at once.
    private interface Chore {
        boolean run(AnalyticsStore current, long now) throws IOException, EngineFailure;
    }

    private void keep(Duration tick, Chore chore) {
        while (!closed && !hopeless) {
            AnalyticsStore current = store;
            boolean more = false;
            if (current != null) {
                try {
                    more = chore.run(current, clock.millis());
                } catch (IOException | EngineFailure | RuntimeException failure) {
                    if (!closed && store != null) {
                        failures.incrementAndGet();
                        LOG.log(WARNING, "the analytics store was not tidied up; trying again", failure);
                        pause(backOff);
                    }
                }
            }
            if (!more) {
                pause(tick);
            }
        }
    }

    private boolean rollAndCompare(AnalyticsStore current, long now) throws IOException, EngineFailure {
        boolean rolled = current.roll(now);
        drift.compare(current, now);
        return rolled;
    }

    private boolean tidy(AnalyticsStore current, long now) throws IOException {
        return current.tidy(now);
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
        LockSupport.unpark(roller);
        LockSupport.unpark(keeper);
        LockSupport.unpark(intake);
        try {
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
