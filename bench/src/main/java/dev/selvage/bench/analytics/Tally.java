package dev.selvage.bench.analytics;

import dev.selvage.analytics.estimate.Moments;
import dev.selvage.model.event.Sampling;

/// The truth about a group of requests and what its rows say: what a query adds up.
final class Tally {
    private double requests;
    private double bytes;
    private long rows;
    private double weight;
    private double weightVariance;
    private double weighedBytes;
    private double bytesVariance;
    private double largest;
    private double largestBytes;
    private boolean sampled;

    void clear() {
        requests = 0;
        bytes = 0;
        rows = 0;
        weight = 0;
        weightVariance = 0;
        weighedBytes = 0;
        bytesVariance = 0;
        largest = 0;
        largestBytes = 0;
        sampled = false;
    }

    /// Says how the requests that follow were sampled, whether or not one is seen.
    void sampledAt(double rate, double meanBytes) {
        if (rate < 2) {
            sampled = true;
            largest = Math.max(largest, Math.max(1, 2 / rate));
            largestBytes = Math.max(largestBytes, 2 * meanBytes / rate);
        }
    }

    /// Requests that no row tells of.
    void left(long count, long size) {
        requests += count;
        bytes += (double) count * size;
    }

    void kept(long count, long size, double rate, double meanBytes) {
        double w = Sampling.weight(rate, Sampling.size(size, meanBytes));
        requests += count;
        bytes += (double) count * size;
        rows += count;
        weight += count * w;
        weightVariance += count * w * (w - 1);
        weighedBytes += count * w * size;
        bytesVariance += count * ((double) size * size) * w * (w - 1);
    }

    void add(Tally other) {
        requests += other.requests;
        bytes += other.bytes;
        rows += other.rows;
        weight += other.weight;
        weightVariance += other.weightVariance;
        weighedBytes += other.weighedBytes;
        bytesVariance += other.bytesVariance;
        largest = Math.max(largest, other.largest);
        largestBytes = Math.max(largestBytes, other.largestBytes);
        sampled |= other.sampled;
    }

    double requests() {
        return requests;
    }

    double bytes() {
        return bytes;
    }

    long rows() {
        return rows;
    }

    Moments counted() {
        return new Moments(weight, weightVariance, rows, largest, !sampled);
    }

    Moments summed() {
        return new Moments(weighedBytes, bytesVariance, rows, largestBytes, !sampled);
    }
}
