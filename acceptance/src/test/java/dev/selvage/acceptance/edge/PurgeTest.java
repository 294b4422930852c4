package dev.selvage.acceptance.edge;

import static dev.selvage.acceptance.edge.RuledZone.cacheRule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Api;
import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What purges mean to visitors, and what owners are told of them, from outside.
@Timeout(60)
class PurgeTest {
    private static final Duration PROMPTLY = Duration.ofSeconds(10);

    @TempDir
    static Path directory;

    private static Site site;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        site = Site.managed(directory, "");
        api = site.program().api();
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    /// A zone that caches everything for an hour, and what is stored of it.
    private static RuledZone zone(String host, String... paths) throws Exception {
        RuledZone zone = new RuledZone(site, host);
        zone.cacheRules(cacheRule("http.host eq \"" + host + "\"", "{\"cache\":true}"));
        for (String path : paths) {
            zone.get(path);
            assertThat(zone.status(path)).as(path).isEqualTo("HIT");
        }
        return zone;
    }

    private static void page(String path, String... headers) {
        Say say = Say.ok("page " + path).header("Cache-Control", "max-age=3600");
        for (int i = 0; i < headers.length; i += 2) {
            say = say.header(headers[i], headers[i + 1]);
        }
        site.page(path, say);
    }

    private static JsonNode purge(RuledZone zone, String body) throws Exception {
        JsonNode receipt = api.post("/zones/" + zone.id + "/purge_cache?wait=effective", body)
                .result();
        assertThat(receipt.get("waiting_for")).isEmpty();
        return receipt;
    }

    @Test
    void aPrefixCoversWholeSegmentsWhateverTheQuery() throws Exception {
        for (String path : List.of("/pre", "/pre/a", "/pre/a/b", "/prefix", "/Pre", "/other")) {
            page(path);
        }
        RuledZone zone = zone("prefix.example", "/pre", "/pre/a?x=1", "/pre/a/b", "/prefix", "/Pre", "/other");
        purge(zone, "{\"prefixes\":[\"prefix.example/pre\"]}");
        assertThat(zone.status("/pre")).isEqualTo("MISS");
        assertThat(zone.status("/pre/a?x=1")).isEqualTo("MISS");
        assertThat(zone.status("/pre/a/b")).isEqualTo("MISS");
        assertThat(zone.status("/prefix")).isEqualTo("HIT");
        assertThat(zone.status("/Pre")).isEqualTo("HIT");
        assertThat(zone.status("/other")).isEqualTo("HIT");
        purge(zone, "{\"prefixes\":[\"PREFIX.example/pre/a/\"]}");
        assertThat(zone.status("/pre/a?x=1")).isEqualTo("HIT");
        assertThat(zone.status("/pre/a/b")).isEqualTo("MISS");
    }

    @Test
    void whatWasPurgedCanBeCounted() throws Exception {
        page("/counted");
        RuledZone zone = zone("counted.example", "/counted");
        purge(zone, "{\"prefixes\":[\"counted.example/counted\",\"counted.example/none\"]}");
        purge(zone, "{\"purge_everything\":true}");
        JsonNode groups = api.graphql("{viewer{zones(filter:{zoneTag:\"" + zone.id
                        + "\"}){purgeEventsAdaptiveGroups(limit:10,orderBy:[kind_ASC],filter:{manner:\"delete\"}){"
                        + "count sum{entries} dimensions{kind effective}}}}}")
                .at("/viewer/zones/0/purgeEventsAdaptiveGroups");
        assertThat(groups.toString())
                .isEqualTo("[{\"count\":1,\"sum\":{\"entries\":0},\"dimensions\":{\"kind\":\"everything\","
                        + "\"effective\":\"everywhere\"}},{\"count\":1,\"sum\":{\"entries\":2},\"dimensions\":{"
                        + "\"kind\":\"prefixes\",\"effective\":\"everywhere\"}}]");
    }

