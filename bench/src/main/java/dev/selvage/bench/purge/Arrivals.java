package dev.selvage.bench.purge;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// When purges became effective at the last of a number of edges. Thread-safe.
final class Arrivals {
    private final int edges;
    private final Map<String, Purge> purges = new ConcurrentHashMap<>();

    private static final class Purge {
        final CountDownLatch missing;
        final AtomicLong last = new AtomicLong(Long.MIN_VALUE);

        Purge(int edges) {
            missing = new CountDownLatch(edges);
        }
    }

    Arrivals(int edges) {
        this.edges = edges;
    }

    /// Says that a purge is effective at one more edge.
    void effective(String purge) {
        Purge arriving = purges.computeIfAbsent(purge, _ -> new Purge(edges));
        arriving.last.accumulateAndGet(System.nanoTime(), Math::max);
        arriving.missing.countDown();
    }

    /// When a purge was effective at the last edge, in the nanoseconds of [System#nanoTime]; forgets it.
    long last(String purge, Duration patience) throws IOException, InterruptedException {
        Purge arriving = purges.computeIfAbsent(purge, _ -> new Purge(edges));
        if (!arriving.missing.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IOException(
                    "the purge " + purge + " is not effective at " + arriving.missing.getCount() + " edges");
        }
        purges.remove(purge);
        return arriving.last.get();
    }
}
