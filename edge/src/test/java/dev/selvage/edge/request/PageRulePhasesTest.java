package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.config.Page;
import dev.selvage.edge.config.Zones;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.PageRule;
import dev.selvage.model.zone.PageRule.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What page rules change of the phases.
class PageRulePhasesTest {
    private static final String HOST = "site.example";
    private static final Storing FRESH = new Storing.Yes(600, 0, 0, -1, false);

    private final Zones zone = Zones.zone("z1", HOST).host(HOST);
    private @Nullable SmallEdge edge;

    private SmallEdge edge() {
        SmallEdge running = edge;
        if (running == null) {
            running = new SmallEdge(zone);
            edge = running;
        }
        return running;
    }

    @AfterEach
    void close() {
        if (edge != null) {
            edge.close();
        }
    }

    private void rule(PageRule rule) {
        zone.pageRules.add(rule);
    }

    private void stored(String target) {
        edge().store("z1", HOST, target, FRESH, 0, "0123456789");
    }

    @Test
    void aForwardedVisitorIsToldWhere() {
        rule(Page.forwarding("site.example/old/*", 302, "https://new.example/$1"));
        stored("/old/a.css");
        for (String method : new String[] {"GET", "HEAD", "POST", "DELETE"}) {
            SmallEdge.Given given = edge().ask(method + " /old/a.css?b HTTP/1.1\r\nHost: site.example\r\n\r\n");
            assertThat(given.status()).isEqualTo(302);
            assertThat(given.entry()).isNull();
            assertThat(given.fields())
                    .contains("location: https://new.example/a.css?b\r\n")
                    .contains("cache-control: no-store\r\n");
            assertThat(given.withBody()).isEqualTo(!method.equals("HEAD"));
            assertThat(given.cacheStatus()).isEqualTo("Selvage; detail=redirect");
            assertThat(edge().event().status()).isEqualTo(302);
            assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.NONE);
        }
    }

    @Test
    void whoComesInTheClearIsSentToHttps() {
        rule(Page.secured("*site.example/*"));
        stored("/a.css");
        edge().port = 8080;
        SmallEdge.Given given = edge().ask("GET /a.css?x HTTP/1.1\r\nHost: SITE.example:8080\r\n\r\n");
        assertThat(given.status()).isEqualTo(301);
        assertThat(given.fields())
                .contains("location: https://site.example/a.css?x\r\n")
                .contains("cache-control: max-age=3600\r\n");
        edge().tls = true;
        stored("/a.css");
        assertThat(edge().get("/a.css").status()).isEqualTo(200);
    }

    @Test
    void theLevelDecidesWhatIsLookedUp() {
        rule(Page.of("site.example/bypass/*", Level.BYPASS).build());
        rule(Page.of("site.example/basic/*", Level.BASIC).build());
        rule(Page.of("site.example/simple/*", Level.SIMPLIFIED).build());
        rule(Page.of("site.example/every/*", Level.CACHE_EVERYTHING).build());
        stored("/bypass/a.css");
        edge().get("/bypass/a.css");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.BYPASS);
        assertThat(edge().event().missReason()).isEqualTo(MissReason.RULE);
        stored("/basic/a.css?q");
        edge().get("/basic/a.css?q");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.QUERY);
        edge().storeFor("/simple/a.css", "0123456789");
        assertThat(edge().get("/simple/a.css?q").status()).isEqualTo(200);
        stored("/every/page?q");
        assertThat(edge().get("/every/page?q").status()).isEqualTo(200);
        stored("/page");
        edge().get("/page");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.NOT_ELIGIBLE);
    }

    @Test
    void theQueryIsSortedWhereTheRuleSaysSo() {
        Page sorted = new Page("site.example/s/*");
        sorted.sortQuery = true;
        rule(sorted.build());
        edge().storeFor("/s/a.css?a=1&b=2", "0123456789");
        stored("/a.css?a=1&b=2");
        assertThat(edge().get("/s/a.css?b=2&a=1").status()).isEqualTo(200);
        assertThat(edge().get("/a.css?b=2&a=1").status()).isEqualTo(523);
    }

    @Test
    void aCookieBypassesTheCache() {
        Page page = Page.of("site.example/*", Level.CACHE_EVERYTHING);
        page.bypassOnCookie = "session=.*";
        rule(page.build());
        stored("/");
        assertThat(edge().get("/").status()).isEqualTo(200);
        assertThat(edge().get("/", "Cookie: theme=dark").status()).isEqualTo(200);
        for (String[] fields :
                new String[][] {{"Cookie: theme=dark; session=1"}, {"Cookie: theme=dark", "COOKIE: session=1"}}) {
            assertThat(edge().get("/", fields).status()).isEqualTo(523);
            assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.BYPASS);
            assertThat(edge().event().missReason()).isEqualTo(MissReason.RULE);
        }
    }

    @Test
    void aCookieMakesEverythingEligible() {
        zone.cache = new CacheSettings(CacheLevel.BASIC, 0, 7_200, 0, false, false, 0);
        Page page = new Page("site.example/*");
        page.cacheOnCookie = "variant=";
        rule(page.build());
        stored("/page?q");
        assertThat(edge().get("/page?q", "Cookie: variant=a").status()).isEqualTo(200);
        edge().get("/page?q");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.NOT_ELIGIBLE);
        edge().ask("POST /page HTTP/1.1\r\nHost: site.example\r\nCookie: variant=a\r\n\r\n");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.METHOD);
    }

    @Test
    void developmentModeCountsMoreThanAnyLevel() {
        rule(Page.of("site.example/*", Level.CACHE_EVERYTHING).build());
        zone.cache = new CacheSettings(CacheLevel.AGGRESSIVE, 0, 7_200, Long.MAX_VALUE, false, false, 0);
        stored("/");
        edge().get("/");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.DEVELOPMENT_MODE);
    }

    @Test
    void noRuleOfAZoneThatIsPausedApplies() {
        rule(Page.forwarding("site.example/*", 301, "https://new.example/"));
        zone.paused = true;
        assertThat(edge().get("/").status()).isEqualTo(523);
    }

    @Test
    void aPortThatAVisitorMakesUpChoosesNoRule() {
        rule(Page.of("site.example:1337/*", Level.BYPASS).build());
        rule(Page.of("site.example:8080/*", Level.CACHE_EVERYTHING).build());
        edge().port = 8080;
        stored("/");
        edge().store("z1", HOST + ":8080", "/", FRESH, 0, "with port");
        edge().ask("GET / HTTP/1.1\r\nHost: site.example:1337\r\n\r\n");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.NOT_ELIGIBLE);
        assertThat(edge().ask("GET / HTTP/1.1\r\nHost: site.example:8080\r\n\r\n")
                        .end())
                .isEqualTo(9);
    }
}
