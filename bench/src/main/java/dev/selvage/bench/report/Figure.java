package dev.selvage.bench.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One number that a benchmark measured.
///
/// @param figure what it is, such as `zipf: requests per second / nginx`
/// @param value null when it could not be measured
/// @param target null when it has none
/// @param peer the same figure of the peer, or what it is compared with; null when there is none
/// @param scale how many objects, rows or agents it really ran, and how
/// @param command what was run
public record Figure(
        String figure,
        @Nullable Double value,
        String unit,
        @Nullable Target target,
        @Nullable String peer,
        String scale,
        String command) {

    /// What a figure has to reach.
    ///
    /// @param atLeast the value must not be below the bound; otherwise not above it
    public record Target(boolean atLeast, double bound) {
        public static Target atLeast(double bound) {
            return new Target(true, bound);
        }

        public static Target atMost(double bound) {
            return new Target(false, bound);
        }

        boolean metBy(double value) {
            return atLeast ? value >= bound : value <= bound;
        }

        @Override
        public String toString() {
            return (atLeast ? ">= " : "<= ") + (bound == Math.rint(bound) ? Long.toString((long) bound) : "" + bound);
        }
    }

    /// True where there is a target and the figure does not reach it, or could not be measured.
    public boolean missed() {
        return target != null && (value == null || !target.metBy(value));
    }

    /// The value as a person reads it.
    public String shown() {
        if (value == null) {
            return "not measured";
        }
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 1_000 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
