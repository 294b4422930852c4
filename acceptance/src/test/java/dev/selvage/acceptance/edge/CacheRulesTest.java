package dev.selvage.acceptance.edge;

import static dev.selvage.acceptance.edge.RuledZone.cacheRule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The documented examples of cache rules, each as an owner would write it, and what visitors see.
@Timeout(60)
class CacheRulesTest {
    private static final Duration PROMPTLY = Duration.ofSeconds(5);
    private static final String PHONE =
            "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                    + " Version/18.0 Mobile/15E148 Safari/604.1";
    private static final String TABLET =
            "User-Agent: Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                    + " Version/18.0 Mobile/15E148 Safari/604.1";
    private static final String DESKTOP =
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "trusted-proxies: [127.0.0.0/8]\n");
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static int ttl(Wire.Response response) {
        String status = response.header("Cache-Status").orElseThrow();
        return Integer.parseInt(status.replaceAll(".*ttl=(-?\\d+).*", "$1"));
    }

    @Test
    void cacheEverythingOnAHost() throws Exception {
        RuledZone zone = new RuledZone(site, "everything.example");
        site.page("/everything", Say.ok("page"));
        zone.cacheRules(cacheRule("http.host eq \"everything.example\"", "{\"cache\":true}"));
        assertThat(zone.status("/everything")).isEqualTo("MISS");
        assertThat(zone.status("/everything")).isEqualTo("HIT");
        zone.cacheRules(cacheRule("http.host eq \"other.example\"", "{\"cache\":true}"));
        assertThat(zone.status("/everything")).isEqualTo("DYNAMIC");
    }

    @Test
    void theLogoYesTheShoppingCartNo() throws Exception {
        RuledZone zone = new RuledZone(site, "cart.example");
        site.page("/logo", Say.ok("logo"));
        site.page("/cart/items.css", Say.ok("cart"));
        zone.cacheRules(
                cacheRule("http.request.uri.path eq \"/logo\"", "{\"cache\":true}"),
                cacheRule("starts_with(http.request.uri.path, \"/cart/\")", "{\"cache\":false}"));
        assertThat(zone.status("/logo")).isEqualTo("MISS");
        assertThat(zone.status("/logo")).isEqualTo("HIT");
        assertThat(zone.status("/cart/items.css")).isEqualTo("BYPASS");
        assertThat(zone.status("/cart/items.css")).isEqualTo("BYPASS");
    }

    @Test
    void bypassTheCacheOnACookie() throws Exception {
        RuledZone zone = new RuledZone(site, "cookie.example");
        site.page("/account.css", Say.ok("x"));
        zone.cacheRules(cacheRule("http.cookie contains \"session=\"", "{\"cache\":false}"));
        assertThat(zone.status("/account.css")).isEqualTo("MISS");
        assertThat(zone.status("/account.css", "Cookie: theme=dark; session=1")).isEqualTo("BYPASS");
        assertThat(zone.status("/account.css", "Cookie: theme=dark")).isEqualTo("HIT");
    }

    @Test
    void theBrowsersTimeToLive() throws Exception {
        RuledZone zone = new RuledZone(site, "browserttl.example");
        for (String name : new String[] {"override", "respect", "bypass", "default"}) {
            site.page("/b/" + name + ".css", Say.ok("x").header("Cache-Control", "max-age=5"));
            site.page("/b/bare-" + name + ".css", Say.ok("x"));
        }
        zone.cacheRules(
                cacheRule(
                        "http.request.uri.path wildcard \"/b/*override.css\"",
                        "{\"browser_ttl\":{\"mode\":\"override_origin\",\"default\":86400}}"),
                cacheRule(
                        "http.request.uri.path wildcard \"/b/*respect.css\"",
                        "{\"browser_ttl\":{\"mode\":\"respect_origin\"}}"),
                cacheRule(
                        "http.request.uri.path wildcard \"/b/*default.css\"",
                        "{\"browser_ttl\":{\"mode\":\"bypass_by_default\"}}"),
                cacheRule(
                        "http.request.uri.path wildcard \"/b/*bypass.css\"",
                        "{\"browser_ttl\":{\"mode\":\"bypass\"}}"));
        assertThat(zone.get("/b/override.css").header("Cache-Control")).contains("max-age=86400");
        assertThat(zone.get("/b/respect.css").header("Cache-Control")).contains("max-age=5");
        assertThat(zone.get("/b/bypass.css").header("Cache-Control").orElseThrow())
                .contains("no-store");
        assertThat(zone.get("/b/default.css").header("Cache-Control")).contains("max-age=5");
        assertThat(zone.get("/b/bare-default.css").header("Cache-Control").orElseThrow())
                .contains("no-cache");
    }

    @Test
    void theEdgesTimeToLiveAndByStatus() throws Exception {
        RuledZone zone = new RuledZone(site, "edgettl.example");
        site.page("/e/a.css", Say.ok("x").header("Cache-Control", "max-age=5"));
        site.page("/e/404.css", Say.status(404, "x"));
        site.page("/e/500.css", Say.status(500, "x").header("Cache-Control", "max-age=60"));
        site.page("/e/bare.css", Say.ok("x"));
        zone.cacheRules(
                cacheRule(
                        "http.request.uri.path.extension eq \"css\"",
                        "{\"edge_ttl\":{\"mode\":\"override_origin\",\"default\":3600,\"status_code_ttl\":["
                                + "{\"status_code\":404,\"value\":30},"
                                + "{\"status_code_range\":{\"from\":500},\"value\":-1}]}}"),
                cacheRule(
                        "http.request.uri.path eq \"/e/bare.css\"", "{\"edge_ttl\":{\"mode\":\"bypass_by_default\"}}"));
        zone.get("/e/a.css");
        assertThat(ttl(zone.get("/e/a.css"))).isBetween(3_500, 3_600);
        zone.get("/e/404.css");
        assertThat(ttl(zone.get("/e/404.css"))).isBetween(20, 30);
        assertThat(zone.status("/e/500.css")).isEqualTo("BYPASS");
        assertThat(zone.status("/e/bare.css")).isEqualTo("BYPASS");
    }

    @Test
    void cacheEverythingAndIgnoreTheQuery() throws Exception {
        RuledZone zone = new RuledZone(site, "noquery.example");
        site.page("/q/page", request -> Say.ok(request.target()));
        zone.cacheRules(cacheRule(
                "starts_with(http.request.uri.path, \"/q/\")",
                "{\"cache\":true,\"cache_key\":{\"custom_key\":{\"query_string\":{\"exclude\":{\"all\":true}}}}}"));
        assertThat(zone.status("/q/page?a=1")).isEqualTo("MISS");
        assertThat(zone.status("/q/page?a=2")).isEqualTo("HIT");
        assertThat(zone.status("/q/page")).isEqualTo("HIT");
        zone.purge("/q/page?x");
        assertThat(zone.status("/q/page?a=1")).isEqualTo("MISS");
    }

    @Test
    void onlySomeParametersOfTheQueryCount() throws Exception {
        RuledZone zone = new RuledZone(site, "somequery.example");
        site.page("/q/in.css", Say.ok("x"));
        site.page("/q/out.css", Say.ok("x"));
        zone.cacheRules(
                cacheRule(
                        "http.request.uri.path eq \"/q/in.css\"",
                        "{\"cache_key\":{\"custom_key\":{\"query_string\":{\"include\":{\"list\":[\"id\"]}}}}}"),
                cacheRule(
                        "http.request.uri.path eq \"/q/out.css\"",
                        "{\"cache_key\":{\"custom_key\":{\"query_string\":{\"exclude\":{\"list\":[\"utm_source\"]}}}}}"));
        assertThat(zone.status("/q/in.css?id=1&utm_source=a")).isEqualTo("MISS");
        assertThat(zone.status("/q/in.css?utm_source=b&id=1")).isEqualTo("HIT");
        assertThat(zone.status("/q/in.css?id=2")).isEqualTo("MISS");
        assertThat(zone.status("/q/out.css?id=1&utm_source=a")).isEqualTo("MISS");
        assertThat(zone.status("/q/out.css?id=1&utm_source=b")).isEqualTo("HIT");
        assertThat(zone.status("/q/out.css?id=2&utm_source=b")).isEqualTo("MISS");
        zone.purge("/q/in.css?id=1");
        assertThat(zone.status("/q/in.css?id=1")).isEqualTo("MISS");
        assertThat(zone.status("/q/in.css?id=2")).isEqualTo("HIT");
    }

    @Test
    void theOrderOfTheQueryDoesNotCount() throws Exception {
        RuledZone zone = new RuledZone(site, "sorted.example");
        site.page("/sort.css", Say.ok("x"));
        zone.cacheRules(cacheRule("true", "{\"cache_key\":{\"ignore_query_strings_order\":true}}"));
        assertThat(zone.status("/sort.css?a=1&b=2")).isEqualTo("MISS");
        assertThat(zone.status("/sort.css?b=2&a=1")).isEqualTo("HIT");
    }

    @Test
    void phonesTabletsAndOthersAreKeptApart() throws Exception {
        RuledZone zone = new RuledZone(site, "device.example");
        site.page("/device.css", Say.ok("x"));
        zone.cacheRules(cacheRule("true", "{\"cache_key\":{\"cache_by_device_type\":true}}"));
        for (String agent : new String[] {PHONE, TABLET, DESKTOP}) {
            assertThat(zone.status("/device.css", agent)).as(agent).isEqualTo("MISS");
            assertThat(zone.status("/device.css", agent)).as(agent).isEqualTo("HIT");
        }
        zone.purge("/device.css");
        for (String agent : new String[] {PHONE, TABLET, DESKTOP}) {
            assertThat(zone.status("/device.css", agent)).as(agent).isEqualTo("MISS");
        }
    }

    @Test
    void aCustomKeyHasHeadersCookiesCountryAndLanguage() throws Exception {
        RuledZone zone = new RuledZone(site, "customkey.example");
        site.page("/key.css", Say.ok("x"));
        zone.cacheRules(cacheRule("true", """
                {"cache_key":{"custom_key":{
                  "header":{"include":["x-version"],"check_presence":["x-beta"],"contains":{"user-agent":["Firefox"]}},
                  "cookie":{"include":["ab"],"check_presence":["member"]},
                  "user":{"lang":true,"geo":true}}}}
                """));
        String[][] variants = {
            {},
            {"X-Version: 2"},
            {"X-Version: 3"},
            {"X-Beta: anything"},
            {DESKTOP},
            {"Cookie: ab=a"},
            {"Cookie: ab=b"},
            {"Cookie: member=1"},
            {"Accept-Language: de"},
        };
        for (String[] fields : variants) {
            assertThat(zone.status("/key.css", fields))
                    .as(String.join(",", fields))
                    .isEqualTo("MISS");
            assertThat(zone.status("/key.css", fields))
                    .as(String.join(",", fields))
                    .isEqualTo("HIT");
        }
        assertThat(zone.status("/key.css", "X-Beta: something else")).isEqualTo("HIT");
        assertThat(zone.status("/key.css", "Cookie: theme=dark; member=2")).isEqualTo("HIT");
        assertThat(zone.status("/key.css", "Cookie: theme=dark")).isEqualTo("HIT");
        assertThat(zone.status("/key.css", "Accept-Language: de, en;q=0.5")).isEqualTo("HIT");
        assertThat(zone.status("/key.css", PHONE)).isEqualTo("HIT");
        zone.purge("/key.css");
        for (String[] fields : variants) {
            assertThat(zone.status("/key.css", fields))
                    .as(String.join(",", fields))
                    .isEqualTo("MISS");
        }
    }

    @Test
    void whatIsCalledAFileButIsAPageIsNotKept() throws Exception {
        RuledZone zone = new RuledZone(site, "armor.example");
        site.page("/account/nothing.css", Say.ok("secret").header("Content-Type", "text/html"));
        site.page("/real.css", Say.ok("x").header("Content-Type", "text/css"));
        zone.cacheRules(cacheRule("true", "{\"cache\":true,\"cache_key\":{\"cache_deception_armor\":true}}"));
        assertThat(zone.status("/account/nothing.css")).isEqualTo("BYPASS");
        assertThat(zone.status("/account/nothing.css")).isEqualTo("BYPASS");
        assertThat(zone.status("/real.css")).isEqualTo("MISS");
        assertThat(zone.status("/real.css")).isEqualTo("HIT");
    }

    @Test
    void theOriginsCacheControlCounts() throws Exception {
        RuledZone zone = new RuledZone(site, "origincontrol.example");
        site.page(
                "/control.css",
                request -> (request.header("If-None-Match").isPresent() ? Say.status(304, "") : Say.ok("x"))
                        .header("Cache-Control", "no-cache")
                        .header("ETag", "\"1\""));
        assertThat(zone.status("/control.css")).isEqualTo("BYPASS");
        zone.cacheRules(cacheRule("true", "{\"origin_cache_control\":true}"));
        assertThat(zone.status("/control.css")).isEqualTo("MISS");
        assertThat(zone.status("/control.css")).isEqualTo("REVALIDATED");
    }

    @Test
    void errorPagesOfTheOriginPassThrough() throws Exception {
        RuledZone zone = new RuledZone(site, "passthru.example");
        site.page("/broken", Say.status(503, "the origin's own page"));
        zone.rules(
                "http_custom_errors",
                RuledZone.rule(
                        "http.response.code ge 500",
                        "serve_error",
                        "{\"content\":\"the owner's page\",\"content_type\":\"text/plain\",\"status_code\":500}"));
        Wire.Response replaced = zone.get("/broken");
        assertThat(replaced.status()).isEqualTo(500);
        assertThat(replaced.text()).isEqualTo("the owner's page");
        zone.cacheRules(cacheRule("true", "{\"origin_error_page_passthru\":true}"));
        Wire.Response passed = zone.get("/broken");
        assertThat(passed.status()).isEqualTo(503);
        assertThat(passed.text()).isEqualTo("the origin's own page");
    }

    @Test
    void strongTagsStayStrong() throws Exception {
        RuledZone zone = new RuledZone(site, "strong.example");
        String text = "a long enough text to be worth compressing, ".repeat(200);
        site.page("/strong.css", Say.ok(text).header("Content-Type", "text/css").header("ETag", "\"strong\""));
        zone.cacheRules();
        Wire.Response weak = zone.get("/strong.css", "Accept-Encoding: gzip");
        assertThat(weak.header("Content-Encoding")).contains("gzip");
        assertThat(weak.header("ETag")).contains("W/\"strong\"");
        zone.cacheRules(cacheRule("true", "{\"respect_strong_etags\":true}"));
        Wire.Response strong = zone.get("/strong.css", "Accept-Encoding: gzip");
        assertThat(strong.header("ETag")).contains("\"strong\"");
        assertThat(strong.header("Content-Encoding")).isEmpty();
    }

    @Test
    void whatIsStaleWaitsForTheOriginWhereTheRuleSaysSo() throws Exception {
        RuledZone zone = new RuledZone(site, "stale.example");
        site.page(
                "/stale.css",
                Say.ok("x")
                        .header("Cache-Control", "max-age=1, stale-while-revalidate=600")
                        .header("ETag", "\"1\""));
        zone.cacheRules(cacheRule("true", "{\"serve_stale\":{\"disable_stale_while_updating\":true}}"));
        assertThat(zone.status("/stale.css")).isEqualTo("MISS");
        String next =
                Until.holds("expired", PROMPTLY, () -> zone.status("/stale.css"), status -> !status.equals("HIT"));
        assertThat(next).isEqualTo("EXPIRED");
        zone.cacheRules(cacheRule("true", "{\"serve_stale\":{\"disable_stale_while_updating\":false}}"));
        zone.get("/stale.css");
        next = Until.holds("expired", PROMPTLY, () -> zone.status("/stale.css"), status -> !status.equals("HIT"));
        assertThat(next).isEqualTo("UPDATING");
    }

    @Test
    void anOriginThatIsSlowerThanTheRuleAllowsIsGivenUp() throws Exception {
        RuledZone zone = new RuledZone(site, "patience.example");
        Say.Gate never = new Say.Gate();
        site.page("/slow.css", Say.nothing().await(never));
        zone.cacheRules(cacheRule("true", "{\"read_timeout\":1}"));
        assertThat(zone.get("/slow.css").status()).isEqualTo(524);
        never.open();
    }

    @Test
    void theOriginsNameInPlaceOfTheVisitorsHost() throws Exception {
        RuledZone zone = new RuledZone(site, "resolved.example");
        site.page("/resolved.css", Say.ok("x"));
        zone.cacheRules(
                cacheRule("true", "{\"cache\":true,\"cache_key\":{\"custom_key\":{\"host\":{\"resolved\":true}}}}"));
        assertThat(zone.status("/resolved.css")).isEqualTo("MISS");
        assertThat(zone.status("/resolved.css")).isEqualTo("HIT");
        zone.purge("/resolved.css");
        assertThat(zone.status("/resolved.css")).isEqualTo("MISS");
    }

    @Test
    void theLastMatchingRuleWinsSettingBySetting() throws Exception {
        RuledZone zone = new RuledZone(site, "order.example");
        site.page("/order/a.css", Say.ok("x"));
        zone.cacheRules(
                cacheRule(
                        "true",
                        "{\"cache\":true,\"edge_ttl\":{\"mode\":\"override_origin\",\"default\":100},"
                                + "\"browser_ttl\":{\"mode\":\"override_origin\",\"default\":7}}"),
                cacheRule(
                        "starts_with(http.request.uri.path, \"/order/\")",
                        "{\"edge_ttl\":{\"mode\":\"override_origin\",\"default\":2000}}"));
        zone.get("/order/a.css");
        Wire.Response response = zone.get("/order/a.css");
        assertThat(ttl(response)).isBetween(1_900, 2_000);
        assertThat(response.header("Cache-Control")).contains("max-age=7");
    }
}
