package dev.selvage.bench.analytics;

import dev.selvage.bench.report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What 14 million requests a second of 27 million zones would take, computed from what was measured
/// here.
///
/// Zones share the requests by Zipf's law (the k-th has 1/k of the first's), and every PoP sees the same
/// mix. It is arithmetic, not a run: it says so in every figure.
///
/// @param rowBytes measured bytes of a row in tier 0
/// @param tiers measured size of all tiers / tier 0
/// @param minuteBytes measured bytes of a zone's counters of one minute, with their hours, days and
/// sketches
/// @param rowsPerCore measured rows a second and core, to Parquet
/// @param eventNanos measured cost of recording an event that is kept
record Sizing(double rowBytes, double tiers, double minuteBytes, double rowsPerCore, double eventNanos) {
    static final double REQUESTS = 14e6;
    static final double ZONES = 27e6;
    static final int POPS = 200;
    static final double ROWS_PER_ZONE = 1_000;
    static final double ROWS_PER_POP = 50_000;
    static final double DAYS = 30;

    private static final double EULER = 0.5772156649;
    /// Of a row and of a zone's minute as they travel from a PoP, before compression.
    private static final double ROW_ON_WIRE = 420;
    private static final double MINUTE_ON_WIRE = 600;

    /// Requests a second of the most popular zone in one PoP.
    private double first() {
        return REQUESTS / POPS / (Math.log(ZONES) + EULER);
    }

    /// Rows a second of one PoP in which no zone may keep more than `most`.
    private double rows(double most) {
        double first = first();
        double sampled = Math.min(ZONES, first / most);
        return sampled < 1 ? REQUESTS / POPS : first * (1 + Math.log(ZONES / sampled));
    }

    /// The rows a second that the max-min fair share leaves to a zone in one PoP.
    double share() {
        double low = 1e-9;
        double high = ROWS_PER_ZONE;
        for (int i = 0; i < 200; i++) {
            double middle = Math.sqrt(low * high);
            if (rows(middle) > ROWS_PER_POP) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /// Zones that have a request in a minute, on average: Σ 1 − e^(−first/k), the k-th zone's requests
    /// being Poisson.
    private static double active(double first) {
        double active = 0;
        // In steps that grow with k: neighbours are nearly alike.
        for (double k = 1; k <= ZONES; ) {
            double step = Math.max(1, Math.floor(k / 1_000));
            active += Math.min(step, ZONES - k + 1) * -Math.expm1(-first / (k + step / 2));
            k += step;
        }
        return active;
    }

    List<Figure> figures(String command) {
        double share = share();
        double rows = Math.min(ROWS_PER_POP, rows(share));
        double sampled = Math.min(ZONES, first() / share);
        double core = rows * POPS;
        double minutes = active(first() * POPS * 60);
        double minutesOfPop = active(first() * 60);
        double seconds = DAYS * 86_400;
        double rowDisk = core * rowBytes * tiers * seconds;
        double counterDisk = minutes / 60 * minuteBytes * seconds;
        List<Figure> figures = new ArrayList<>();
        add(figures, command, "sizing: rows a second of a PoP", rows, "rows/s");
        add(figures, command, "sizing: zones of a PoP that are sampled, of 27 million", sampled, "zones");
        add(figures, command, "sizing: fair share of a zone in a PoP", share, "rows/s");
        add(figures, command, "sizing: cores of a PoP to record", REQUESTS / POPS * eventNanos / 1e9, "cores");
        add(
                figures,
                command,
                "sizing: network from a PoP, before compression",
                (rows * ROW_ON_WIRE + minutesOfPop / 60 * MINUTE_ON_WIRE) * 8 / 1e6,
                "Mbit/s");
        add(figures, command, "sizing: rows a second in the core", core, "rows/s");
        add(
                figures,
                command,
                "sizing: network into the core, before compression",
                (rows * ROW_ON_WIRE + minutesOfPop / 60 * MINUTE_ON_WIRE) * POPS * 8 / 1e9,
                "Gbit/s");
        add(figures, command, "sizing: cores in the core, rows to Parquet", core / rowsPerCore, "cores");
        add(figures, command, "sizing: disk for rows, 30 days, one copy", rowDisk / 1e12, "TB");
        add(figures, command, "sizing: disk for counters, 30 days of minutes, one copy", counterDisk / 1e12, "TB");
        return figures;
    }

    private void add(List<Figure> figures, String command, String what, double value, String unit) {
        figures.add(new Figure(
                what,
                value,
                unit,
                null,
                null,
                String.format(
                        Locale.ROOT,
                        "computed, not run: 14 million requests a second, 27 million zones by Zipf's law, %d PoPs, %,.0f rows"
                                + " a second of a zone and %,.0f of all in a PoP; measured here: %.1f bytes a row,"
                                + " tiers x %.2f, %.0f bytes a zone and minute, %,.0f rows a second and core, %.0f ns an"
                                + " event",
                        POPS,
                        ROWS_PER_ZONE,
                        ROWS_PER_POP,
                        rowBytes,
                        tiers,
                        minuteBytes,
                        rowsPerCore,
                        eventNanos),
                command));
    }
}
