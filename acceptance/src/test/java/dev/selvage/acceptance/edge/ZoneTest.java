package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Api;
import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Origin;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Zones made through the API beside a site that takes every other name: whose rules hold, and which.
@Timeout(60)
class ZoneTest {
    private static final Duration PROMPTLY = Duration.ofSeconds(2);

    @TempDir
    static Path directory;

    private static Site site;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "");
        api = site.program().api();
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    /// Makes a zone of that name in front of the same origin, and waits until it is served.
    private static String zone(String name) throws Exception {
        return zone(name, site.origin().port());
    }

    private static String zone(String name, int port) throws Exception {
        site.page("/ready", Say.ok("ready"));
        String zone = api.createZone(name);
        api.proxy(zone, name, port);
        until("/ready", name, response -> Site.status(response).equals("DYNAMIC"));
        return zone;
    }

    private static Wire.Response until(String path, String host, Predicate<Wire.Response> fits) throws Exception {
        return Until.holds("at the edge", PROMPTLY, () -> site.get(path, "Host: " + host), fits);
    }

    private static void setting(String zone, String name, String value) throws IOException {
        api.patch("/zones/" + zone + "/settings/" + name, "{\"value\":" + value + "}")
                .result();
    }

    private static void cacheRule(String zone, String parameters) throws IOException {
        api.put(
                        "/zones/" + zone + "/rulesets/phases/http_request_cache_settings/entrypoint",
                        "{\"rules\":[{\"expression\":\"true\",\"action\":\"set_cache_settings\",\"action_parameters\":"
                                + parameters + "}]}")
                .result();
    }

    private static void assertStatuses(String path, String host, String... statuses) throws IOException {
        for (String status : statuses) {
            assertThat(Site.status(site.get(path, "Host: " + host)))
                    .as(host + path)
                    .isEqualTo(status);
        }
    }

    // ---- whose request is it?

    @Test
    void aZoneOfTheApiWinsOverTheSiteThatTakesEveryName() throws Exception {
        try (Origin other = Origin.answering(_ -> Say.ok("the zone"))) {
            site.page("/whose", Say.ok("the catch-all"));
            assertThat(site.get("/whose", "Host: won.example").text()).isEqualTo("the catch-all");
            zone("won.example", other.port());
            assertThat(site.get("/whose", "Host: won.example").text()).isEqualTo("the zone");
            assertThat(site.get("/whose", "Host: WON.example.:8080").text()).isEqualTo("the zone");
            assertThat(site.get("/whose", "Host: www.won.example").text())
                    .as("a name without a record in a zone is claimed by nobody")
                    .isEqualTo("the catch-all");
        }
    }

    @Test
    void withoutASiteForEveryNameAnUnknownHostIsExplained(@TempDir Path other) throws Exception {
        try (Site none = Site.managed(other, "")) {
            Wire.Response response = none.get("/", "Host: unknown.example");
            assertThat(response.status()).isEqualTo(404);
            assertThat(response.text()).contains("unknown.example").contains("DNS record");
            assertThat(none.origin().requests()).isEmpty();
        }
    }

    // ---- what is cached by default

    @Test
    void staticFilesAreCachedAndEverythingElseIsDynamic() throws Exception {
        zone("static.example");
        for (String path : new String[] {"/a.css", "/a.JPG", "/b/c.min.js", "/font.woff2", "/x.pdf"}) {
            site.page(path, Say.ok("file"));
            assertStatuses(path, "static.example", "MISS", "HIT");
        }
        for (String path : new String[] {"/", "/page.html", "/data.json", "/css", "/a.css/b"}) {
            site.page(path, Say.ok("page").header("Cache-Control", "max-age=60"));
            assertStatuses(path, "static.example", "DYNAMIC", "DYNAMIC");
        }
        site.page("/style.css", Say.ok("file"));
        assertThat(Site.status(site.ask("POST", "/style.css", "x", "Host: static.example")))
                .isEqualTo("DYNAMIC");
    }

    @Test
    void whatTheOriginSaysOfAStaticFileCounts() throws Exception {
        zone("said.example");
        for (String control : new String[] {"no-store", "private", "no-cache", "max-age=0"}) {
            String path = "/" + control.replace('=', '-') + ".css";
            site.page(path, Say.ok("x").header("Cache-Control", control));
            assertStatuses(path, "said.example", "BYPASS", "BYPASS");
        }
        site.page("/cookie.css", Say.ok("x").header("Set-Cookie", "a=b"));
        assertStatuses("/cookie.css", "said.example", "BYPASS", "BYPASS");
        site.page("/gone.css", Say.status(404, "gone"));
        assertStatuses("/gone.css", "said.example", "MISS", "HIT");
        site.page("/error.css", Say.status(500, "error"));
        assertStatuses("/error.css", "said.example", "BYPASS", "BYPASS");
    }

    // ---- settings

    @Test
    void browserCacheTtlRaisesWhatVisitorsAreTold() throws Exception {
        String zone = zone("browser.example");
        site.page("/none.css", Say.ok("x"));
        site.page("/low.css", Say.ok("x").header("Cache-Control", "public, max-age=60"));
        site.page("/high.css", Say.ok("x").header("Cache-Control", "max-age=999999"));
        site.page("/never.css", Say.ok("x").header("Cache-Control", "no-store"));
        for (int i = 0; i < 2; i++) {
            assertThat(control("/none.css")).contains("max-age=14400");
            assertThat(control("/low.css")).contains("max-age=14400").doesNotContain("max-age=60");
            assertThat(control("/high.css")).isEqualTo("max-age=999999");
            assertThat(control("/never.css")).isEqualTo("no-store");
        }
        setting(zone, "browser_cache_ttl", "0");
        until(
                "/low.css",
                "browser.example",
                response -> response.header("Cache-Control")
                        .filter("public, max-age=60"::equals)
                        .isPresent());
    }

    private static String control(String path) throws IOException {
        return site.get(path, "Host: browser.example").header("Cache-Control").orElse("");
    }

    @Test
    void cacheLevelDecidesWhatTheQueryStringMeans() throws Exception {
        String zone = zone("level.example");
        site.page("/q.css", request -> Say.ok(request.target()));
        assertStatuses("/q.css?1", "level.example", "MISS", "HIT");
        assertStatuses("/q.css?2", "level.example", "MISS", "HIT");

        setting(zone, "cache_level", "\"simplified\"");
        // Each with a query of its own: a hit is one of the query's being no part of the key.
        AtomicInteger query = new AtomicInteger(100);
        Until.holds(
                "at the edge",
                PROMPTLY,
                () -> Site.status(site.get("/q.css?" + query.incrementAndGet(), "Host: level.example")),
                "HIT"::equals);
        long asked = site.asked("/q.css");
        assertStatuses("/q.css?4", "level.example", "HIT");
        assertStatuses("/q.css?5", "level.example", "HIT");
        assertThat(site.asked("/q.css")).isEqualTo(asked);

        setting(zone, "cache_level", "\"basic\"");
        until("/q.css?1", "level.example", response -> Site.status(response).equals("DYNAMIC"));
        site.get("/q.css", "Host: level.example");
        assertStatuses("/q.css", "level.example", "HIT");
    }

    @Test
    void theOrderOfTheQueryStringDoesNotMatterWhereItIsSorted() throws Exception {
        String zone = zone("sorted.example");
        site.page("/s.css", Say.ok("x"));
        setting(zone, "sort_query_string_for_cache", "\"on\"");
        Until.holds(
                "sorted",
                PROMPTLY,
                () -> {
                    String salt = "n=" + System.nanoTime();
                    site.get("/s.css?a=1&" + salt, "Host: sorted.example");
                    return Site.status(site.get("/s.css?" + salt + "&a=1", "Host: sorted.example"));
                },
                "HIT"::equals);
    }

    @Test
    void developmentModeCachesNothing() throws Exception {
        String zone = zone("develop.example");
        site.page("/d.css", Say.ok("x"));
        assertStatuses("/d.css", "develop.example", "MISS", "HIT");
        setting(zone, "development_mode", "\"on\"");
        until("/d.css", "develop.example", response -> Site.status(response).equals("BYPASS"));
        assertStatuses("/d.css", "develop.example", "BYPASS", "BYPASS");
        setting(zone, "development_mode", "\"off\"");
        until("/d.css", "develop.example", response -> Site.status(response).equals("HIT"));
    }

    @Test
    void alwaysOnlineServesStaleWhereTheOriginAnswersErrors() throws Exception {
        String zone = zone("online.example");
        setting(zone, "always_online", "\"on\"");
        Until.holds(
                "stale in place of the error",
                Duration.ofSeconds(10),
                () -> {
                    String path = "/o" + System.nanoTime() + ".css";
                    site.page(path, Say.ok("old").header("Cache-Control", "max-age=1"));
                    site.get(path, "Host: online.example");
                    site.page(path, Say.status(503, "down"));
                    return Until.holds(
                            "expired",
                            Duration.ofSeconds(5),
                            () -> Site.status(site.get(path, "Host: online.example")),
                            status -> !status.equals("HIT"));
                },
                "STALE"::equals);
    }

    // ---- rules

    @Test
    void aCacheRuleMakesEligibleAndSaysHowLong() throws Exception {
        String zone = zone("ruled.example");
        site.page("/html", Say.ok("x").header("Cache-Control", "no-store"));
        cacheRule(zone, """
                {"cache":true,"edge_ttl":{"mode":"override_origin","default":60},
                 "browser_ttl":{"mode":"override_origin","default":30}}""");
        until("/html", "ruled.example", response -> !Site.status(response).equals("DYNAMIC"));
        Wire.Response hit = site.get("/html", "Host: ruled.example");
        assertThat(Site.status(hit)).isEqualTo("HIT");
        assertThat(hit.header("Cache-Control")).contains("max-age=30");
    }

    @Test
    void aCacheRuleCanRespectTheOriginOrBypass() throws Exception {
        String zone = zone("respect.example");
        site.page("/said", Say.ok("x").header("Cache-Control", "max-age=60"));
        site.page("/silent", Say.ok("x"));
        cacheRule(zone, "{\"cache\":true,\"edge_ttl\":{\"mode\":\"bypass_by_default\"}}");
        until("/said", "respect.example", response -> !Site.status(response).equals("DYNAMIC"));
        assertStatuses("/said", "respect.example", "HIT");
        assertStatuses("/silent", "respect.example", "BYPASS", "BYPASS");

        cacheRule(zone, "{\"cache\":false}");
        until("/said", "respect.example", response -> Site.status(response).equals("BYPASS"));
        site.page("/f.css", Say.ok("x"));
        assertStatuses("/f.css", "respect.example", "BYPASS", "BYPASS");
    }

    @Test
    void aCacheRuleHasTimesByStatus() throws Exception {
        String zone = zone("byStatus.example".toLowerCase(java.util.Locale.ROOT));
        String host = "bystatus.example";
        site.page("/200", Say.ok("x"));
        site.page("/404", Say.status(404, "x"));
        site.page("/500", Say.status(500, "x"));
        site.page("/503", Say.status(503, "x").header("Cache-Control", "max-age=60"));
        cacheRule(zone, """
                {"cache":true,"edge_ttl":{"mode":"override_origin","default":60,"status_code_ttl":[
                  {"status_code":404,"value":30},
                  {"status_code":503,"value":-1},
                  {"status_code_range":{"from":500,"to":502},"value":20}]}}""");
        until("/200", host, response -> !Site.status(response).equals("DYNAMIC"));
        assertStatuses("/200", host, "HIT");
        assertStatuses("/404", host, "MISS", "HIT");
        assertThat(ttl(site.get("/404", "Host: " + host))).isBetween(25, 30);
        assertStatuses("/500", host, "MISS", "HIT");
        assertThat(ttl(site.get("/500", "Host: " + host))).isBetween(15, 20);
        assertStatuses("/503", host, "BYPASS", "BYPASS");
    }

    private static int ttl(Wire.Response response) {
        String status = response.header("Cache-Status").orElseThrow();
        return Integer.parseInt(status.replaceAll(".*ttl=(-?\\d+).*", "$1"));
    }

    @Test
    void anOriginRuleSetsPortAndHostHeader() throws Exception {
        try (Origin inner =
                Origin.answering(request -> Say.ok(request.header("Host").orElse("")))) {
            String zone = zone("routed.example");
            api.put("/zones/" + zone + "/rulesets/phases/http_request_origin/entrypoint", """
                            {"rules":[{"expression":"http.host eq \\"routed.example\\"","action":"route",
                              "action_parameters":{"host_header":"inner.example",
                                "origin":{"host":"127.0.0.1","port":%d}}}]}
                            """.formatted(inner.port()))
                    .result();
            until("/r", "routed.example", response -> response.text().equals("inner.example"));
            assertThat(inner.asked("/r")).isPositive();
            assertThat(inner.requests().getLast().header("X-Forwarded-For")).contains("127.0.0.1");
        }
    }

    @Test
    void withoutARuleTheOriginSeesTheHostThatTheVisitorAskedFor() throws Exception {
        zone("host.example");
        site.page("/host", Say.ok("x"));
        site.get("/host", "Host: host.example:" + site.port());
        assertThat(site.last("/host").header("Host")).contains("host.example:" + site.port());
    }

    // ---- purges

    @Test
    void purgingEverythingLeavesOtherZonesAlone() throws Exception {
        String zone = zone("purged.example");
        zone("spared.example");
        site.page("/p.css", Say.ok("x"));
        assertStatuses("/p.css", "purged.example", "MISS", "HIT");
        assertStatuses("/p.css", "spared.example", "MISS", "HIT");

        api.post("/zones/" + zone + "/purge_cache", "{\"purge_everything\":true}")
                .result();

        assertStatuses("/p.css", "purged.example", "MISS", "HIT");
        assertStatuses("/p.css", "spared.example", "HIT");
    }

    @Test
    void purgingAUrlTakesAllItsVariantsAndNothingElse() throws Exception {
        String zone = zone("variants.example");
        site.page(
                "/v.css",
                request -> Say.ok(request.header("Accept-Encoding").orElse("none"))
                        .header("Vary", "Accept-Encoding")
                        .header("Cache-Control", "max-age=60"));
        for (String target : new String[] {"/v.css", "/v.css?q=1"}) {
            site.get(target, "Host: variants.example", "Accept-Encoding: gzip");
            site.get(target, "Host: variants.example", "Accept-Encoding: br");
        }
        assertThat(site.asked("/v.css")).isEqualTo(4);

        api.post("/zones/" + zone + "/purge_cache", "{\"files\":[\"http://VARIANTS.example/v.css\"]}")
                .result();

        for (String encoding : new String[] {"gzip", "br"}) {
            assertThat(Site.status(site.get("/v.css", "Host: variants.example", "Accept-Encoding: " + encoding)))
                    .isEqualTo("MISS");
            assertThat(Site.status(site.get("/v.css?q=1", "Host: variants.example", "Accept-Encoding: " + encoding)))
                    .as("the query string belongs to the URL")
                    .isEqualTo("HIT");
        }
    }

    @Test
    void aChangeHoldsOnConnectionsThatAreOpen() throws Exception {
        String zone = zone("open.example");
        site.page("/z.css", Say.ok("x"));
        assertStatuses("/z.css", "open.example", "MISS", "HIT");
        try (Client client = site.connect()) {
            client.request("GET", "/z.css", "", "Host: open.example");
            assertThat(Site.status(client.response())).isEqualTo("HIT");
            setting(zone, "development_mode", "\"on\"");
            // The connection remembers whose host it is, but not beyond a change.
            Until.holds(
                    "the change holds on a connection that is open",
                    PROMPTLY,
                    () -> {
                        client.request("GET", "/z.css", "", "Host: open.example");
                        return Site.status(client.response());
                    },
                    "BYPASS"::equals);
        }
    }
}