    @Test
    void tagsAreKeptFromVisitorsAndPurgedInAnyCase() throws Exception {
        page("/tag/1", "Cache-Tag", "Product-7, shelf,,  sale");
        page("/tag/2", "Cache-Tag", "product-8,shelf");
        RuledZone zone = zone("tags.example", "/tag/1", "/tag/2");
        assertThat(zone.get("/tag/1").header("Cache-Tag")).isEmpty();
        purge(zone, "{\"tags\":[\"PRODUCT-7\"]}");
        assertThat(zone.status("/tag/1")).isEqualTo("MISS");
        assertThat(zone.status("/tag/2")).isEqualTo("HIT");
        purge(zone, "{\"tags\":[\"nothing\",\"shelf\"]}");
        assertThat(zone.status("/tag/1")).isEqualTo("MISS");
        assertThat(zone.status("/tag/2")).isEqualTo("MISS");
    }

    @Test
    void aHostIsPurgedAndItsNeighbourIsNot() throws Exception {
        page("/host");
        RuledZone zone = zone("hosts.example", "/host");
        api.proxy(zone.id, "www.hosts.example", site.origin().port());
        zone.cacheRules(cacheRule("true", "{\"cache\":true}"));
        Until.holds(
                "the other host",
                PROMPTLY,
                () -> Site.status(site.get("/host", "Host: www.hosts.example")),
                status -> status.equals("HIT"));
        purge(zone, "{\"hosts\":[\"WWW.hosts.example\"]}");
        assertThat(Site.status(site.get("/host", "Host: www.hosts.example"))).isEqualTo("MISS");
        assertThat(zone.status("/host")).isEqualTo("HIT");
        purge(zone, "{\"purge_everything\":true}");
        assertThat(zone.status("/host")).isEqualTo("MISS");
        assertThat(Site.status(site.get("/host", "Host: www.hosts.example"))).isEqualTo("MISS");
    }

    @Test
    void whatIsMadeStaleIsConfirmedByTheOrigin() throws Exception {
        AtomicInteger bodies = new AtomicInteger();
        site.page("/soft", request -> {
            if (request.header("If-None-Match").isPresent()) {
                return Say.status(304, "").header("ETag", "\"1\"").header("Cache-Control", "max-age=3600");
            }
            bodies.incrementAndGet();
            return Say.ok("once").header("ETag", "\"1\"").header("Cache-Control", "max-age=3600");
        });
        RuledZone zone = zone("soft.example", "/soft");
        for (String body : List.of(
                "{\"purge_everything\":true}",
                "{\"prefixes\":[\"soft.example/soft\"]}",
                "{\"hosts\":[\"soft.example\"]}",
                "{\"files\":[\"https://soft.example/soft\"]}")) {
            api.post("/zones/" + zone.id + "/invalidate_cache?wait=effective", body)
                    .result();
            assertThat(zone.status("/soft")).as(body).isEqualTo("REVALIDATED");
            assertThat(zone.status("/soft")).as(body).isEqualTo("HIT");
        }
        assertThat(bodies).hasValue(1);
    }

    @Test
    void theReceiptSaysWhatEachPopDid() throws Exception {
        page("/receipt/a");
        page("/receipt/b");
        RuledZone zone = zone("receipt.example", "/receipt/a", "/receipt/b");
        JsonNode receipt = purge(zone, "{\"prefixes\":[\"receipt.example/receipt/\"]}");
        String path = "/zones/" + zone.id + "/purge_cache/" + receipt.get("id").asString();
        JsonNode done = Until.holds(
                "reclaimed",
                PROMPTLY,
                () -> api.get(path).result(),
                now -> now.get("state").asString().equals("reclaimed"));
        assertThat(done.get("objects").asLong()).isEqualTo(2);
        assertThat(done.get("effective").get("of").asInt()).isEqualTo(1);
        JsonNode pop = done.get("pops").get(0);
        assertThat(pop.get("pop").asString()).isEqualTo("DEV");
        assertThat(pop.get("effective_ms").asDouble()).isBetween(0.0, 10_000.0);
        assertThat(pop.get("scanned").asDouble()).isEqualTo(1);
    }

