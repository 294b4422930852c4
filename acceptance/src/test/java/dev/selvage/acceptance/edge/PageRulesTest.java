package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Api;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Page rules made through the API, and what each of their actions changes for visitors.
@Timeout(60)
class PageRulesTest {
    private static final Duration PROMPTLY = Duration.ofSeconds(5);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    static Path directory;

    private static Site site;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "trusted-proxies: [127.0.0.0/8]\n");
        api = site.program().api();
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    /// A zone of its own, in front of the same origin.
    private static final class Zone {
        private final String host;
        private final String id;

        Zone(String host) throws Exception {
            this.host = host;
            id = api.createZone(host);
            api.proxy(id, host, site.origin().port());
        }

        /// Makes an active rule for a path of this zone.
        Api.Answer rule(String path, String... actions) throws IOException {
            return rule(1, path, actions);
        }

        Api.Answer rule(int priority, String path, String... actions) throws IOException {
            Api.Answer made = api.post(
                    "/zones/" + id + "/pagerules", """
                    {"targets":[{"target":"url","constraint":{"operator":"matches","value":"%s%s"}}],
                     "actions":[%s],"status":"active","priority":%d}
                    """.formatted(host, path, String.join(",", actions), priority));
            made.result();
            return made;
        }

        /// Waits until everything before this call is at the edge.
        void ready() throws Exception {
            String path = "/ready-" + NUMBER.incrementAndGet();
            rule(
                    1_000,
                    path,
                    "{\"id\":\"forwarding_url\",\"value\":{\"url\":\"http://ready.example/\",\"status_code\":302}}");
            Until.holds("at the edge", PROMPTLY, () -> get(path).status(), status -> status == 302);
        }

        Wire.Response get(String path, String... fields) throws IOException {
            String[] all = new String[fields.length + 1];
            all[0] = "Host: " + host;
            System.arraycopy(fields, 0, all, 1, fields.length);
            return site.get(path, all);
        }

        void statuses(String path, String... statuses) throws IOException {
            for (String status : statuses) {
                assertThat(Site.status(get(path))).as(path).isEqualTo(status);
            }
        }
    }

    private static String action(String id, String value) {
        return "{\"id\":\"" + id + "\",\"value\":" + value + "}";
    }

    private static int ttl(Wire.Response response) {
        String status = response.header("Cache-Status").orElseThrow();
        return Integer.parseInt(status.replaceAll(".*ttl=(-?\\d+).*", "$1"));
    }

    // ---- redirects

    @ParameterizedTest
    @CsvSource({"301, max-age=3600", "302, no-store"})
    void aForwardedVisitorGoesWhereTheAsterisksSay(int status, String control) throws Exception {
        Zone zone = new Zone("forward" + status + ".example");
        zone.rule(
                "/old/*/x*",
                action("forwarding_url", "{\"url\":\"https://new.example/$2/$1\",\"status_code\":" + status + "}"));
        zone.ready();
        Wire.Response response = zone.get("/old/a/b/x?c=d&e=%20");
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("Location")).contains("https://new.example/?c=d&e=%20/a/b");
        assertThat(response.header("Cache-Control")).contains(control);
        assertThat(response.header("Cache-Status")).contains("Selvage; detail=redirect");
        assertThat(site.ask("POST", "/old/a/x", "body", "Host: " + zone.host).status())
                .isEqualTo(status);
        assertThat(site.asked("/old/a/x")).as("the origin is not asked").isZero();
    }

    @Test
    void whoComesInTheClearIsSentToHttps() throws Exception {
        Zone zone = new Zone("secure.example");
        site.page("/s.css", Say.ok("over TLS"));
        zone.rule("/s*", "{\"id\":\"always_use_https\"}");
        zone.ready();
        Wire.Response clear = zone.get("/s.css?q=1");
        assertThat(clear.status()).isEqualTo(301);
        assertThat(clear.header("Location")).contains("https://secure.example/s.css?q=1");
        Wire.Response secure = zone.get("/s.css?q=1", "X-Forwarded-Proto: https");
        assertThat(secure.status()).isEqualTo(200);
        assertThat(secure.text()).isEqualTo("over TLS");
    }

    // ---- what is cached, and for how long

    @Test
    void theCacheLevelDecidesWhatIsCached() throws Exception {
        Zone zone = new Zone("levels.example");
        zone.rule("/bypass/*", action("cache_level", "\"bypass\""));
        zone.rule("/basic/*", action("cache_level", "\"basic\""));
        zone.rule("/simplified/*", action("cache_level", "\"simplified\""));
        zone.rule("/aggressive/*", action("cache_level", "\"aggressive\""));
        zone.rule("/everything/*", action("cache_level", "\"cache_everything\""));
        for (String level : new String[] {"bypass", "basic", "simplified", "aggressive", "everything"}) {
            for (String name : new String[] {"/a.css", "/page"}) {
                site.page("/" + level + name, request -> Say.ok(request.target()));
            }
        }
        site.page("/page", Say.ok("x"));
        zone.ready();
        zone.statuses("/bypass/a.css", "BYPASS", "BYPASS");
        zone.statuses("/basic/a.css", "MISS", "HIT");
        zone.statuses("/basic/a.css?q", "DYNAMIC", "DYNAMIC");
        zone.statuses("/simplified/a.css?1", "MISS", "HIT");
        zone.statuses("/simplified/a.css?2", "HIT");
        zone.statuses("/aggressive/a.css?1", "MISS", "HIT");
        zone.statuses("/aggressive/a.css?2", "MISS", "HIT");
        zone.statuses("/aggressive/page", "DYNAMIC", "DYNAMIC");
        zone.statuses("/everything/page?1", "MISS", "HIT");
        zone.statuses("/everything/page?2", "MISS", "HIT");
        zone.statuses("/page", "DYNAMIC", "DYNAMIC");
    }

    @Test
    void whatARuleCachesIsPurgedLikeAnyOther() throws Exception {
        Zone zone = new Zone("purgedpage.example");
        site.page("/purged/page", Say.ok("x"));
        zone.rule("/purged/*", action("cache_level", "\"simplified\""), action("edge_cache_ttl", "60"));
        zone.rule("/purged/page*", action("cache_level", "\"cache_everything\""));
        zone.ready();
        site.page("/purged/a.css", Say.ok("x"));
        zone.statuses("/purged/a.css?1", "MISS", "HIT");
        api.post("/zones/" + zone.id + "/purge_cache", "{\"files\":[\"http://purgedpage.example/purged/a.css?9\"]}")
                .result();
        zone.statuses("/purged/a.css?1", "MISS", "HIT");
    }

    @Test
    void timesToLiveAreTheRules() throws Exception {
        Zone zone = new Zone("times.example");
        site.page("/edge/a.css", Say.ok("x").header("Cache-Control", "max-age=5"));
        site.page("/status/a.css", Say.ok("x"));
        site.page("/status/404.css", Say.status(404, "x"));
        site.page("/status/500.css", Say.status(500, "x"));
        site.page("/status/503.css", Say.status(503, "x").header("Cache-Control", "max-age=60"));
        site.page("/browser/a.css", Say.ok("x").header("Cache-Control", "max-age=5"));
        site.page("/browser0/a.css", Say.ok("x").header("Cache-Control", "max-age=5"));
        zone.rule("/edge/*", action("edge_cache_ttl", "1234"));
        zone.rule(
                "/status/*",
                action("edge_cache_ttl", "1234"),
                action("cache_ttl_by_status", "{\"400-499\":50,\"404\":30,\"500-502\":20,\"503\":\"no-store\"}"));
        zone.rule("/browser/*", action("browser_cache_ttl", "77"));
        zone.rule("/browser0/*", action("browser_cache_ttl", "0"));
        zone.ready();
        zone.statuses("/edge/a.css", "MISS", "HIT");
        assertThat(ttl(zone.get("/edge/a.css"))).isBetween(1_200, 1_234);
        zone.statuses("/status/a.css", "MISS", "HIT");
        assertThat(ttl(zone.get("/status/a.css"))).isBetween(1_200, 1_234);
        zone.statuses("/status/404.css", "MISS", "HIT");
        assertThat(ttl(zone.get("/status/404.css"))).isBetween(20, 30);
        zone.statuses("/status/500.css", "MISS", "HIT");
        assertThat(ttl(zone.get("/status/500.css"))).isBetween(10, 20);
        zone.statuses("/status/503.css", "BYPASS", "BYPASS");
        assertThat(zone.get("/browser/a.css").header("Cache-Control")).contains("max-age=77");
        assertThat(zone.get("/browser0/a.css").header("Cache-Control")).contains("max-age=5");
        assertThat(zone.get("/edge/a.css").header("Cache-Control"))
                .as("the zone's setting")
                .contains("max-age=14400");
    }

    @Test
    void theOriginsControlCountsWhereTheRuleSaysSo() throws Exception {
        Zone zone = new Zone("control.example");
        for (String path : new String[] {"/control/a.css", "/plain.css"}) {
            site.page(
                    path,
                    request -> (request.header("If-None-Match").isPresent() ? Say.status(304, "") : Say.ok("x"))
                            .header("Cache-Control", "no-cache")
                            .header("ETag", "\"1\""));
        }
        zone.rule("/control/*", action("explicit_cache_control", "\"on\""));
        zone.ready();
        zone.statuses("/plain.css", "BYPASS", "BYPASS");
        zone.statuses("/control/a.css", "MISS", "REVALIDATED", "REVALIDATED");
    }

    @Test
    void theOrderOfTheQueryDoesNotMatterWhereTheRuleSaysSo() throws Exception {
        Zone zone = new Zone("sortedpage.example");
        site.page("/sorted/a.css", Say.ok("x"));
        site.page("/unsorted.css", Say.ok("x"));
        zone.rule("/sorted/*", action("sort_query_string_for_cache", "\"on\""));
        zone.ready();
        zone.statuses("/sorted/a.css?a=1&b=2", "MISS");
        zone.statuses("/sorted/a.css?b=2&a=1", "HIT");
        zone.statuses("/unsorted.css?a=1&b=2", "MISS");
        zone.statuses("/unsorted.css?b=2&a=1", "MISS");
    }

    @Test
    void cookiesDecideWhatIsCached() throws Exception {
        Zone zone = new Zone("cookies.example");
        site.page("/shop/a", Say.ok("x"));
        site.page("/variant", Say.ok("x"));
        zone.rule(
                "/shop/*",
                action("cache_level", "\"cache_everything\""),
                action("bypass_cache_on_cookie", "\"PHPSESSID=.*|^cart\""));
        zone.rule("/variant*", action("cache_on_cookie", "\"^variant=\""), action("edge_cache_ttl", "60"));
        zone.ready();
        zone.statuses("/shop/a", "MISS", "HIT");
        assertThat(Site.status(zone.get("/shop/a", "Cookie: theme=dark"))).isEqualTo("HIT");
        assertThat(Site.status(zone.get("/shop/a", "Cookie: theme=dark; PHPSESSID=1")))
                .isEqualTo("BYPASS");
        assertThat(Site.status(zone.get("/shop/a", "Cookie: theme=dark; cart=7")))
                .isEqualTo("BYPASS");
        assertThat(Site.status(zone.get("/shop/a", "Cookie: x=cart"))).isEqualTo("HIT");
        zone.statuses("/variant", "DYNAMIC", "DYNAMIC");
        assertThat(Site.status(zone.get("/variant", "Cookie: variant=a"))).isEqualTo("MISS");
        assertThat(Site.status(zone.get("/variant", "Cookie: variant=a"))).isEqualTo("HIT");
        zone.statuses("/variant", "DYNAMIC");
    }

    // ---- the origin

    @Test
    void theOriginSeesTheRulesHost() throws Exception {
        Zone zone = new Zone("hostheader.example");
        site.page("/inner/a", Say.ok("x"));
        site.page("/outer", Say.ok("x"));
        zone.rule("/inner/*", action("host_header_override", "\"inner.example\""));
        zone.ready();
        zone.get("/inner/a");
        zone.get("/outer");
        assertThat(site.last("/inner/a").header("Host")).contains("inner.example");
        assertThat(site.last("/outer").header("Host")).contains("hostheader.example");
    }

    @Test
    void anotherOriginIsAskedWhereTheRuleSaysSo() throws Exception {
        Zone zone = new Zone("resolve.example");
        site.page("/elsewhere/a", Say.ok("x"));
        zone.rule("/elsewhere/*", action("resolve_override", "\"127.0.0.77\""));
        zone.ready();
        Wire.Response response = zone.get("/elsewhere/a");
        assertThat(response.status()).isEqualTo(521);
        assertThat(response.text()).as("visitors are not told where").doesNotContain("127.0.0.77");
        assertThat(site.asked("/elsewhere/a")).isZero();
    }

    @Test
    void theOriginIsReachedAsTheRuleSays() throws Exception {
        Zone zone = new Zone("sslmode.example");
        site.page("/tls/a", Say.ok("x"));
        site.page("/clear", Say.ok("x"));
        zone.rule("/tls/*", action("ssl", "\"origin_pull\""));
        zone.ready();
        assertThat(zone.get("/clear").status()).isEqualTo(200);
        assertThat(zone.get("/tls/a").status()).as("the origin speaks no TLS").isEqualTo(525);
        assertThat(site.asked("/tls/a")).isZero();
    }

    @Test
    void whatIsStaleCoversErrorsWhereTheRuleSaysSo() throws Exception {
        Zone zone = new Zone("onlinepage.example");
        zone.rule("/online/*", action("always_online", "\"on\""), action("origin_error_page_pass_thru", "\"on\""));
        zone.ready();
        for (String path : new String[] {"/online/a.css", "/offline.css"}) {
            site.page(path, Say.ok("old").header("Cache-Control", "max-age=1"));
            zone.get(path);
            site.page(path, Say.status(503, "the origin's own page"));
        }
        Wire.Response covered = Until.holds(
                "expired",
                PROMPTLY,
                () -> zone.get("/online/a.css"),
                response -> !Site.status(response).equals("HIT"));
        assertThat(covered.status()).isEqualTo(200);
        assertThat(Site.status(covered)).isEqualTo("STALE");
        Wire.Response passed = Until.holds(
                "expired",
                PROMPTLY,
                () -> zone.get("/offline.css"),
                response -> !Site.status(response).equals("HIT"));
        assertThat(passed.status()).isEqualTo(503);
        assertThat(passed.text()).isEqualTo("the origin's own page");
        site.page("/online/never.css", Say.status(503, "the origin's own page"));
        assertThat(zone.get("/online/never.css").text()).isEqualTo("the origin's own page");
    }

    // ---- which rule

    @Test
    void onlyTheHighestPriorityAppliesAndOnlyWhileItIsActive() throws Exception {
        Zone zone = new Zone("order.example");
        site.page("/order/a", Say.ok("x"));
        Api.Answer high = zone.rule(5, "/order/*", action("edge_cache_ttl", "60"));
        zone.rule(2, "/order*", action("cache_level", "\"cache_everything\""));
        zone.ready();
        zone.statuses("/order/a", "DYNAMIC", "DYNAMIC");
        String one =
                "/zones/" + zone.id + "/pagerules/" + high.result().path("id").asString();
        api.patch(one, "{\"priority\":1}").result();
        zone.ready();
        zone.statuses("/order/a", "MISS", "HIT");
        api.patch(one, "{\"priority\":5}").result();
        zone.ready();
        zone.statuses("/order/a", "DYNAMIC");
        api.patch(one, "{\"status\":\"disabled\"}").result();
        zone.ready();
        zone.statuses("/order/a", "HIT");
        api.patch(one, "{\"status\":\"active\"}").result();
        zone.ready();
        zone.statuses("/order/a", "DYNAMIC");
        api.delete(one).result();
        zone.ready();
        zone.statuses("/order/a", "HIT");
    }

    @Test
    void aRuleThatIsStoredAloneStillKeepsOthersFromApplying() throws Exception {
        Zone zone = new Zone("shadow.example");
        site.page("/shadow/a", Say.ok("x"));
        Api.Answer stored = zone.rule(5, "/shadow/*", action("rocket_loader", "\"on\""));
        assertThat(stored.json().path("messages").path(0).path("message").asString())
                .contains("rocket_loader");
        zone.rule("/shadow*", action("cache_level", "\"cache_everything\""));
        zone.ready();
        zone.statuses("/shadow/a", "DYNAMIC");
    }

    @Test
    void aCacheRuleCountsMore() throws Exception {
        Zone zone = new Zone("precedence.example");
        site.page("/precedence/a.css", Say.ok("x"));
        zone.rule("/precedence/*", action("cache_level", "\"bypass\""), action("edge_cache_ttl", "100"));
        zone.ready();
        zone.statuses("/precedence/a.css", "BYPASS");
        api.put("/zones/" + zone.id + "/rulesets/phases/http_request_cache_settings/entrypoint", """
                        {"rules":[{"expression":"true","action":"set_cache_settings",
                          "action_parameters":{"cache":true,"browser_ttl":{"mode":"bypass"}}}]}
                        """)
                .result();
        zone.ready();
        zone.statuses("/precedence/a.css", "MISS", "HIT");
        Wire.Response hit = zone.get("/precedence/a.css");
        assertThat(ttl(hit)).as("what the cache rule does not say").isBetween(60, 100);
        assertThat(hit.header("Cache-Control")).contains("no-store");
    }
}
