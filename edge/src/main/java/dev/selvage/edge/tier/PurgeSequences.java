package dev.selvage.edge.tier;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The newest purge of each zone that this edge knows of. Thread-safe.
public final class PurgeSequences {
    /// Purges that were accepted longer ago are not told to an upper edge: one that has begun since may never have
    /// heard of them, and has nothing that is so old; and none may serve that was cut off for so long.
    static final long OLDEST_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final ConcurrentHashMap<String, Progress> zones = new ConcurrentHashMap<>();

    private static final class Progress {
        private final AtomicLong acceptedAt = new AtomicLong();
        private final AtomicLong begun = new AtomicLong();

        private static void raise(AtomicLong to, long value) {
            to.accumulateAndGet(value, Math::max);
        }
    }

    private Progress of(String zone) {
        return zones.computeIfAbsent(zone, _ -> new Progress());
    }

    /// A purge is about to be applied; before any fill can be born after it.
    ///
    /// @param acceptedAt epoch milliseconds
    public void begin(String zone, long sequence, long acceptedAt) {
        Progress progress = of(zone);
        // Before the sequence: who reads that must not take it for an old one.
        Progress.raise(progress.acceptedAt, acceptedAt);
        Progress.raise(progress.begun, sequence);
    }

    /// The sequence that covers every purge of the zone that a fill which is born by now may be younger than.
    ///
    /// @param applied of the last purge that is effective here, which may have been so from the start
    /// @param now epoch milliseconds
    long begun(String zone, long applied, long now) {
        Progress progress = zones.get(zone);
        if (applied > (progress == null ? 0 : progress.begun.get())) {
            begin(zone, applied, now);
            progress = zones.get(zone);
        }
        if (progress == null) {
            return 0;
        }
        long sequence = progress.begun.get();
        return now - progress.acceptedAt.get() > OLDEST_MILLIS ? 0 : sequence;
    }
}
