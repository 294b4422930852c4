package dev.selvage.control.purge;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Problems;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.names.HostName;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The endpoint that purges.
public final class Purges {
    /// Most URLs of one purge.
    static final int MOST = 500;

    private static final int NOTHING = 1012;
    private static final int NO_ARRAY = 1014;
    private static final int BAD_URL = 1016;
    private static final int OUTSIDE = 1134;

    private static final Set<String> LATER = Set.of("tags", "hosts", "prefixes");
    private static final Set<String> FIELDS = Set.of("purge_everything", "files", "tags", "hosts", "prefixes");

    /// How long an answer waits for the edge of this machine: it usually takes a few milliseconds.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Store store;
    private final Clock clock;
    private final Receipts receipts;

    /// @param receipts what the PoPs say of purges
    public Purges(Store store, Clock clock, Receipts receipts) {
        this.store = store;
        this.clock = clock;
        this.receipts = receipts;
    }

    public void routes(Api api) {
        api.change("POST", "/zones/{zone}/purge_cache", Permission.CACHE_PURGE, this::purge);
    }

    /// Purges a whole zone.
    public static void everything(Tx tx, Caller caller, Zone zone, long nowMillis) {
        accept(tx, caller, zone, true, List.of(), nowMillis);
    }

    private Answer purge(Call call, Caller caller) {
        Ids.of(call, "zone");
        Problems problems = new Problems(NOTHING);
        Body body = Body.of(call, problems);
        boolean everything = everything(body);
        List<PurgeUrl> urls = everything ? List.of() : urls(body);
        problems.refuseIfAny();
        PurgeCommand accepted = store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            refuseOutside(zone, urls);
            List<String> texts = urls.stream().map(PurgeUrl::text).distinct().toList();
            return accept(tx, caller, zone, everything, texts, clock.millis());
        });
        // The purge is durable from here on; waiting only makes the answer mean that visitors see it already.
        receipts.awaitEffective(accepted.id(), PATIENCE);
        return Envelope.id(accepted.id());
    }

    private static PurgeCommand accept(
            Tx tx, Caller caller, Zone zone, boolean everything, List<String> urls, long nowMillis) {
        tx.run("update zone set purge_sequence = purge_sequence + 1 where id = ?", zone.id());
        long sequence = tx.number("select purge_sequence as n from zone where id = ?", zone.id());
        PurgeSelection selection = everything
                ? PurgeSelection.EVERYTHING
                : PurgeSelection.ofUrls(urls.stream().map(PurgedUrl::of).toList());
        long nowMicros = TimeUnit.MILLISECONDS.toMicros(nowMillis);
        PurgeCommand command = new PurgeCommand(Ids.next(), zone.id(), sequence, nowMicros, false, selection, 0);
        tx.run("insert into outbox (zone_id, command) values (?, ?)", zone.id(), Json.write(command));
        ObjectNode asked = Envelope.object();
        if (everything) {
            asked.put("purge_everything", true);
        } else {
            urls.forEach(asked.putArray("files")::add);
        }
        Audit.note(
                tx,
                caller,
                TimeUnit.MILLISECONDS.toMicros(nowMillis),
                zone.place(),
                new Audit.Change("purge", "zone", zone.id(), null, asked));
        return command;
    }

    /// True when the body asks for everything; checks that it asks for one thing.
    private static boolean everything(Body body) {
        Problems problems = body.problems();
        body.only(FIELDS);
        List<String> asked = FIELDS.stream().filter(body::has).sorted().toList();
        Boolean everything = body.flag("purge_everything");
        if (!problems.none()) {
            return false;
        }
        if (asked.size() > 1) {
            problems.add("", "Request must contain only one of " + String.join(", ", asked));
        } else if (asked.isEmpty() || Boolean.FALSE.equals(everything)) {
            problems.add(
                    new ApiError(
                            NOTHING,
                            "Request must contain one of \"purge_everything\", \"files\", \"tags\", \"hosts\" or \"prefixes\""));
        } else if (LATER.contains(asked.getFirst())) {
            problems.add(
                    "/" + asked.getFirst(),
                    "Purging by \"" + asked.getFirst()
                            + "\" is not available in this version; use \"files\" or \"purge_everything\"");
        }
        return Boolean.TRUE.equals(everything);
    }

    private static List<PurgeUrl> urls(Body body) {
        Problems problems = body.problems();
        if (!problems.none()) {
            return List.of();
        }
        if (!(body.node().get("files") instanceof ArrayNode files)) {
            problems.add(new ApiError(NO_ARRAY, "\"files\", \"tags\", or \"hosts\" must be an array", "/files"));
            return List.of();
        }
        if (files.isEmpty() || files.size() > MOST) {
            problems.add("/files", "\"files\" must have 1 to " + MOST + " entries, not " + files.size());
            return List.of();
        }
        List<PurgeUrl> urls = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            url(files.get(i), "/files/" + i, problems).ifPresent(urls::add);
        }
        return urls;
    }

    /// The URL of an entry: a string, or an object with headers. The headers choose among entries whose
    /// cache key has
    /// them; keys have none in this version, so that the URL covers every variant.
    private static Optional<PurgeUrl> url(JsonNode entry, String pointer, Problems problems) {
        JsonNode text = entry.isObject() ? entry.get("url") : entry;
        if (text == null || !text.isString()) {
            problems.add(pointer, "expected a URL, or an object with \"url\" and \"headers\"");
            return Optional.empty();
        }
        if (entry.isObject() && entry.has("headers") && !entry.get("headers").isObject()) {
            problems.add(pointer + "/headers", "\"headers\" must be an object");
            return Optional.empty();
        }
        Optional<PurgeUrl> url = PurgeUrl.of(text.stringValue());
        if (url.isEmpty()) {
            problems.add(new ApiError(
                    BAD_URL,
                    "Unable to purge " + shown(text.stringValue())
                            + ", which is an invalid URL. Expected http:// or https://, a host name, and a path",
                    pointer));
        }
        return url;
    }

    private static void refuseOutside(Zone zone, List<PurgeUrl> urls) {
        if (zone.catchAll()) {
            return;
        }
        Problems problems = new Problems(OUTSIDE);
        for (int i = 0; i < urls.size(); i++) {
            if (!HostName.within(urls.get(i).host(), zone.name())) {
                problems.add(
                        "/files/" + i,
                        "Unable to purge " + shown(urls.get(i).text()) + ": its host is not in the zone "
                                + zone.name());
            }
        }
        problems.refuseIfAny();
    }

    private static String shown(String url) {
        return url.length() > 200 ? url.substring(0, 200) + "…" : url;
    }
}
