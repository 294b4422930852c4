package dev.selvage.edge.refill;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.config.OriginTarget;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// The turns of all origins whose owners limit how many requests a second are for what was purged. Thread-safe;
/// asked on misses only.
public final class Refills {
    /// How long after a purge a miss may be its doing: what it took away is forgotten meanwhile.
    static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(60);

    /// Purges of a zone that are told apart in that time; those that are nearer to each other count as one.
    private static final long TOLD_APART_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Origins with turns; beyond it those that nobody asks are forgotten.
    private static final int MOST_ORIGINS = 4_096;

    private final ConcurrentHashMap<Origin, RefillQueue> queues = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Recent> recent = new ConcurrentHashMap<>();
    private final LongAdder queued = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder servedStale = new LongAdder();

    private record Origin(String zone, List<String> hosts, int port) {
        static Origin of(String zone, OriginTarget target) {
            return new Origin(zone, target.hosts(), target.port());
        }
    }

    /// When a zone's purges began lately, the oldest first.
    private static final class Recent {
        private final ArrayDeque<Begun> begun = new ArrayDeque<>();

        private record Begun(long nanos, long tick) {}

        synchronized void add(long nanos, long tick) {
            forget(nanos);
            if (begun.isEmpty() || nanos - begun.getLast().nanos() > TOLD_APART_NANOS) {
                begun.add(new Begun(nanos, tick));
            }
        }

        /// The tick before the first of them; the latest possible where there is none.
        synchronized long since(long nanos) {
            forget(nanos);
            return begun.isEmpty() ? Long.MAX_VALUE : begun.getFirst().tick();
        }

        private void forget(long nanos) {
            while (!begun.isEmpty() && nanos - begun.getFirst().nanos() > REMEMBERED_NANOS) {
                begun.removeFirst();
            }
        }
    }

    /// A purge is about to become effective.
    public void purging(PurgeFences.Fence fence, long nanos) {
        recent.computeIfAbsent(fence.zone(), _ -> new Recent())
                .add(nanos, fence.now().tick());
    }

    /// True when a purge of the last minute may have taken away what was stored under a key.
    public boolean mayHaveLost(PurgeFences.Fence fence, CacheKey key, long nanos) {
        Recent purges = recent.get(fence.zone());
        return purges != null && fence.coversSince(key, purges.since(nanos));
    }

    private RefillQueue queue(Refill refill, long nanos) {
        if (queues.size() > MOST_ORIGINS) {
            queues.values().removeIf(queue -> queue.idle(nanos));
        }
        return queues.computeIfAbsent(Origin.of(refill.zone(), refill.target()), _ -> new RefillQueue(nanos));
    }

    boolean takeNow(Refill refill, long nanos) {
        return queue(refill, nanos).takeNow(refill.perSecond(), nanos);
    }

    Turn enter(Refill refill, LongSupplier nanos, EventExecutor executor, Runnable granted) {
        Turn turn = queue(refill, nanos.getAsLong()).enter(refill, nanos, executor, granted);
        switch (turn) {
            case Turn.Now _ -> {}
            case Turn.Later _ -> queued.increment();
            case Turn.Refused _ -> refused.increment();
        }
        return turn;
    }

    /// Something stale was served because there was no turn to fetch it.
    public void servedStale() {
        servedStale.increment();
    }

    /// Fills that had to wait for a turn.
    public long queued() {
        return queued.sum();
    }

    /// Fills that got none.
    public long refused() {
        return refused.sum();
    }

    /// Requests that were answered with something stale because there was no turn.
    public long stale() {
        return servedStale.sum();
    }

    /// Fills that wait for a turn.
    public long waiting() {
        return queues.values().stream().mapToLong(RefillQueue::waiting).sum();
    }
}
