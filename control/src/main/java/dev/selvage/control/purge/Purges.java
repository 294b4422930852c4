package dev.selvage.control.purge;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.settings.ZoneSettings;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.ObjectNode;

/// The endpoints that purge: what is stored is gone, or stale.
public final class Purges {
    /// The API's code where URLs of an environment cannot be purged.
    private static final int NO_ENVIRONMENT = 1136;

    private static final int NEEDS_CONFIRMATION = 1_241;

    /// A message: some PoPs do not have it yet.
    private static final int NOT_EVERYWHERE = 1_244;

    /// How long an answer waits for the PoPs that can be reached: it usually takes a few milliseconds.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// How long PoPs may take to say what a purge would drop.
    private static final Duration PREVIEW_PATIENCE = Duration.ofSeconds(5);

    /// How long a purge waits for remarks, which nothing depends on.
    private static final Duration REMARKS_PATIENCE = Duration.ofMillis(200);

    private static final int USUAL_TIMEOUT = 10;
    private static final int LONGEST_TIMEOUT = 60;
    private static final int MOST_REWARMED = 10_000;

    private final Store store;
    private final Clock clock;
    private final PurgeLimits limits;
    private final PurgeRates rates;
    private final Receipts receipts;
    private final Pops pops;
    private final Semaphore remarking = new Semaphore(2);

    /// How a caller wants it done.
    ///
    /// @param everywhere whether the answer waits until all PoPs have it
    private record Manner(boolean everywhere, Duration timeout, int rewarm, boolean confirmed) {
        static Manner of(Call call) {
            boolean everywhere =
                    Query.choice(call, "wait", "", Set.of("effective")).equals("effective");
            if (!everywhere && call.parameter("timeout").isPresent()) {
                throw new Refused(400, 1004, "timeout is for wait=effective; leave it out, or add that");
            }
            return new Manner(
                    everywhere,
                    Duration.ofSeconds(Query.number(call, "timeout", USUAL_TIMEOUT, 1, LONGEST_TIMEOUT)),
                    Query.number(call, "rewarm", 0, 0, MOST_REWARMED),
                    Query.choice(call, "confirm", "false", Set.of("true", "false"))
                            .equals("true"));
        }
    }

    public Purges(Store store, Clock clock, PurgeLimits limits, Receipts receipts, Pops pops) {
        this.store = store;
        this.clock = clock;
        this.limits = limits;
        this.rates = new PurgeRates(limits, clock);
        this.receipts = receipts;
        this.pops = pops;
    }

    public void routes(Api api) {
        String zone = "/zones/{zone}";
        String environment = zone + "/environments/{environment}";
        api.change("POST", zone + "/purge_cache", Permission.CACHE_PURGE, (call, who) -> purge(call, who, false));
        api.change("POST", zone + "/invalidate_cache", Permission.CACHE_PURGE, (call, who) -> purge(call, who, true));
        api.change("POST", environment + "/purge_cache", Permission.CACHE_PURGE, (call, _) -> refuse(call));
        api.change("POST", environment + "/invalidate_cache", Permission.CACHE_PURGE, (call, _) -> refuse(call));
        api.change("POST", zone + "/purge_cache/preview", Permission.CACHE_PURGE, (call, _) -> preview(call));
        new ReceiptEndpoints(store, receipts, pops).routes(api);
        new Explanations(store, pops).routes(api);
    }

    /// Purges a whole zone.
    public static void everything(Tx tx, Caller caller, Zone zone, long nowMillis) {
        Order order = new Order(Ids.next(), TimeUnit.MILLISECONDS.toMicros(nowMillis), false, 0);
        accept(tx, caller, zone, order, PurgeSelection.EVERYTHING, List.of());
    }

    private Answer refuse(Call call) {
        store.read(tx -> Zone.of(tx, call));
        throw new Refused(
                400, NO_ENVIRONMENT, "This zone has no environments; purge the zone itself, without /environments");
    }

    private Answer purge(Call call, Caller caller, boolean soft) {
        Ids.of(call, "zone");
        Manner manner = Manner.of(call);
        Asked asked = asked(call);
        List<ObjectNode> remarks = new ArrayList<>(asked.selected.remarks());
        PurgeSelection selection = asked.selected.selection();
        Optional<Preview> guarded = asked.percent == 0 || manner.confirmed
                ? Optional.empty()
                : Optional.of(Preview.of(pops, asked.zone.id(), selection, PREVIEW_PATIENCE));
        if (guarded.isPresent() && guarded.get().needsConfirmation(asked.percent)) {
            throw new Refused(409, NEEDS_CONFIRMATION, guarded.get().asking(asked.percent));
        }
        // Beside the purge, which does not wait for what nothing depends on.
        FutureTask<Preview> neighbours =
                new FutureTask<>(() -> guarded.orElseGet(() -> neighbours(asked.zone, selection)));
        if (!selection.prefixes().isEmpty()) {
            Thread.ofVirtual().name("purge-neighbours").start(neighbours);
        }
        Order order = new Order(Ids.next(), Times.now(clock), soft, manner.rewarm);
        return purge(caller, asked.zone, manner, order, selection, missing -> {
                    if (!selection.prefixes().isEmpty()) {
                        remarks.addAll(remarks(neighbours));
                    }
                    missing.ifPresent(remarks::add);
                    return remarks;
                })
                .with(asked.standing);
    }