    @Test
    void aPreviewTellsTheSizeOfTheDamageAndDoesNone() throws Exception {
        page("/preview/a");
        page("/previews");
        RuledZone zone = zone("preview.example", "/preview/a", "/previews");
        String body = "{\"prefixes\":[\"preview.example/preview\"]}";
        JsonNode preview =
                api.post("/zones/" + zone.id + "/purge_cache/preview", body).result();
        assertThat(preview.get("objects").asInt()).isEqualTo(1);
        assertThat(preview.get("share_of_hits").asDouble()).isEqualTo(0.5);
        assertThat(preview.get("neighbours").get(0).get("other").asString()).isEqualTo("preview.example/previews");
        assertThat(zone.status("/preview/a")).isEqualTo("HIT");
    }

    @Test
    void anExplanationSaysWhyAUrlWasNotPurged() throws Exception {
        page("/why");
        RuledZone zone = zone("why.example", "/why");
        purge(zone, "{\"prefixes\":[\"why.example/why/\"]}");
        JsonNode explained = api.get("/zones/" + zone.id + "/purge_cache/explain?url=http://why.example/why")
                .result();
        JsonNode copy = explained.get("pops").get(0).get("copies").get(0);
        assertThat(copy.get("state").asString()).isEqualToIgnoringCase("fresh");
        assertThat(copy.get("purges").get(0).get("meaning").asString()).isEqualToIgnoringCase("slash_at_end");
        purge(zone, "{\"prefixes\":[\"why.example/why\"]}");
        assertThat(zone.status("/why")).isEqualTo("MISS");
    }

    /// The claim of the documents: after `wait=effective` has answered, no request that begins gets what the purge
    /// covers, whatever was under way.
    @Test
    void afterAPurgeIsEffectiveNobodyGetsTheOldObject() throws Exception {
        AtomicLong version = new AtomicLong();
        // What it was when it was asked for, which is before the purge for who is being answered during it.
        site.page(
                "/line/page",
                _ -> Say.ok("v" + version.get())
                        .header("Cache-Control", "max-age=3600")
                        .header("Cache-Tag", "line"));
        RuledZone zone = zone("line.example", "/line/page");
        AtomicLong published = new AtomicLong();
        AtomicBoolean stop = new AtomicBoolean();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> visitors = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            visitors.add(Thread.ofVirtual().start(() -> {
                try (Client client = site.connect()) {
                    while (!stop.get()) {
                        long least = published.get();
                        client.request("GET", "/line/page", "", "Host: line.example");
                        String body = client.response().text();
                        if (Long.parseLong(body.substring(1)) < least) {
                            wrong.add(body + " after v" + least + " was published");
                        }
                    }
                } catch (Exception failure) {
                    wrong.add(failure.toString());
                }
            }));
        }
        List<String> kinds = List.of(
                "{\"files\":[\"http://line.example/line/page\"]}",
                "{\"prefixes\":[\"line.example/line\"]}",
                "{\"tags\":[\"line\"]}",
                "{\"hosts\":[\"line.example\"]}",
                "{\"purge_everything\":true}");
        for (int round = 0; round < 60; round++) {
            long next = version.incrementAndGet();
            String kind = kinds.get(round % kinds.size());
            if (round % 3 == 2) {
                api.post("/zones/" + zone.id + "/invalidate_cache?wait=effective", kind)
                        .result();
            } else {
                purge(zone, kind);
            }
            published.set(next);
        }
        stop.set(true);
        for (Thread visitor : visitors) {
            visitor.join();
        }
        assertThat(wrong).isEmpty();
    }
}
