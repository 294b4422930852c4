package dev.selvage.bench.analytics;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/// How large responses are: a heavy-tailed distribution, on a grid of sizes 10 % apart up to 10^12
/// bytes.
///
/// On a grid the number of requests of each size can be drawn at once, so that a zone of 10^9 requests
/// takes no longer than one of 10^3.
final class ByteSizes {
    private static final double STEP = 1.1;
    private static final double MOST = 1e12;

    final String name;
    final long[] bytes;
    final double[] shares;
    final double mean;

    private ByteSizes(String name, double least, DoubleUnaryOperator beyond) {
        this.name = name;
        int cells = (int) Math.ceil(Math.log(MOST / least) / Math.log(STEP));
        bytes = new long[cells];
        shares = new double[cells];
        double sum = 0;
        for (int i = 0; i < cells; i++) {
            double edge = least * Math.pow(STEP, i);
            bytes[i] = Math.round(edge * Math.sqrt(STEP));
            double next = i + 1 == cells ? 0 : beyond.applyAsDouble(edge * STEP);
            shares[i] = Math.max(0, (i == 0 ? 1 : beyond.applyAsDouble(edge)) - next);
            sum += shares[i] * bytes[i];
        }
        mean = sum;
    }

    /// log(bytes) is normal with this standard deviation; half the responses are below 8 KiB.
    static ByteSizes lognormal(double sigma) {
        return new ByteSizes(
                String.format(Locale.ROOT, "lognormal, sigma %.0f", sigma),
                8,
                bytes -> aboveNormal(Math.log(bytes / 8192) / sigma));
    }

    /// The share of responses beyond x falls as x^-alpha; none is below 2 KiB.
    static ByteSizes pareto(double alpha) {
        return new ByteSizes(
                String.format(Locale.ROOT, "Pareto, alpha %.1f", alpha), 2048, bytes -> Math.pow(2048 / bytes, alpha));
    }

    /// The chance that a standard normal value is above z: erfc by its continued fraction, and by its
    /// series near 0.
    private static double aboveNormal(double z) {
        if (z < 0) {
            return 1 - aboveNormal(-z);
        }
        double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
        if (z < 2.5) {
            double term = z;
            double sum = z;
            for (int n = 1; n < 100; n++) {
                term *= z * z / (2 * n + 1);
                sum += term;
            }
            return 0.5 - density * sum;
        }
        double fraction = z;
        for (int n = 60; n > 0; n--) {
            fraction = z + n / fraction;
        }
        return density / fraction;
    }

    @Override
    public String toString() {
        return name;
    }
}