    /// Of many purges at once some go without remarks: PoPs look through what they have stored for them.
    private Preview neighbours(Zone zone, PurgeSelection selection) {
        if (!remarking.tryAcquire()) {
            return Preview.NOTHING;
        }
        try {
            return Preview.of(pops, zone.id(), selection, REMARKS_PATIENCE);
        } finally {
            remarking.release();
        }
    }

    /// What a caller should know, of those who answered in time.
    private static List<ObjectNode> remarks(FutureTask<Preview> preview) {
        try {
            return preview.get(REMARKS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .remarks();
        } catch (TimeoutException | ExecutionException _) {
            return List.of();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /// A call that may be answered, and has been paid for.
    ///
    /// @param percent of the hits above which the zone asks for confirmation
    /// @param standing headers that tell the caller how he stands
    private record Asked(Selected selected, Zone zone, int percent, Map<String, String> standing) {}

    private Asked asked(Call call) {
        Selected selected = SelectionForm.read(call, limits.entries());
        Asked asked = store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            return new Asked(selected, zone, ZoneSettings.of(tx, zone).purgeConfirmationShare(), Map.of());
        });
        selected.refuseOutside(asked.zone);
        return new Asked(selected, asked.zone, asked.percent, rates.take(asked.zone.account(), selected.selection()));
    }

    private Answer preview(Call call) {
        Ids.of(call, "zone");
        Asked asked = asked(call);
        Preview preview = Preview.of(pops, asked.zone.id(), asked.selected.selection(), PREVIEW_PATIENCE);
        List<ObjectNode> remarks = new ArrayList<>(asked.selected.remarks());
        remarks.addAll(preview.remarks());
        return Envelope.ok(preview.json(asked.percent), remarks).with(asked.standing);
    }

    /// What to say beside the answer.
    private interface Remarks {
        /// @param missing says which PoPs do not have it, where that was waited for
        List<ObjectNode> with(Optional<ObjectNode> missing);
    }

    private Answer purge(
            Caller caller, Zone zone, Manner manner, Order order, PurgeSelection selection, Remarks remarks) {
        List<String> all = pops.names();
        // Before any PoP can have it: what it reports then is not missed.
        try (Receipts.Waiter waiter = receipts.expect(order.id, manner.everywhere ? all : pops.reachable())) {
            PurgeCommand command = store.write(tx ->
                    accept(tx, caller, Zone.find(tx, zone.id()).orElseThrow(Purges::gone), order, selection, all));
            boolean effective = waiter.await(manner.everywhere ? manner.timeout : PATIENCE);
            if (!manner.everywhere) {
                return Envelope.ok(Envelope.object().put("id", order.id), remarks.with(Optional.empty()));
            }
            StoredPurge stored = StoredPurge.of(command, all);
            return Envelope.ok(
                    Receipt.json(stored, receipts.of(List.of(stored)).getOrDefault(order.id, Map.of()), pops),
                    remarks.with(effective ? Optional.empty() : Optional.of(missing(manner, waiter.missing()))));
        }
    }

    private static ObjectNode missing(Manner manner, List<String> pops) {
        return Envelope.message(
                NOT_EVERYWHERE,
                "The purge is accepted and durable. After " + manner.timeout.toSeconds()
                        + " s it is not known to be effective at "
                        + (pops.isEmpty() ? "any PoP" : String.join(", ", pops)) + "; its receipt will say when");
    }

    private static Refused gone() {
        return new Refused(404, 1001, "Invalid zone identifier");
    }

    /// What every selection can be asked for with.
    ///
    /// @param acceptedAt epoch microseconds
    private record Order(String id, long acceptedAt, boolean soft, int rewarm) {}

    private static PurgeCommand accept(
            Tx tx, Caller caller, Zone zone, Order order, PurgeSelection selection, List<String> pops) {
        tx.run("update zone set purge_sequence = purge_sequence + 1 where id = ?", zone.id());
        long sequence = tx.number("select purge_sequence as n from zone where id = ?", zone.id());
        PurgeCommand command =
                new PurgeCommand(order.id, zone.id(), sequence, order.acceptedAt, order.soft, selection, order.rewarm);
        tx.run("insert into outbox (zone_id, command) values (?, ?)", zone.id(), Json.write(command));
        StoredPurge.insert(tx, command, pops, caller.actor());
        ObjectNode asked = Selected.json(selection, Integer.MAX_VALUE);
        if (order.soft) {
            asked.put("soft", true);
        }
        if (order.rewarm > 0) {
            asked.put("rewarm", order.rewarm);
        }
        asked.put("purge", order.id);
        Audit.note(
                tx, caller, order.acceptedAt, zone.place(), new Audit.Change("purge", "zone", zone.id(), null, asked));
        return command;
    }
}
