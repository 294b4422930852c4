package dev.selvage.analytics.estimate;

/// The standard normal distribution.
final class Normal {
    /// A double cannot tell the level of a larger one from 1.
    private static final double MOST = 8.3;

    private Normal() {}

    /// z such that a standard normal value lies within ±z with probability `level` (0 < level < 1).
    ///
    /// Newton's steps. The probability is concave in z, so that from 0 they only climb.
    static double quantile(double level) {
        double z = 0;
        for (int i = 0; i < 100; i++) {
            double slope = Math.sqrt(2 / Math.PI) * Math.exp(-z * z / 2);
            double next = Math.min(MOST, z + (level - within(z)) / slope);
            if (Math.abs(next - z) <= 1e-15 * next) {
                return next;
            }
            z = next;
        }
        return z;
    }

    /// The probability that a standard normal value lies within ±z: erf(z/√2) by its all-positive
    /// series.
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
