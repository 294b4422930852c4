package dev.selvage.bench.analytics;

import dev.selvage.analytics.estimate.Calibration;
import dev.selvage.analytics.estimate.Interval;
import dev.selvage.analytics.estimate.Intervals;
import dev.selvage.model.event.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// One kind of question, asked of one sample after the other: how often the interval holds the truth.
///
/// @param scheme how the zone's requests were sampled
/// @param zone how many requests it has
/// @param share how much of them is the group that is asked for, 0 to 1
/// @param rows how many of the group's are expected to be sampled
/// @param calibrated true when the exact totals of the zone are known
record Cell(Scheme scheme, ByteSizes sizes, double zone, double share, double rows, boolean calibrated) {
    /// The level of every interval here.
    static final double LEVEL = 0.95;

    /// Up to this size every request of the zone is walked over and chosen by the hash of its own ray
    /// id.
    private static final double WALKED = 1e4;

    /// How requests were sampled.
    enum Scheme {
        /// All at one rate.
        ONE_RATE,
        /// Some kept whole, the others at two rates tenfold apart, their mean size once wrong by a
        /// factor of three.
        MIXED,
        /// At one rate, the responses being a hundredth as large as those that the mean is of: whether a
        /// large one is among the rows is then left to chance.
        SMALL,
        /// A full buffer halves the rate and drops what was kept above it, as often as it is full.
        THINNED
    }

    /// How many of the intervals held the truth, and on which side the others failed.
    static final class Held {
        private long asked;
        private long below;
        private long above;
        private double width;

        private void note(Interval interval, double truth) {
            // Adding up in another order rounds otherwise.
            double slack = 1e-9 * truth;
            asked++;
            below += interval.upper() < truth - slack ? 1 : 0;
            above += interval.lower() > truth + slack ? 1 : 0;
            width += truth > 0 ? (interval.upper() - interval.lower()) / truth : 0;
        }

        double coverage() {
            return 1 - (double) (below + above) / asked;
        }

        /// Of the intervals, beside the truth, on average.
        double width() {
            return width / asked;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%.4f of %,d held, %d too low, %d too high", coverage(), asked, below, above);
        }
    }

    /// @param mislabelled answers that were called exact and were not equal to the truth
    record Outcome(Cell cell, Held count, Held sum, long mislabelled) {}

    /// What draws the zone's requests, those of the group and all others.
    private interface Sample {
        void draw(RandomGenerator random, Tally group, Tally others);
    }

    /// True where every request is kept: the answer has to be exact.
    boolean whole() {
        return scheme != Scheme.THINNED && rows >= zone * share;
    }

    /// True where there can be such a cell, and it is worth its time.
    boolean fits() {
        return switch (scheme) {
            case ONE_RATE -> rows < zone * share || (rows == zone && share == 1);
            case MIXED -> rows < zone * share;
            case SMALL -> rows < zone * share && share < 0.1;
            case THINNED -> zone <= 10 * WALKED && rows < zone * share;
        };
    }

    /// How many samples to draw: fewer where each takes long.
    int times(int usual) {
        if (whole()) {
            return 5;
        }
        return zone > WALKED && scheme == Scheme.THINNED ? usual / 4 : usual;
    }

    Outcome measure(RandomGenerator random, int times) {
        Sample sample = sample();
        Held count = new Held();
        Held sum = new Held();
        long mislabelled = 0;
        Tally group = new Tally();
        Tally all = new Tally();
        for (int i = 0; i < times; i++) {
            group.clear();
            all.clear();
            sample.draw(random, group, all);
            all.add(group);
            Interval counted;
            Interval summed;
            if (calibrated) {
                counted = new Calibration(all.requests(), all.counted()).count(group.counted(), LEVEL);
                summed = new Calibration(all.bytes(), all.summed()).sum(group.summed(), LEVEL);
            } else {
                counted = Intervals.count(group.counted(), LEVEL);
                summed = Intervals.sum(group.summed(), LEVEL);
            }
            count.note(counted, group.requests());
            sum.note(summed, group.bytes());
            if (group.counted().exact()
                    && (counted.lower() != group.requests()
                            || counted.upper() != group.requests()
                            || summed.lower() != group.bytes()
                            || summed.upper() != group.bytes())) {
                mislabelled++;
            }
        }
        return new Outcome(this, count, sum, mislabelled);
    }

