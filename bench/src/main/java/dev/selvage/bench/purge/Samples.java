package dev.selvage.bench.purge;

import java.util.Arrays;
import java.util.Locale;

/// Durations in nanoseconds.
final class Samples {
    private long[] nanos = new long[1_024];
    private int count;
    private boolean sorted;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
        sorted = false;
    }

    int count() {
        return count;
    }

    /// What `share` of them do not exceed, in nanoseconds.
    double at(double share) {
        if (count == 0) {
            return Double.NaN;
        }
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
        return nanos[(int) Math.min(count - 1L, (long) (count * share))];
    }

    double micros(double share) {
        return at(share) / 1e3;
    }

    double millis(double share) {
        return at(share) / 1e6;
    }

    String inMillis() {
        return String.format(
                Locale.ROOT, "p50 %.2f ms, p99 %.2f ms, longest %.2f ms", millis(0.5), millis(0.99), millis(1));
    }
}
