package dev.selvage.analytics.query;

import java.util.LinkedHashMap;
import java.util.Map;

/// Confidence intervals of estimated totals.
///
/// The rows are a Poisson sample (each kept on its own, with the probability 1/w), so the variance of Σ x·w is
/// Σ x²·w·(w−1). Counts get a score interval, whose coverage holds from the first row on; sums a normal one.
public final class Intervals {
    /// The field that asks for them, and the key under which a group carries its moments.
    public static final String FIELD = "confidence";

    /// Below this many rows an interval is no promise.
    static final long LEAST_ROWS = 10;

    /// @param estimate the total
    /// @param variance of the estimate
    /// @param rows stored rows behind it
    /// @param counted true when it is an exact counter's
    public record Moments(double estimate, double variance, long rows, boolean counted) {}

    private Intervals() {}

    /// The interval of a count.
    public static Map<String, Object> count(Moments moments, double level) {
        double z = quantile(level);
        double total = moments.estimate();
        double half = total > 0 ? z * z * moments.variance() / total : 0;
        double spread = Math.sqrt(half * total + half * half / 4);
        double lower = Math.max(Math.min((double) moments.rows(), total), total + half / 2 - spread);
        return interval(moments, lower, total + half / 2 + spread);
    }

    /// The interval of a sum.
    public static Map<String, Object> sum(Moments moments, double level) {
        double spread = quantile(level) * Math.sqrt(moments.variance());
        return interval(moments, Math.max(0, moments.estimate() - spread), moments.estimate() + spread);
    }

    private static Map<String, Object> interval(Moments moments, double lower, double upper) {
        Map<String, Object> interval = new LinkedHashMap<>();
        interval.put("estimate", moments.estimate());
        interval.put("lower", lower);
        interval.put("upper", upper);
        interval.put("sampleSize", moments.rows());
        interval.put("isValid", moments.counted() || moments.variance() == 0 || moments.rows() >= LEAST_ROWS);
        return interval;
    }

    /// z such that a standard normal value lies within ±z with probability `level` (0 < level < 1).
    ///
    /// By bisection: the series below converges for every level that a double can tell from 1.
    static double quantile(double level) {
        double low = 0;
        double high = 9;
        for (int i = 0; i < 80; i++) {
            double middle = (low + high) / 2;
            if (within(middle) < level) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /// The probability that a standard normal value lies within ±z: erf(z/√2) by its all-positive series.
    private static double within(double z) {
        double x = z / Math.sqrt(2);
        double term = x;
        double sum = x;
        for (int n = 1; n < 400 && term > sum * 1e-17; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
