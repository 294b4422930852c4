package dev.selvage.control.purge;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Page;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Refused;
import dev.selvage.control.store.Store;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.purge.PurgeReport;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The endpoints that say how far purges are.
final class ReceiptEndpoints {
    /// Who purges may see what became of it, and so may who reads the zone.
    static final Set<Permission> READERS = Set.of(Permission.ZONE_READ, Permission.CACHE_PURGE);

    private static final int UNKNOWN = 1_240;
    private static final int PAGE = 20;
    private static final int LARGEST_PAGE = 50;

    private final Store store;
    private final Receipts receipts;
    private final Pops pops;

    private record Listed(long total, List<StoredPurge> purges) {}

    ReceiptEndpoints(Store store, Receipts receipts, Pops pops) {
        this.store = store;
        this.receipts = receipts;
        this.pops = pops;
    }

    void routes(Api api) {
        api.oneOf("GET", "/zones/{zone}/purge_cache", READERS, (call, _) -> list(call));
        api.oneOf("GET", "/zones/{zone}/purge_cache/{purge}", READERS, (call, _) -> get(call));
    }

    private Answer list(Call call) {
        Page page = Page.of(call, PAGE, LARGEST_PAGE);
        Listed listed = store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            return new Listed(
                    StoredPurge.count(tx, zone.id()), StoredPurge.list(tx, zone.id(), page.size(), page.offset()));
        });
        Map<String, Map<String, PurgeReport>> reports = receipts.of(listed.purges);
        return Envelope.page(
                page,
                listed.total,
                listed.purges,
                purge -> Receipt.json(purge, reports.getOrDefault(purge.id(), Map.of()), pops));
    }

    private Answer get(Call call) {
        Ids.of(call, "zone");
        StoredPurge purge = store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            return StoredPurge.find(tx, zone.id(), Ids.of(call, "purge"))
                    .orElseThrow(() -> new Refused(
                            404,
                            UNKNOWN,
                            "This zone has no purge of this id; receipts are kept for " + Receipts.KEPT.toDays()
                                    + " days"));
        });
        return Envelope.ok(Receipt.json(purge, receipts.of(List.of(purge)).getOrDefault(purge.id(), Map.of()), pops));
    }
}
