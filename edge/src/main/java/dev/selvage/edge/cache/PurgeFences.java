package dev.selvage.edge.cache;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The purge clock, and per zone the tick at which everything was purged.
///
/// An entry carries the tick at which its fill began ([#now]); an entry born before its zone's fence is
/// gone.
public final class PurgeFences {
    private final AtomicLong clock = new AtomicLong();
    private final ConcurrentHashMap<String, Fence> fences = new ConcurrentHashMap<>();

    /// A zone's fence; lives as long as the program, so that it survives the zone's changes.
    public static final class Fence {
        private volatile long tick;

        /// True when an entry born at `born` is behind this fence.
        public boolean hides(long born) {
            return born < tick;
        }
    }

    /// The tick that a fill which begins now is born at.
    public long now() {
        return clock.get();
    }

    public Fence of(String zone) {
        return fences.computeIfAbsent(zone, _ -> new Fence());
    }

    /// Hides everything of a zone that was born before now.
    public void purgeEverything(String zone) {
        of(zone).tick = clock.incrementAndGet();
    }
}
