package dev.selvage.bench.analytics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Times of answers, in milliseconds.
final class Latency {
    private final List<Double> times = new ArrayList<>();

    void add(double milliseconds) {
        times.add(milliseconds);
    }

    void addAll(Latency other) {
        times.addAll(other.times);
    }

    int count() {
        return times.size();
    }

    /// @param share such as 0.95
    double quantile(double share) {
        List<Double> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(share * sorted.size()) - 1));
    }
}