    private Sample sample() {
        if (scheme == Scheme.THINNED) {
            return walked(Math.max(4, rows / share * 4 / 3));
        }
        if (whole()) {
            return walked(Double.POSITIVE_INFINITY);
        }
        if (scheme == Scheme.ONE_RATE && zone <= WALKED) {
            return walked(0);
        }
        List<Population> group = populations(zone * share);
        List<Population> others = share < 1 && calibrated ? populations(zone * (1 - share)) : List.of();
        return (random, own, rest) -> {
            group.forEach(each -> each.draw(random, own));
            others.forEach(each -> each.draw(random, rest));
        };
    }

    private List<Population> populations(double requests) {
        if (scheme != Scheme.MIXED) {
            return List.of(new Population(sizes, requests, rate(), mean()));
        }
        double whole = Math.min(0.5, rows / 4 / (zone * share)) * requests;
        double rate = mixedRate();
        List<Population> parts = new ArrayList<>();
        parts.add(new Population(sizes, whole, Sampling.ALL, sizes.mean));
        parts.add(new Population(sizes, 0.6 * (requests - whole), rate, sizes.mean));
        parts.add(new Population(sizes, 0.4 * (requests - whole), rate / 10, 3 * sizes.mean));
        return parts;
    }

    /// The rate at which as many rows are sampled as expected: a few rounds, for large requests are
    /// sampled at once.
    private double rate() {
        double rate = rows / (zone * share);
        for (int i = 0; i < 20; i++) {
            rate *= rows / new Population(sizes, zone * share, rate, mean()).expectedRows();
        }
        return rate;
    }

    private double mean() {
        return scheme == Scheme.SMALL ? 100 * sizes.mean : sizes.mean;
    }

    private double mixedRate() {
        double sampled = zone * share - Math.min(0.5 * zone * share, rows / 4);
        double wanted = rows - (zone * share - sampled);
        double rate = wanted / sampled;
        for (int i = 0; i < 20; i++) {
            rate *= wanted
                    / (new Population(sizes, 0.6 * sampled, rate, sizes.mean).expectedRows()
                            + new Population(sizes, 0.4 * sampled, rate / 10, 3 * sizes.mean).expectedRows());
        }
        return rate;
    }

    /// Every request by itself.
    ///
    /// @param room of the buffer of rows; 0 where there is none and the rate is fixed
    private Sample walked(double room) {
        int requests = (int) zone;
        int members = (int) Math.max(1, Math.round(zone * share));
        int most = (int) Math.min(room, requests);
        Draws.Alias size = new Draws.Alias(sizes.shares);
        double fixed = room == 0 ? rate() : Sampling.ALL;
        long[] bytes = new long[requests];
        long[] buffered = new long[requests];
        return (random, own, rest) -> {
            double rate = fixed;
            long salt = random.nextLong() & ~0xffffffffL;
            int kept = 0;
            for (int i = 0; i < requests; i++) {
                bytes[i] = sizes.bytes[size.draw(random)];
                if (Sampling.kept(salt + i, rate, Sampling.size(bytes[i], sizes.mean))) {
                    buffered[kept++] = i;
                }
                while (room > 0 && kept > most) {
                    rate = Math.min(rate, 2) / 2;
                    int still = 0;
                    for (int j = 0; j < kept; j++) {
                        int row = (int) buffered[j];
                        if (Sampling.kept(salt + row, rate, Sampling.size(bytes[row], sizes.mean))) {
                            buffered[still++] = row;
                        }
                    }
                    kept = still;
                }
            }
            own.sampledAt(rate, sizes.mean);
            rest.sampledAt(rate, sizes.mean);
            int next = 0;
            for (int i = 0; i < requests; i++) {
                // The group is spread evenly over the time.
                Tally tally = (long) i * members % requests < members ? own : rest;
                if (next < kept && buffered[next] == i) {
                    tally.kept(1, bytes[i], rate, sizes.mean);
                    next++;
                } else {
                    tally.left(1, bytes[i]);
                }
            }
        };
    }
}
