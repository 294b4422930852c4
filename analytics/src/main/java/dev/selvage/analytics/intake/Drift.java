package dev.selvage.analytics.intake;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.store.AnalyticsStore;
import dev.selvage.analytics.store.CounterKind;
import dev.selvage.analytics.store.Level;
import dev.selvage.analytics.store.Piece;
import dev.selvage.analytics.store.Snapshot;
import dev.selvage.toolkit.metrics.Metrics;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// Compares what the rows of a minute stand for with what was counted: they differ by chance only, as
/// long as nothing is lost.
///
/// Of one thread; metrics are read by any.
final class Drift {
    /// A minute is compared when it has been over for so long.
    private static final long CLOSED = 2 * Level.MINUTE.milliseconds();

    /// Beyond so many standard errors a difference is no chance.
    private static final double ERRORS = 5;

    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private long compared;
    private volatile double ratio;
    private volatile long zonesOff;
    private volatile long minute;

    void register(Metrics metrics) {
        Map<String, String> none = Map.of();
        metrics.gauge(
                "selvage_analytics_weight_drift_ratio",
                "By how much the weights of the last compared minute's rows exceed its counted requests",
                none,
                () -> ratio);
        metrics.gauge(
                "selvage_analytics_weight_drift_zones",
                "Zones of that minute whose difference is not by chance",
                none,
                () -> zonesOff);
        metrics.gauge(
                "selvage_analytics_weight_drift_minute_seconds",
                "When that minute began; epoch seconds",
                none,
                () -> minute / 1_000.0);
    }

    /// Compares the last minute that is over, once.
    void compare(AnalyticsStore store, long now) throws EngineFailure {
        long until = now - CLOSED;
        until -= Math.floorMod(until, Level.MINUTE.milliseconds());
        if (until == compared) {
            return;
        }
        compared = until;
        long from = until - Level.MINUTE.milliseconds();
        try (Snapshot snapshot = store.snapshot()) {
            double[] sums = new double[3];
            snapshot.session()
                    .query(comparison(snapshot, from, until), List.of(), System.nanoTime() + PATIENCE_NANOS, row -> {
                        sums[0] = row.getDouble(0);
                        sums[1] = row.getDouble(1);
                        sums[2] = row.getLong(2);
                    });
            ratio = sums[0] == 0 ? 0 : (sums[1] - sums[0]) / sums[0];
            zonesOff = (long) sums[2];
            minute = from;
        }
    }

    private static String comparison(Snapshot snapshot, long from, long until) {
        StringJoiner rows = new StringJoiner(" UNION ALL ");
        for (Piece piece : snapshot.pieces(from, until)) {
            if (!piece.tiers().getFirst().isEmpty()) {
                rows.add("SELECT zone, 0 AS counted, w, w * (w - 1) AS v FROM (SELECT zone, greatest(1.0, 1.0 / (rate"
                        + " * (0.5 + 0.5 * response_bytes / greatest(1.0, mean_bytes)))) AS w FROM "
                        + piece.tiers().getFirst() + " WHERE started >= " + from + " AND started < " + until + ")");
            }
        }
        rows.add("SELECT zone, requests AS counted, 0.0 AS w, 0.0 AS v FROM "
                + snapshot.counters(Level.MINUTE, from, until) + " WHERE bucket = " + from + " AND kind = "
                + CounterKind.CROSSED.code());
        return "SELECT coalesce(sum(counted), 0), coalesce(sum(w), 0),"
                + " coalesce(sum(CASE WHEN abs(w - counted) > 0.5 + " + ERRORS
                + " * sqrt(v) THEN 1 ELSE 0 END), 0)"
                + " FROM (SELECT zone, sum(counted) AS counted, sum(w) AS w, sum(v) AS v FROM (" + rows
                + ") GROUP BY zone)";
    }
}
