package dev.selvage.control.purge;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Store;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeExplanation;
import dev.selvage.model.purge.PurgeExplanation.Copy;
import dev.selvage.model.purge.PurgeExplanation.Coverage;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The endpoint that says why a URL was purged, or was not.
final class Explanations {
    /// The newest purges of a zone, which PoPs are asked about.
    static final int PURGES = 100;

    /// Copies of all PoPs that an answer shows, and purges of each.
    private static final int MOST_COPIES = 1_000;

    private static final int MOST_PURGES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Store store;
    private final Pops pops;

    private record Recent(Zone zone, List<PurgeCommand> purges) {}

    Explanations(Store store, Pops pops) {
        this.store = store;
        this.pops = pops;
    }

    void routes(Api api) {
        api.oneOf("GET", "/zones/{zone}/purge_cache/explain", ReceiptEndpoints.READERS, (call, _) -> explain(call));
    }

    private Answer explain(Call call) {
        Ids.of(call, "zone");
        String text = Query.text(call, "url")
                .orElseThrow(() -> new Refused(
                        400, 1004, "Invalid value for url: expected a URL such as http://www.example.com/logo.png"));
        PurgeUrl url = PurgeUrl.of(text)
                .orElseThrow(() -> new Refused(
                        400,
                        new ApiError(
                                SelectionForm.BAD_URL,
                                "Unable to explain " + SelectionForm.shown(text)
                                        + ", which is an invalid URL. Expected http:// or https://, a host name, and a"
                                        + " path")));
        Recent recent = store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            return new Recent(zone, StoredPurge.newest(tx, zone.id(), PURGES));
        });
        new Selected(PurgeSelection.EVERYTHING, List.of(new Selected.Named("", SelectionForm.shown(text), url.host())))
                .refuseOutside(recent.zone);
        Pops.Asked<PurgeExplanation> asked = pops.ask(
                PATIENCE, agent -> agent.explain(recent.zone.id(), PurgedUrl.of(url.text()), recent.purges, PATIENCE));
        return Envelope.ok(json(url, recent.purges, asked));
    }

    private static ObjectNode json(PurgeUrl url, List<PurgeCommand> purges, Pops.Asked<PurgeExplanation> asked) {
        Map<String, PurgeCommand> byId = new HashMap<>();
        purges.forEach(purge -> byId.put(purge.id(), purge));
        ObjectNode json = Envelope.object().put("url", url.text());
        PurgeExplanation any = asked.answers().values().stream().findFirst().orElse(null);
        int query = url.target().indexOf('?');
        json.put("host", any == null ? url.host() : any.host())
                .put(
                        "path",
                        any == null
                                ? url.target()
                                        .substring(0, query < 0 ? url.target().length() : query)
                                : any.path());
        ArrayNode list = json.putArray("purges");
        for (PurgeCommand purge : purges) {
            ObjectNode each = list.addObject()
                    .put("id", purge.id())
                    .put("sequence", purge.sequence())
                    .put("accepted_at", Times.text(purge.acceptedAt()))
                    .put("soft", purge.soft());
            each.set("purge", Selected.json(purge.selection(), StoredPurge.SHOWN));
        }
        ArrayNode each = json.putArray("pops");
        int room = MOST_COPIES;
        for (Map.Entry<String, PurgeExplanation> answer : asked.answers().entrySet()) {
            ObjectNode pop = each.addObject()
                    .put("pop", answer.getKey())
                    .put("applied_sequence", answer.getValue().applied());
            ArrayNode copies = pop.putArray("copies");
            for (Copy copy : answer.getValue().copies()) {
                if (room-- > 0) {
                    copies.add(copy(answer.getValue(), copy, byId));
                }
            }
        }
        asked.silent().forEach(json.putArray("unanswered")::add);
        return json.put("summary", Why.summary(url, purges, asked));
    }

    private static ObjectNode copy(PurgeExplanation where, Copy copy, Map<String, PurgeCommand> byId) {
        ObjectNode json = Envelope.object().put("key", copy.key());
        copy.tags().forEach(json.putArray("tags")::add);
        json.put("state", copy.state().name().toLowerCase(Locale.ROOT))
                .put("stored_at", Times.text(TimeUnit.MILLISECONDS.toMicros(copy.storedAt())))
                .put("sequence", copy.sequence())
                .put("bytes", copy.bytes())
                .put("hits_last_hour", copy.hits());
        ArrayNode purges = json.putArray("purges");
        for (Coverage coverage :
                copy.purges().subList(0, Math.min(MOST_PURGES, copy.purges().size()))) {
            PurgeCommand purge = byId.get(coverage.purge());
            if (purge != null) {
                purges.addObject()
                        .put("id", purge.id())
                        .put("meaning", coverage.meaning().name().toLowerCase(Locale.ROOT))
                        .put("why", Why.sentence(purge, coverage.meaning(), where, copy));
            }
        }
        return json;
    }
}
