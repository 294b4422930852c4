package dev.selvage.edge.record;

/// Numbers rounded to powers of the fourth root of two: a zone's rows have so few of them that they
/// compress to nothing.
final class Steps {
    private static final double[] ROOTS = {1, Math.pow(2, 0.25), Math.pow(2, 0.5), Math.pow(2, 0.75)};
    private static final double HALF = Math.pow(2, 0.125);

    private Steps() {}

    /// The largest step that is not above a positive number; 0 below [Double#MIN_NORMAL].
    static double down(double value) {
        if (value < Double.MIN_NORMAL) {
            return 0;
        }
        double power = Math.scalb(1.0, Math.getExponent(value));
        double rest = value / power;
        int root = rest >= ROOTS[2] ? rest >= ROOTS[3] ? 3 : 2 : rest >= ROOTS[1] ? 1 : 0;
        return power * ROOTS[root];
    }

    /// The step nearest to a positive number, by ratio.
    static double near(double value) {
        return down(value * HALF);
    }
}
