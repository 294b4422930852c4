package dev.selvage.analytics.query;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// What one request of a caller has used so far. Thread-safe.
public final class Asking {
    /// Most groups in one answer, over all its datasets.
    static final int MAX_GROUPS = 100_000;

    private final long deadline;
    private final AtomicBoolean exact = new AtomicBoolean(true);
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong groups = new AtomicLong();

    /// @param deadline of [System#nanoTime]
    public Asking(long deadline) {
        this.deadline = deadline;
    }

    /// Whole seconds until the deadline, at least one.
    int secondsLeft() {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw Refusal.tooLarge();
        }
        return (int) Math.max(1, Math.ceilDiv(left, 1_000_000_000L));
    }

    void estimated() {
        exact.set(false);
    }

    void read(long count) {
        rows.addAndGet(count);
    }

    void grouped(long count) {
        if (groups.addAndGet(count) > MAX_GROUPS) {
            throw Refusal.tooLarge();
        }
    }

    /// True when every answer so far is a count and none an estimate.
    public boolean exact() {
        return exact.get();
    }

    /// How many stored rows the answers took.
    public long rows() {
        return rows.get();
    }
}
