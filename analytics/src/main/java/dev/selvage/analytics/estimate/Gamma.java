package dev.selvage.analytics.estimate;

/// The gamma distribution of scale 1.
final class Gamma {
    /// From this shape on the Wilson-Hilferty cube is right to seven digits; before it the quantile is
    /// solved for.
    private static final double LARGE = 1e5;

    private static final double[] LANCZOS = {
        0.9999999999998099,
        676.5203681218851,
        -1259.1392167224028,
        771.3234287776531,
        -176.6150291621406,
        12.507343278686905,
        -0.13857109526572012,
        9.984369578019572e-6,
        1.5056327351493116e-7
    };

    private Gamma() {}

    /// x such that a value is below it with probability `p`: the inverse of the regularised incomplete
    /// gamma function.
    ///
    /// Newton's steps from Wilson and Hilferty's guess, each kept within a bracket that only shrinks: it
    /// always ends.
    ///
    /// @param shape at least 1
    /// @param z the normal quantile of `p`
    static double quantile(double shape, double p, double z) {
        double cube = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape));
        double guess = shape * cube * cube * cube;
        if (shape >= LARGE) {
            return Math.max(0, guess);
        }
        double low = 0;
        double high = Double.MAX_VALUE;
        double x = guess > 0 ? guess : Math.exp((Math.log(p) + logGamma(shape + 1)) / shape);
        double constant = logGamma(shape);
        for (int i = 0; i < 100; i++) {
            double error = regularised(shape, x, constant) - p;
            if (error < 0) {
                low = x;
            } else {
                high = x;
            }
            double slope = Math.exp((shape - 1) * Math.log(x) - x - constant);
            double next = x - error / slope;
            if (!(next > low && next < high)) {
                next = high == Double.MAX_VALUE ? 2 * x : (low + high) / 2;
            }
            if (Math.abs(next - x) <= 1e-12 * x) {
                return next;
            }
            x = next;
        }
        return x;
    }

    /// P(shape, x), by its series left of the middle and by its continued fraction right of it.
    static double regularised(double shape, double x, double logGamma) {
        if (x <= 0) {
            return 0;
        }
        double front = Math.exp(shape * Math.log(x) - x - logGamma);
        int most = (int) (100 + 20 * Math.sqrt(shape));
        if (x < shape + 1) {
            double term = 1 / shape;
            double sum = term;
            for (int n = 1; n < most && term > sum * 1e-16; n++) {
                term *= x / (shape + n);
                sum += term;
            }
            return front * sum;
        }
        // Lentz's method.
        double tiny = 1e-300;
        double b = x + 1 - shape;
        double c = 1 / tiny;
        double d = 1 / b;
        double h = d;
        for (int n = 1; n < most; n++) {
            double a = -n * (n - shape);
            b += 2;
            d = a * d + b;
            d = 1 / (Math.abs(d) < tiny ? tiny : d);
            c = b + a / c;
            c = Math.abs(c) < tiny ? tiny : c;
            double factor = c * d;
            h *= factor;
            if (Math.abs(factor - 1) < 1e-15) {
                break;
            }
        }
        return 1 - front * h;
    }

    /// Lanczos' approximation.
    static double logGamma(double x) {
        double sum = LANCZOS[0];
        for (int i = 1; i < LANCZOS.length; i++) {
            sum += LANCZOS[i] / (x - 1 + i);
        }
        double t = x + LANCZOS.length - 2.5;
        return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
    }
}
