package dev.selvage.analytics.store;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Says whether the machine's clock can be trusted with deleting: one that jumped ahead would have
/// everything forgotten.
///
/// Not thread-safe.
final class SteadyTime {
    /// Beyond this the clock did not run, but was set.
    private static final long JUMP = Duration.ofDays(1).toMillis();

    /// A store that was closed for so long was so, more likely than the clock being wrong.
    private static final long CLOSED = Duration.ofDays(7).toMillis();

    /// A clock that keeps what it was set to for so long is right.
    private static final long PROBATION = Duration.ofDays(1).toNanos();

    private final LongSupplier nanos;
    private long last;
    private long lastNanos;
    private long suspectUntil;
    private boolean suspect;

    /// @param written when the store was last changed; epoch milliseconds
    /// @param nanos as [System#nanoTime]
    SteadyTime(long written, long now, LongSupplier nanos) {
        this.nanos = nanos;
        last = now;
        lastNanos = nanos.getAsLong();
        if (now - written > CLOSED) {
            suspect();
        }
    }

    private void suspect() {
        suspect = true;
        suspectUntil = nanos.getAsLong() + PROBATION;
    }

    /// True when what is old by this clock is old.
    boolean trusted(long now) {
        long nano = nanos.getAsLong();
        long ran = (nano - lastNanos) / 1_000_000;
        if (Math.abs(now - last - ran) > JUMP) {
            suspect();
        }
        last = now;
        lastNanos = nano;
        if (suspect && nano - suspectUntil >= 0) {
            suspect = false;
        }
        return !suspect;
    }
}
