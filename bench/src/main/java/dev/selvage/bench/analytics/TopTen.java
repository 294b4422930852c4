package dev.selvage.bench.analytics;

import dev.selvage.analytics.estimate.Interval;
import dev.selvage.analytics.estimate.Intervals;
import dev.selvage.analytics.estimate.Moments;
import dev.selvage.analytics.estimate.Ranks;
import dev.selvage.model.event.Sampling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Whether the ten largest groups by estimate are the ten largest: groups whose requests fall as one
/// over their rank (Zipf), sampled at one rate.
///
/// The rows are drawn from their distribution. What is left out of a group is a huge number of values of
/// which none is large, so that its sum is drawn as a normal number of its exact mean and variance.
final class TopTen {
    private static final int GROUPS = 1000;
    private static final int LISTED = 10;
    /// Groups after the tenth whose intervals are held against those of the list.
    private static final int NEXT = 20;

    private static final double RATE = 1e-3;
    /// A group at least this large beside the true tenth is one of the top ten.
    private static final double NEAR = 0.95;

    private final ByteSizes sizes;
    private final double rows;
    private final boolean byBytes;
    private final double[] requests = new double[GROUPS];
    private final Draws.Alias keptSizes;
    private final double keptShare;
    private final double leftMean;
    private final double leftSquares;
    private final double[] weights;

    /// @param rows how many of the tenth group are expected to be sampled
    /// @param items listed in all, of which `right` belong there; of the others `unmarked` were not
    /// marked as overlapping
    record Outcome(ByteSizes sizes, boolean byBytes, double rows, long items, long right, long unmarked) {
        double share() {
            return (double) right / items;
        }
    }

    TopTen(ByteSizes sizes, boolean byBytes, double rows) {
        this.sizes = sizes;
        this.byBytes = byBytes;
        this.rows = rows;
        int cells = sizes.bytes.length;
        double[] kept = new double[cells];
        weights = new double[cells];
        double share = 0;
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < cells; i++) {
            double size = Sampling.size(sizes.bytes[i], sizes.mean);
            double probability = Math.min(1, RATE * size);
            weights[i] = Sampling.weight(RATE, size);
            kept[i] = sizes.shares[i] * probability;
            share += kept[i];
            mean += sizes.shares[i] * (1 - probability) * sizes.bytes[i];
            squares += sizes.shares[i] * (1 - probability) * sizes.bytes[i] * sizes.bytes[i];
        }
        keptSizes = new Draws.Alias(kept);
        keptShare = share;
        leftMean = mean;
        leftSquares = squares;
        for (int rank = 1; rank <= GROUPS; rank++) {
            requests[rank - 1] = rows / share * LISTED / rank;
        }
    }

    Outcome measure(RandomGenerator random, int times) {
        long right = 0;
        long unmarked = 0;
        double[] truth = new double[GROUPS];
        Moments[] moments = new Moments[GROUPS];
        for (int i = 0; i < times; i++) {
            for (int group = 0; group < GROUPS; group++) {
                truth[group] = draw(random, group, moments);
            }
            double tenth = IntStream.range(0, GROUPS)
                    .mapToObj(group -> truth[group])
                    .sorted(Comparator.reverseOrder())
                    .skip(LISTED - 1)
                    .findFirst()
                    .orElseThrow();
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, GROUPS).boxed().toList());
            order.sort(Comparator.comparingDouble(group -> -moments[group].total()));
            List<Interval> listed = order.stream()
                    .limit(LISTED)
                    .map(group -> interval(moments[group]))
                    .toList();
            List<Interval> next = order.stream()
                    .skip(LISTED)
                    .limit(NEXT)
                    .map(group -> interval(moments[group]))
                    .toList();
            Ranks ranks = Ranks.of(listed, next, Intervals.absent(moments[0].largest(), Cell.LEVEL));
            for (int place = 0; place < LISTED; place++) {
                if (truth[order.get(place)] >= NEAR * tenth) {
                    right++;
                } else if (!ranks.ranks().get(place).overlaps()) {
                    unmarked++;
                }
            }
        }
        return new Outcome(sizes, byBytes, rows, (long) times * LISTED, right, unmarked);
    }

    private Interval interval(Moments moments) {
        return byBytes ? Intervals.sum(moments, Cell.LEVEL) : Intervals.count(moments, Cell.LEVEL);
    }

    /// Draws a group's rows; the truth about it.
    private double draw(RandomGenerator random, int group, Moments[] moments) {
        long kept = Draws.poisson(random, requests[group] * keptShare);
        double total = 0;
        double variance = 0;
        double seen = 0;
        for (long row = 0; row < kept; row++) {
            int size = keptSizes.draw(random);
            double value = byBytes ? sizes.bytes[size] : 1;
            seen += value;
            total += value * weights[size];
            variance += value * value * weights[size] * (weights[size] - 1);
        }
        moments[group] = new Moments(total, variance, kept, (byBytes ? 2 * sizes.mean : 2) / RATE, false);
        if (!byBytes) {
            return seen + Draws.poisson(random, requests[group] * (1 - keptShare));
        }
        double left = requests[group] * leftMean + Math.sqrt(requests[group] * leftSquares) * random.nextGaussian();
        return seen + Math.max(0, left);
    }
}
