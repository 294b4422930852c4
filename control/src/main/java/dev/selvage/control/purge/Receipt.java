package dev.selvage.control.purge;

import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Times;
import dev.selvage.model.purge.PurgeReport;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How far each PoP is with a purge, as the API answers it.
final class Receipt {
    private static final double MICROS_PER_MILLI = 1_000.0;

    private Receipt() {}

    /// @param reports by PoP
    static ObjectNode json(StoredPurge purge, Map<String, PurgeReport> reports, Pops pops) {
        Map<String, @Nullable PurgeReport> all = new TreeMap<>();
        purge.pops().forEach(pop -> all.put(pop, null));
        pops.names().forEach(pop -> all.put(pop, null));
        all.putAll(reports);

        ObjectNode json = head(purge).put("state", state(all));
        effective(json, purge, all);
        json.put(
                "objects",
                reports.values().stream()
                        .mapToLong(it -> it.reclaim().objects())
                        .sum());
        json.put(
                "bytes",
                reports.values().stream().mapToLong(it -> it.reclaim().bytes()).sum());
        ArrayNode missing = json.putArray("waiting_for");
        all.forEach((pop, report) -> {
            if (!isEffective(report)) {
                missing.add(pop);
            }
        });
        ArrayNode each = json.putArray("pops");
        all.forEach((pop, report) -> each.add(pop(purge, pop, report, pops.reaches(pop))));
        return json;
    }

    /// What does not change after a purge was accepted.
    static ObjectNode head(StoredPurge purge) {
        ObjectNode json = Envelope.object()
                .put("id", purge.id())
                .put("sequence", purge.sequence())
                .put("accepted_at", Times.text(purge.acceptedAt()))
                .put("soft", purge.soft())
                .put("rewarm", purge.rewarm());
        json.set("purge", purge.shown());
        return json.put("entries", purge.entries());
    }

    private static String state(Map<String, @Nullable PurgeReport> all) {
        boolean waiting = all.isEmpty() || all.values().stream().anyMatch(report -> !isEffective(report));
        boolean reclaimed = all.values().stream()
                .allMatch(report -> report != null && report.reclaim().endedAt() > 0);
        return waiting ? "waiting" : reclaimed ? "reclaimed" : "effective";
    }

    private static boolean isEffective(@Nullable PurgeReport report) {
        return report != null && report.effectiveAt() > 0;
    }

    private static void effective(ObjectNode json, StoredPurge purge, Map<String, @Nullable PurgeReport> all) {
        double[] took = all.values().stream()
                .filter(Receipt::isEffective)
                .mapToDouble(report -> report == null ? 0 : millis(purge, report))
                .sorted()
                .toArray();
        ObjectNode effective =
                json.putObject("effective").put("pops", took.length).put("of", all.size());
        if (took.length == 0) {
            effective.putNull("p50_ms").putNull("p99_ms").putNull("last_ms");
        } else {
            effective
                    .put("p50_ms", quantile(took, 50))
                    .put("p99_ms", quantile(took, 99))
                    .put("last_ms", took[took.length - 1]);
        }
    }

    /// The least of the values that at least so many of a hundred do not exceed.
    private static double quantile(double[] sorted, int percent) {
        return sorted[Math.ceilDiv(sorted.length * percent, 100) - 1];
    }

    /// From acceptance to effect; the clocks of two machines may disagree, and nothing takes less than
    /// no time.
    private static double millis(StoredPurge purge, PurgeReport report) {
        return Math.max(0, report.effectiveAt() - purge.acceptedAt()) / MICROS_PER_MILLI;
    }

    private static ObjectNode pop(StoredPurge purge, String pop, @Nullable PurgeReport report, boolean reachable) {
        ObjectNode json = Envelope.object().put("pop", pop).put("reachable", reachable);
        if (report == null) {
            return json.put("state", "waiting")
                    .putNull("received_at")
                    .putNull("effective_at")
                    .putNull("effective_ms")
                    .put("objects_matched", 0)
                    .put("bytes_matched", 0)
                    .put("scanned", 0.0)
                    .putNull("reclaimed_at");
        }
        boolean reclaimed = report.reclaim().endedAt() > 0;
        json.put("state", !isEffective(report) ? "received" : reclaimed ? "reclaimed" : "effective")
                .put("received_at", time(report.receivedAt()))
                .put("effective_at", time(report.effectiveAt()));
        if (isEffective(report)) {
            json.put("effective_ms", millis(purge, report));
        } else {
            json.putNull("effective_ms");
        }
        return json.put("objects_matched", report.reclaim().objects())
                .put("bytes_matched", report.reclaim().bytes())
                .put("scanned", Math.clamp(report.reclaim().scanned(), 0, 1))
                .put("reclaimed_at", time(report.reclaim().endedAt()));
    }

    private static @Nullable String time(long micros) {
        return micros == 0 ? null : Times.text(micros);
    }
}
