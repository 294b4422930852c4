package dev.selvage.edge.record;

import dev.selvage.model.event.Sampling;

/// At which rate one zone's requests are kept on one loop, see [Sampling].
///
/// The rate is the one that all loops were allotted, below it what this loop saw in the last second asks
/// for, and halved by [Guard] when that does not suffice. Rate and mean depend on earlier requests alone
/// and the choice on the request's own ray id, so that the inverse probabilities are unbiased whatever
/// the traffic does.
final class Sampler {
    private final String zone;
    private final MeanBytes mean;
    private final Guard guard = new Guard();
    private RowBudget.Allotment allotment;
    private long second = Long.MIN_VALUE;
    private long seen;
    private double local = Sampling.ALL;
    private double allotted;
    private double cap = Sampling.ALL;

    /// @param prior mean of the bytes of a response, before the first one
    Sampler(String zone, double prior, RowBudget.Allotment allotment) {
        this.zone = zone;
        this.mean = new MeanBytes(prior);
        this.allotment = allotment;
        this.allotted = allotment.rate(zone);
    }

    /// The rate for a request that comes now.
    ///
    /// @param halvings that the loop asks of all zones
    @SuppressWarnings("ReferenceEquality")
    double rate(long nowMillis, RowBudget.Allotment current, int halvings) {
        if (current != allotment) {
            allotment = current;
            allotted = current.rate(zone);
        }
        long now = Math.floorDiv(nowMillis, 1_000L);
        if (now != second) {
            double most = current.most();
            boolean busy = now == second + 1 && seen > most;
            local = busy ? RowBudget.rate(most, (double) seen) : Sampling.ALL;
            second = now;
            seen = 0;
            guard.begin(most);
        }
        double rate = Math.min(cap, Math.min(allotted, local));
        int down = guard.halvings() + halvings;
        return down == 0 ? rate : Math.scalb(Math.min(rate, 1), -down);
    }

    /// The mean of the bytes before the next request.
    double meanBytes() {
        return mean.get();
    }

    /// Learns what became of the request whose rate was asked for.
    void saw(long bytes, boolean kept) {
        seen++;
        mean.add(bytes);
        if (kept) {
            guard.keep();
        }
    }

    /// The highest rate that is given, whatever was allotted.
    double cap() {
        return cap;
    }

    /// Halves the highest rate.
    void halveCap() {
        double rate = Math.min(allotted, local);
        cap = Math.min(1, rate > 0 ? Math.min(cap, rate) : cap) / 2;
    }

    void uncap() {
        cap = Sampling.ALL;
    }
}
