package dev.selvage.analytics.estimate;

/// Quantiles of values that stand for more than one event each.
///
/// The p-quantile is the least value at or below which a share p of the events lies. Its bounds are
/// those of Woodruff (1952): the share of the events up to the estimate has the variance Σ w·(w−1)·(1{x
/// ≤ q} − p)² / N², and the bounds are the quantiles at p ± z standard errors.
public final class Quantiles {
    private final double[] values;
    /// Σ w and Σ w·(w−1) of the values up to and with this one.
    private final double[] weight;

    private final double[] variance;
    private final long rows;

    private Quantiles(double[] values, double[] weight, double[] variance, long rows) {
        this.values = values;
        this.weight = weight;
        this.variance = variance;
        this.rows = rows;
    }

    /// Of single rows.
    ///
    /// @param values ascending
    /// @param weights of each
    public static Quantiles of(double[] values, double[] weights) {
        double[] variances = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            variances[i] = weights[i] * (weights[i] - 1);
        }
        return of(values, weights, variances, values.length);
    }

    /// Of rows that are grouped by their value.
    ///
    /// @param values ascending
    /// @param weights Σ w of each value's rows
    /// @param variances Σ w·(w−1) of the same
    /// @param rows how many there are in all
    public static Quantiles of(double[] values, double[] weights, double[] variances, long rows) {
        double[] weight = new double[values.length];
        double[] variance = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            if (i > 0 && !(values[i - 1] <= values[i])) {
                throw new IllegalArgumentException("the values are not in order at " + i);
            }
            weight[i] = weights[i] + (i > 0 ? weight[i - 1] : 0);
            variance[i] = variances[i] + (i > 0 ? variance[i - 1] : 0);
        }
        return new Quantiles(values.clone(), weight, variance, rows);
    }

    /// True where there is nothing to take a quantile of.
    public boolean isEmpty() {
        return values.length == 0;
    }

    /// The quantile with its bounds; without rows 0, and not valid.
    ///
    /// @param p from 0 to 1
    public Interval at(double p, double level) {
        if (isEmpty()) {
            return new Interval(0, 0, 0, 0, false);
        }
        int last = values.length - 1;
        int place = place(p);
        double estimate = values[place];
        if (!(variance[last] > 0)) {
            return new Interval(estimate, estimate, estimate, rows, true);
        }
        // Rows of the same value count as up to it.
        int end = place;
        while (end < last && values[end + 1] == estimate) {
            end++;
        }
        double below = variance[end];
        double above = variance[last] - below;
        double error = Math.sqrt((1 - p) * (1 - p) * below + p * p * above) / weight[last];
        double spread = Normal.quantile(level) * error;
        return new Interval(
                estimate,
                Math.min(estimate, values[place(p - spread)]),
                Math.max(estimate, values[place(p + spread)]),
                rows,
                rows >= Intervals.LEAST_ROWS);
    }

    /// The first value up to which the share is at least p.
    private int place(double p) {
        double goal = p * weight[values.length - 1];
        int low = 0;
        int high = values.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            // A hair's breadth of rounding must not move an exact quantile to the next value.
            if (weight[middle] >= goal * (1 - 1e-12)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
