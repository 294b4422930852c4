package dev.selvage.bench.analytics;

import dev.selvage.model.event.Sampling;
import java.util.random.RandomGenerator;

/// Requests of one rate of sampling, without walking over them: how many of each size are kept and how
/// many are left are independent Poisson numbers (the number of requests being one), so that both are
/// drawn at once, exactly.
final class Population {
    /// With fewer, single requests are drawn instead of a number for each size.
    private static final double FEW = 300;

    private final ByteSizes sizes;
    private final double rate;
    private final double meanBytes;
    private final Half kept;
    private final Half left;

    /// Either half of the requests.
    private record Half(double[] expected, double sum, Draws.Alias alias) {
        static Half of(double[] expected) {
            double sum = 0;
            for (double each : expected) {
                sum += each;
            }
            return new Half(expected, sum, new Draws.Alias(sum > 0 ? expected : new double[] {1}));
        }
    }

    Population(ByteSizes sizes, double requests, double rate, double meanBytes) {
        this.sizes = sizes;
        this.rate = rate;
        this.meanBytes = meanBytes;
        double[] in = new double[sizes.bytes.length];
        double[] out = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            double probability = Math.min(1, rate * Sampling.size(sizes.bytes[i], meanBytes));
            in[i] = requests * sizes.shares[i] * probability;
            out[i] = requests * sizes.shares[i] * (1 - probability);
        }
        kept = Half.of(in);
        left = Half.of(out);
    }

    double expectedRows() {
        return kept.sum();
    }

    void draw(RandomGenerator random, Tally tally) {
        tally.sampledAt(rate, meanBytes);
        if (kept.sum() < FEW) {
            for (long n = Draws.poisson(random, kept.sum()); n > 0; n--) {
                tally.kept(1, sizes.bytes[kept.alias().draw(random)], rate, meanBytes);
            }
        } else {
            for (int i = 0; i < sizes.bytes.length; i++) {
                long n = Draws.poisson(random, kept.expected()[i]);
                if (n > 0) {
                    tally.kept(n, sizes.bytes[i], rate, meanBytes);
                }
            }
        }
        if (left.sum() < FEW) {
            for (long n = Draws.poisson(random, left.sum()); n > 0; n--) {
                tally.left(1, sizes.bytes[left.alias().draw(random)]);
            }
        } else {
            for (int i = 0; i < sizes.bytes.length; i++) {
                tally.left(Draws.poisson(random, left.expected()[i]), sizes.bytes[i]);
            }
        }
    }
}
