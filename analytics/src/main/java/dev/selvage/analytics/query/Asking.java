package dev.selvage.analytics.query;

import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
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
    private final AtomicLong storeNanos = new AtomicLong();
    private final Map<String, Report> reports = new ConcurrentSkipListMap<>();

    /// @param deadline of [System#nanoTime]
    public Asking(long deadline) {
        this.deadline = deadline;
    }

    /// The moment, of [System#nanoTime], at which it has to be answered.
    long deadline() {
        return deadline;
    }

    /// Notes how a dataset was answered.
    ///
    /// @param path of the dataset in the query
    void answered(String path, Report report) {
        if (!report.exact()) {
            exact.set(false);
        }
        rows.addAndGet(report.rows());
        reports.put(path, report);
    }

    /// Notes how long a statement took.
    void waited(long nanos) {
        storeNanos.addAndGet(nanos);
    }

    /// How long the store's statements took, one after the other.
    public long storeNanos() {
        return storeNanos.get();
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

    /// How each dataset was answered, by its path in the query.
    public Map<String, Report> reports() {
        return Collections.unmodifiableMap(reports);
    }
}
