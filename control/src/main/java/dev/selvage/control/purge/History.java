package dev.selvage.control.purge;

import dev.selvage.control.store.Row;
import dev.selvage.control.store.Store;
import dev.selvage.model.purge.PurgeHistory;
import dev.selvage.model.purge.PurgeReport;
import dev.selvage.toolkit.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The purges that the store remembers, with what their receipts say.
public final class History implements PurgeHistory {
    /// Purges whose receipts are read at once: a receipt holds a report of every PoP.
    private static final int BATCH = 200;

    private static final int MICROS_PER_MILLI = 1_000;
    private static final double MICROS = 1_000.0;

    private final Store store;
    private final Receipts receipts;

    public History(Store store, Receipts receipts) {
        this.store = store;
        this.receipts = receipts;
    }

    /// A purge as the store has it.
    private record Known(StoredPurge purge, String actor) {
        static Known of(Row row) {
            return new Known(StoredPurge.of(row), row.text("actor_id"));
        }
    }

    @Override
    public List<PurgeEvent> purges(Collection<String> zones, long from, long until, int most) {
        List<Known> known = store.read(tx -> tx.list(
                Known::of, """
                select purge.* from json_each(?) as wanted join purge on purge.zone_id = wanted.value
                where purge.accepted_at >= ? and purge.accepted_at < ?
                order by purge.accepted_at desc limit ?
                """, Json.MAPPER.writeValueAsString(zones), micros(from), micros(until), (long) most));
        List<PurgeEvent> events = new ArrayList<>();
        for (int at = 0; at < known.size(); at += BATCH) {
            List<Known> some = known.subList(at, Math.min(known.size(), at + BATCH));
            Map<String, Map<String, PurgeReport>> reports =
                    receipts.of(some.stream().map(Known::purge).toList());
            some.forEach(each -> events.add(event(
                    each, reports.getOrDefault(each.purge().id(), Map.of()).values())));
        }
        return events;
    }

    private static long micros(long millis) {
        return Math.clamp(millis, Long.MIN_VALUE / MICROS_PER_MILLI, Long.MAX_VALUE / MICROS_PER_MILLI)
                * MICROS_PER_MILLI;
    }

    private static PurgeEvent event(Known known, Collection<PurgeReport> reports) {
        StoredPurge purge = known.purge();
        List<PurgeReport> effective =
                reports.stream().filter(report -> report.effectiveAt() > 0).toList();
        long last = effective.stream().mapToLong(PurgeReport::effectiveAt).max().orElse(purge.acceptedAt());
        return new PurgeEvent(
                purge.id(),
                purge.zone(),
                Math.floorDiv(purge.acceptedAt(), MICROS_PER_MILLI),
                kind(purge.shown()),
                purge.soft(),
                purge.entries(),
                known.actor(),
                Math.max(purge.pops().size(), reports.size()),
                effective.size(),
                Math.max(0, last - purge.acceptedAt()) / MICROS,
                reports.stream().mapToLong(report -> report.reclaim().objects()).sum(),
                reports.stream().mapToLong(report -> report.reclaim().bytes()).sum());
    }

    private static String kind(JsonNode shown) {
        for (String kind : List.of("hosts", "prefixes", "tags")) {
            if (shown.has(kind)) {
                return kind;
            }
        }
        return shown.has("files") ? "urls" : "everything";
    }
}
