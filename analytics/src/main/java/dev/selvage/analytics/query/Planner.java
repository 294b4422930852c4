package dev.selvage.analytics.query;

import dev.selvage.model.event.Sampling;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// Chooses the tier that each partition is read at, such that a question reads at most its budget of
/// rows.
///
/// The rule is max-min fair: the largest cutoff such that reading every partition at its finest tier
/// with at most so many rows (or at its thinnest) stays within the budget. What is left of the budget
/// then goes to the partitions that the next larger cutoff would read finer, newest first, until it does
/// not suffice.
///
/// A pure function of the partitions and the budget: no clock, no load, whatever the order of the
/// partitions. With a larger budget no partition is read at a thinner tier.
final class Planner {
    private static final int THINNEST = Sampling.TIERS - 1;

    /// Hours of this age, and older ones, are of one age.
    private static final int OLDEST = 1 << 20;

    private static final int LOW_BITS = 16;
    private static final int LOW = 1 << LOW_BITS;

    /// @param tiers by partition
    /// @param rows how many rows they hold together
    record Plan(byte[] tiers, long rows) {
        /// True when every partition is read whole.
        boolean finest() {
            return IntStream.range(0, tiers.length).allMatch(i -> tiers[i] == 0);
        }
    }

    private final Partitions partitions;
    private final long budget;
    private final byte[] tiers;
    private long rows;

    private Planner(Partitions partitions, long budget) {
        this.partitions = partitions;
        this.budget = budget;
        tiers = new byte[partitions.size()];
    }

    static Plan plan(Partitions partitions, long budget) {
        Planner planner = new Planner(partitions, budget);
        planner.choose();
        return new Plan(planner.tiers, planner.rows);
    }

    private void choose() {
        Arrays.fill(tiers, (byte) THINNEST);
        for (int i = 0; i < tiers.length; i++) {
            rows += partitions.rows(i, THINNEST);
        }
        if (rows > budget) {
            return;
        }
        int cutoff = cutoff();
        int next = Integer.MAX_VALUE;
        for (int i = 0; i < tiers.length; i++) {
            refine(i, cutoff);
            int finer = finer(i);
            if (finer >= 0) {
                next = Math.min(next, partitions.rows(i, finer));
            }
        }
        if (next < Integer.MAX_VALUE) {
            spend(next);
        }
    }

    /// Reads a partition at its finest tier with at most `cutoff` rows.
    private void refine(int partition, int cutoff) {
        for (int tier = 0; tier < tiers[partition]; tier++) {
            int count = partitions.rows(partition, tier);
            if (count >= 0 && count <= cutoff) {
                rows += count - partitions.rows(partition, tiers[partition]);
                tiers[partition] = (byte) tier;
                return;
            }
        }
    }

    /// The next finer tier that there is; -1 when there is none.
    private int finer(int partition) {
        int tier = tiers[partition] - 1;
        while (tier >= 0 && partitions.rows(partition, tier) < 0) {
            tier--;
        }
        return tier;
    }

    /// The largest cutoff within the budget, from how many rows each possible one adds: first its high
    /// bits, then its low ones.
    private int cutoff() {
        long spare = budget - rows;
        long[] added = new long[1 << (31 - LOW_BITS)];
        steps((count, more) -> added[count >>> LOW_BITS] += more);
        int high = 0;
        while (high < added.length && added[high] <= spare) {
            spare -= added[high++];
        }
        if (high == added.length) {
            return Integer.MAX_VALUE;
        }
        long[] precise = new long[LOW];
        int base = high;
        steps((count, more) -> {
            if (count >>> LOW_BITS == base) {
                precise[count & (LOW - 1)] += more;
            }
        });
        int low = 0;
        while (precise[low] <= spare) {
            spare -= precise[low++];
        }
        return (high << LOW_BITS) + low - 1;
    }

    private interface Step {
        /// @param count the rows of a tier
        /// @param more how many that is beyond the next thinner one
        void take(int count, int more);
    }

    private void steps(Step step) {
        for (int i = 0; i < tiers.length; i++) {
            int known = partitions.rows(i, THINNEST);
            for (int tier = THINNEST - 1; tier >= 0; tier--) {
                int count = partitions.rows(i, tier);
                if (count > known) {
                    step.take(count, count - known);
                    known = count;
                }
            }
        }
    }

    /// Spends what is left on the partitions whose next finer tier holds `cutoff` rows: newest first,
    /// and of an hour in the order of zone and piece.
    private void spend(int cutoff) {
        int[] candidates = new int[tiers.length];
        int count = 0;
        int newest = Integer.MIN_VALUE;
        for (int i = 0; i < tiers.length; i++) {
            int finer = finer(i);
            if (finer >= 0 && partitions.rows(i, finer) == cutoff) {
                candidates[count++] = i;
                newest = Math.max(newest, partitions.hour(i));
            }
        }
        int now = newest;
        count = spend(cutoff, candidates, count, i -> (int) Math.min((long) now - partitions.hour(i), OLDEST));
        count = spend(cutoff, candidates, count, partitions::zone);
        spend(cutoff, candidates, count, partitions::piece);
    }

    /// Refines the candidates with the smallest keys, as far as the budget suffices for all that share
    /// one.
    ///
    /// @return how many candidates have the key at which it did not; they are moved to the front
    private int spend(int cutoff, int[] candidates, int count, IntUnaryOperator key) {
        int largest = 0;
        for (int at = 0; at < count; at++) {
            largest = Math.max(largest, key.applyAsInt(candidates[at]));
        }
        long[] added = new long[largest + 1];
        for (int at = 0; at < count; at++) {
            int i = candidates[at];
            added[key.applyAsInt(i)] += cutoff - partitions.rows(i, tiers[i]);
        }
        long spare = budget - rows;
        int end = 0;
        while (end < added.length && added[end] <= spare) {
            spare -= added[end++];
        }
        int left = 0;
        for (int at = 0; at < count; at++) {
            int i = candidates[at];
            int own = key.applyAsInt(i);
            if (own < end) {
                refine(i, cutoff);
            } else if (own == end) {
                candidates[left++] = i;
            }
        }
        return left;
    }
}
