package dev.selvage.analytics.estimate;

/// Confidence intervals of estimated totals, shares and ratios.
///
/// With few rows the interval of Fay and Feuer (1997): two gamma quantiles, the upper one as if one more
/// row of the largest kind had been seen. It covers whatever the weights are. With more rows a score
/// interval (Wilson, 1927) whose variance grows with the total that is tried: it leans upwards as the
/// estimate's distribution does.
public final class Intervals {
    /// Below this many rows an interval is not called valid.
    public static final long LEAST_ROWS = 10;

    /// The variance beside the square of the largest contribution, below which an interval is Fay and
    /// Feuer's.
    private static final double LEAST_SPREAD = 5;

    private Intervals() {}

    /// The interval of a count.
    public static Interval count(Moments moments, double level) {
        return total(moments, level).within((double) moments.rows(), Double.MAX_VALUE);
    }

    /// The interval of a sum. Where the sum of the rows' own values is known: [Interval#within] it.
    public static Interval sum(Moments moments, double level) {
        return total(moments, level);
    }

    /// The most that a group of which no row was seen contributes to a total: where it is more, a row of
    /// it would have been seen with a probability of at least (1 + level)/2.
    ///
    /// @param largest see [Moments#largest]; 0 where everything was kept
    public static double absent(double largest, double level) {
        return -Math.log((1 - level) / 2) * largest;
    }

    /// The interval of a share: how much of a whole belongs to a part of it, 0 to 1.
    public static Interval share(Moments part, Moments whole, double level) {
        return new Calibration(1, whole).sum(part, level);
    }

    /// The interval of a ratio of two totals of the same rows, such as a mean: linearised, so its
    /// variance is Σ (x − R·y)²·w·(w−1) / Y².
    ///
    /// @param covariance Σ x·y·w·(w−1)
    public static Interval ratio(Moments above, Moments below, double covariance, double level) {
        if (!(below.total() > 0)) {
            return new Interval(0, 0, 0, 0, false);
        }
        double ratio = above.total() / below.total();
        double variance = Math.max(0, above.variance() - 2 * ratio * covariance + ratio * ratio * below.variance());
        double spread = Normal.quantile(level) * Math.sqrt(variance) / below.total();
        boolean exact = above.exact() && below.exact();
        return new Interval(
                ratio,
                exact ? ratio : Math.max(0, ratio - spread),
                exact ? ratio : ratio + spread,
                below.rows(),
                exact || below.rows() >= LEAST_ROWS);
    }

    static Interval total(Moments moments, double level) {
        double total = moments.total();
        double variance = moments.variance();
        if (moments.exact()) {
            return new Interval(total, total, total, moments.rows(), true);
        }
        if (moments.rows() == 0) {
            return new Interval(0, 0, absent(moments.largest(), level), 0, false);
        }
        double z = Normal.quantile(level);
        double largest = moments.largest();
        if (moments.rows() < LEAST_ROWS || variance < LEAST_SPREAD * largest * largest) {
            double lower = gamma(total, variance, (1 - level) / 2, -z);
            double upper = gamma(total + largest, variance + largest * largest, (1 + level) / 2, z);
            return new Interval(total, lower, upper, moments.rows(), moments.rows() >= LEAST_ROWS);
        }
        double slope = Math.sqrt(variance / total * largest);
        double half = z * z * slope / 2;
        double spread = Math.sqrt(z * z * variance + half * half);
        return new Interval(total, Math.max(0, total + half - spread), total + half + spread, moments.rows(), true);
    }

    /// The quantile of the gamma distribution with this mean and variance.
    private static double gamma(double mean, double variance, double p, double z) {
        if (!(variance > 0)) {
            return mean;
        }
        return variance / mean * Gamma.quantile(mean * mean / variance, p, z);
    }
}
