package dev.selvage.bench.analytics;

import java.util.random.RandomGenerator;

/// Random numbers that the standard library does not draw.
final class Draws {
    private static final double[] LOG_FACTORIALS = new double[16];

    static {
        for (int i = 1; i < LOG_FACTORIALS.length; i++) {
            LOG_FACTORIALS[i] = LOG_FACTORIALS[i - 1] + Math.log(i);
        }
    }

    private Draws() {}

    /// How many of very many rare events happen: exact for every mean, by multiplication where it is
    /// small, else by transformed rejection (PTRS, Hörmann 1993).
    static long poisson(RandomGenerator random, double mean) {
        if (mean < 10) {
            double limit = Math.exp(-mean);
            long n = 0;
            for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
                n++;
            }
            return n;
        }
        double b = 0.931 + 2.53 * Math.sqrt(mean);
        double a = -0.059 + 0.02483 * b;
        double inverse = 1.1239 + 1.1328 / (b - 3.4);
        double quick = 0.9277 - 3.6224 / (b - 2);
        while (true) {
            double u = random.nextDouble() - 0.5;
            double v = random.nextDouble();
            double us = 0.5 - Math.abs(u);
            double k = Math.floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= quick) {
                return (long) k;
            }
            if (k < 0 || (us < 0.013 && v > us)) {
                continue;
            }
            double density = k * Math.log(mean) - mean - logFactorial(k);
            if (Math.log(v * inverse / (a / (us * us) + b)) <= density) {
                return (long) k;
            }
        }
    }

    private static double logFactorial(double k) {
        if (k < LOG_FACTORIALS.length) {
            return LOG_FACTORIALS[(int) k];
        }
        double n = k + 1;
        double square = n * n;
        return (n - 0.5) * Math.log(n)
                - n
                + 0.5 * Math.log(2 * Math.PI)
                + (1 / 12.0 - (1 / 360.0 - 1 / (1260 * square)) / square) / n;
    }

    /// Draws a place of an array with the probability in it, in constant time (Walker's alias method).
    static final class Alias {
        private final double[] threshold;
        private final int[] other;

        /// @param shares not negative, of any sum above 0
        Alias(double[] shares) {
            int n = shares.length;
            threshold = new double[n];
            other = new int[n];
            double sum = 0;
            for (double share : shares) {
                sum += share;
            }
            int[] small = new int[n];
            int[] large = new int[n];
            int smalls = 0;
            int larges = 0;
            double[] left = new double[n];
            for (int i = 0; i < n; i++) {
                left[i] = shares[i] * n / sum;
                if (left[i] < 1) {
                    small[smalls++] = i;
                } else {
                    large[larges++] = i;
                }
            }
            while (smalls > 0 && larges > 0) {
                int i = small[--smalls];
                int j = large[larges - 1];
                threshold[i] = left[i];
                other[i] = j;
                left[j] -= 1 - left[i];
                if (left[j] < 1) {
                    larges--;
                    small[smalls++] = j;
                }
            }
            while (larges > 0) {
                threshold[large[--larges]] = 1;
            }
            while (smalls > 0) {
                threshold[small[--smalls]] = 1;
            }
        }

        int draw(RandomGenerator random) {
            double u = random.nextDouble() * threshold.length;
            int place = (int) u;
            return u - place < threshold[place] ? place : other[place];
        }
    }
}
