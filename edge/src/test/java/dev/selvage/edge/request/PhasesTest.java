package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.QueryForm;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.config.Zones;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhasesTest {
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

    private void rfc9111() {
        zone.caching = DefaultCaching.RFC9111;
    }

    private void settings(CacheLevel level, long developmentUntil, boolean sort) {
        zone.cache = new CacheSettings(level, 0, 7_200, developmentUntil, false, sort, 0);
    }

    private void stored(String target, Storing storing, int secondsAgo, String... fields) {
        edge().store("z1", HOST, target, storing, secondsAgo, "0123456789", fields);
    }

    // ---- ADMIT

    @Test
    void aHostThatNobodyClaimsIs404() {
        SmallEdge.Given given = edge().ask("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n");
        assertThat(given.status()).isEqualTo(404);
        assertThat(given.text()).contains("other.example");
        assertThat(given.cacheStatus()).isEqualTo("Selvage; detail=unknown-host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"site.example", "SITE.Example", "site.example:8080", "site.example.", "Site.Example.:80"})
    void aHostIsFoundInAnyFormAgainAndAgain(String host) {
        rfc9111();
        stored("/", FRESH, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(edge().ask("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                            .status())
                    .isEqualTo(200);
            assertThat(edge().event().host()).isEqualTo(HOST);
        }
        assertThat(edge().ask("GET / HTTP/1.1\r\nHost: x" + host + "\r\n\r\n").status())
                .as("the memory of the last host misleads nobody")
                .isEqualTo(404);
    }

    @Test
    void theListenersPortBelongsToTheKeyAndNoOther() {
        rfc9111();
        edge().port = 8080;
        stored("/", FRESH, 0);
        edge().store("z1", "site.example:8080", "/", FRESH, 0, "with port");
        for (int i = 0; i < 2; i++) {
            for (String host :
                    new String[] {"site.example", "site.example:80", "site.example:1337", "site.example:443"}) {
                assertThat(edge().ask("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                                .end())
                        .as(host)
                        .isEqualTo(10);
            }
            assertThat(edge().ask("GET / HTTP/1.1\r\nHost: SITE.example.:8080\r\n\r\n")
                            .end())
                    .isEqualTo(9);
        }
    }

    @Test
    void whatATrustedProxyReceivedOverTlsIsKeptApart() {
        rfc9111();
        stored("/", FRESH, 0);
        edge().tls = true;
        edge().store("z1", HOST, "/", FRESH, 0, "over TLS");
        edge().store("z1", HOST + ":80", "/", FRESH, 0, "with port 80");
        edge().tls = false;
        edge().address = SmallEdge.proxy();
        assertThat(edge().get("/").end()).isEqualTo(10);
        assertThat(edge().get("/", "X-Forwarded-Proto: https").end()).isEqualTo(8);
        assertThat(edge().get("/", "X-Forwarded-Proto: HTTP").end()).isEqualTo(10);
        assertThat(edge().get("/", "X-Forwarded-Proto: https", "X-Forwarded-Proto: https")
                        .end())
                .isEqualTo(10);
        String named = "GET / HTTP/1.1\r\nHost: site.example:80\r\n";
        assertThat(edge().ask(named + "X-Forwarded-Proto: http\r\n\r\n").cacheStatus())
                .contains("hit");
        assertThat(edge().ask(named + "X-Forwarded-Proto: http\r\n\r\n").end()).isEqualTo(10);
        edge().store("z1", HOST, "/", FRESH, 0, "by http");
        assertThat(edge().ask(named + "X-Forwarded-Proto: https\r\n\r\n").end())
                .as("80 is not the port of https")
                .isEqualTo(12);
        assertThat(edge().ask(named + "X-Forwarded-Proto: http\r\n\r\n").end()).isEqualTo(7);
        edge().address = new byte[] {(byte) 192, 0, 2, 7};
        assertThat(edge().get("/", "X-Forwarded-Proto: https").end())
                .as("nobody else is believed")
                .isEqualTo(7);
    }

    // ---- an edge that is cut off

    @Test
    void anEdgeThatIsCutOffServesFromItsCacheAsLongAsItsLeaseLasts() {
        rfc9111();
        stored("/", FRESH, 0);
        edge().cutOff(EdgeSettings.PURGE_LEASE.minusSeconds(2));
        assertThat(edge().get("/").cacheStatus()).startsWith("Selvage; hit");
    }

    @Test
    void whoseLeaseIsOverAsksTheOriginAboutWhatItHasStored() {
        rfc9111();
        stored("/", FRESH, 0, "ETag", "\"a\"");
        stored("/stale", new Storing.Yes(1, 0, 600, 600, false), 5, "ETag", "\"a\"");
        edge().cutOff(EdgeSettings.PURGE_LEASE.plusSeconds(1));
        for (String target : new String[] {"/", "/stale"}) {
            SmallEdge.Given given = edge().get(target, "Cache-Control: max-stale=600");
            assertThat(given.status()).as("nobody answers there").isGreaterThanOrEqualTo(500);
            assertThat(edge().event().missReason()).isEqualTo(MissReason.CUT_OFF);
            assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.EXPIRED);
        }
        assertThat(edge().get("/", "Cache-Control: only-if-cached").status()).isEqualTo(504);
        edge().heal();
        assertThat(edge().get("/").cacheStatus()).startsWith("Selvage; hit");
    }

    // ---- SCREEN

    @Test
    void whatIsAskedOfHttpsMustHaveComeOverTls() {
        rfc9111();
        stored("/", FRESH, 0);
        assertThat(edge().get("https://site.example/").status()).isEqualTo(421);
        assertThat(edge().get("http://site.example/").status()).isEqualTo(200);
        edge().tls = true;
        assertThat(edge().get("http://site.example/").status()).isEqualTo(421);
        edge().tls = false;
        edge().address = SmallEdge.proxy();
        assertThat(edge().get("http://site.example/", "X-Forwarded-Proto: https")
                        .status())
                .isEqualTo(421);
    }

    @Test
    void aBodyThatIsTooLargeIs413AndCloses() {
        SmallEdge.Given given =
                edge().ask("POST / HTTP/1.1\r\nHost: site.example\r\nContent-Length: 104857601\r\n\r\n");
        assertThat(given.status()).isEqualTo(413);
        assertThat(given.close()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'CDN-Loop: selvage, Selvage;v=1, selvage',                     508",
        "'CDN-Loop: selvage, selvage, other, selvage ; x',              508",
        "'CDN-Loop: selvage, selvage',                                  200",
        "'CDN-Loop: selvages, selvages, selvages, other; selvage=\"x\"', 200",
    })
    void aRequestThatHasPassedTooOftenIs508(String field, int status) {
        rfc9111();
        stored("/", FRESH, 0);
        assertThat(edge().get("/", field).status()).isEqualTo(status);
    }

    // ---- ROUTE

    @ParameterizedTest
    @CsvSource({
        "GET,    /page,        DYNAMIC, NOT_ELIGIBLE",
        "GET,    /a.css/x,     DYNAMIC, NOT_ELIGIBLE",
        "POST,   /a.css,       DYNAMIC, METHOD",
        "DELETE, /a.css,       DYNAMIC, METHOD",
        "GET,    /a.css,       MISS,    FIRST_SEEN",
        "GET,    /a.CSS?x=/,   MISS,    FIRST_SEEN",
        "GET,    /x/../%61.css, MISS,   FIRST_SEEN",
        "GET,    /static/../page, DYNAMIC, NOT_ELIGIBLE",
        "GET,    /page;a.css,  DYNAMIC, NOT_ELIGIBLE",
        "GET,    /page%3Fa.css, DYNAMIC, NOT_ELIGIBLE",
        "GET,    /page%23a.css, DYNAMIC, NOT_ELIGIBLE",
        "GET,    /page%2Fa.css, DYNAMIC, NOT_ELIGIBLE",
        "HEAD,   /a.css,       MISS,    FIRST_SEEN",
    })
    void methodAndPathDecideEligibility(String method, String target, CacheStatus status, MissReason why) {
        SmallEdge.Given given = edge().ask(method + " " + target + " HTTP/1.1\r\nHost: site.example\r\n\r\n");
        assertThat(given.status()).as("the origin has no address").isEqualTo(523);
        RequestEvent event = edge().event();
        assertThat(event.cacheStatus()).isEqualTo(status);
        assertThat(event.missReason()).isEqualTo(why);
    }

    @Test
    void inAZoneByTheStandardEveryPathIsEligible() {
        rfc9111();
        edge().get("/page");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.FIRST_SEEN);
    }

    @Test
    void developmentModeGoesPastTheCacheWhileItLasts() {
        rfc9111();
        settings(CacheLevel.AGGRESSIVE, System.currentTimeMillis() / 1000 + 1_000, false);
        stored("/", FRESH, 0);
        edge().get("/");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.DEVELOPMENT_MODE);
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.BYPASS);
    }

    @Test
    void developmentModeThatIsOverIsOver() {
        rfc9111();
        settings(CacheLevel.AGGRESSIVE, System.currentTimeMillis() / 1000 - 1, false);
        stored("/", FRESH, 0);
        assertThat(edge().get("/").status()).isEqualTo(200);
    }

    @Test
    void aPausedZoneGoesPastTheCache() {
        rfc9111();
        zone.paused = true;
        stored("/", FRESH, 0);
        edge().get("/");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.BYPASS);
    }

    @Test
    void aRuleMayBypassOrMakeEligible() {
        zone.cacheRules.add(Zones.rule("true", new SetCache(true, null, null)));
        edge().get("/page");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.FIRST_SEEN);
        edge().close();
        edge = null;
        zone.cacheRules.add(Zones.rule("true", new SetCache(false, null, null)));
        edge().get("/a.css");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.RULE);
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.BYPASS);
    }

    @ParameterizedTest
    @CsvSource({
        // level, sorted, asked, hit
        "AGGRESSIVE, false, /a?x=1&b=2,  true",
        "AGGRESSIVE, false, /a?b=2&x=1,  false",
        "AGGRESSIVE, true,  /a?b=2&x=1,  true",
        "AGGRESSIVE, false, /a,          false",
        "SIMPLIFIED, false, /a?other,    true",
        "SIMPLIFIED, false, /a,          true",
        "SIMPLIFIED, false, /b,          false",
        "BASIC,      false, /a?x=1&b=2,  false",
    })
    void theCacheLevelGivesTheQueryItsPartInTheKey(CacheLevel level, boolean sort, String asked, boolean hit) {
        rfc9111();
        settings(level, 0, sort);
        stored(QueryForm.of(level == CacheLevel.SIMPLIFIED, sort).of("/a?x=1&b=2"), FRESH, 0);
        edge().get(asked);
        assertThat(edge().event().cacheStatus() == CacheStatus.HIT).isEqualTo(hit);
        if (level == CacheLevel.BASIC) {
            assertThat(edge().event().missReason()).isEqualTo(MissReason.QUERY);
        }
    }

    // ---- LOOKUP, DELIVER

    @Test
    void aHitIsGivenWithItsAge() {
        rfc9111();
        stored("/", FRESH, 42);
        SmallEdge.Given given = edge().get("/");
        assertThat(given.status()).isEqualTo(200);
        assertThat(given.age()).isBetween(42L, 44L);
        assertThat(given.start()).isZero();
        assertThat(given.end()).isEqualTo(10);
        assertThat(given.withBody()).isTrue();
        assertThat(given.cacheStatus()).startsWith("Selvage; hit; ttl=55");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.HIT);
        assertThat(edge().event().originStatus()).isZero();
    }

    @Test
    void anAbsoluteTargetWithoutAPathAsksForTheRoot() {
        rfc9111();
        stored("/", FRESH, 0);
        stored("/?q", FRESH, 0);
        for (String target : new String[] {"http://site.example", "http://site.example?q"}) {
            assertThat(edge().ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void headIsAnsweredFromTheEntryOfGet() {
        rfc9111();
        stored("/", FRESH, 0);
        SmallEdge.Given given = edge().ask("HEAD / HTTP/1.1\r\nHost: site.example\r\n\r\n");
        assertThat(given.status()).isEqualTo(200);
        assertThat(given.end()).isEqualTo(10);
        assertThat(given.withBody()).isFalse();
    }

    @Test
    void anotherSchemeIsAnotherResource() {
        rfc9111();
        stored("/", FRESH, 0);
        edge().tls = true;
        edge().get("/");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.MISS);
    }

    @Test
    void whatWasPurgedIsAMiss() {
        rfc9111();
        stored("/", FRESH, 0);
        edge().fences().purgeEverything("z1");
        SmallEdge.Given given = edge().get("/");
        assertThat(given.status()).isEqualTo(523);
        assertThat(edge().event().missReason()).isEqualTo(MissReason.PURGED);
    }

    @Test
    void aPartIsGivenOfWhatIsStored() {
        rfc9111();
        stored("/", FRESH, 0, "etag", "\"1\"");
        SmallEdge.Given part = edge().get("/", "Range: bytes=2-4");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.start()).isEqualTo(2);
        assertThat(part.end()).isEqualTo(5);
        assertThat(part.whole()).isEqualTo(10);
        assertThat(edge().get("/", "Range: bytes=2-4", "If-Range: \"1\"").status())
                .isEqualTo(206);
        assertThat(edge().get("/", "Range: bytes=2-4", "If-Range: \"2\"").status())
                .isEqualTo(200);
        SmallEdge.Given beyond = edge().get("/", "Range: bytes=10-");
        assertThat(beyond.status()).isEqualTo(416);
        assertThat(beyond.whole()).isEqualTo(10);
        assertThat(beyond.withBody()).isFalse();
        assertThat(edge().ask("HEAD / HTTP/1.1\r\nHost: site.example\r\nRange: bytes=2-4\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anEmptyBodyHasNoParts() {
        rfc9111();
        edge().store("z1", HOST, "/", FRESH, 0, "");
        SmallEdge.Given given = edge().get("/", "Range: bytes=-5");
        assertThat(given.status()).isEqualTo(200);
        assertThat(given.end()).isZero();
    }

    @Test
    void whoHasItAlreadyIsToldSo() {
        rfc9111();
        stored("/", FRESH, 0, "etag", "\"1\"", "last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
        SmallEdge.Given same = edge().get("/", "If-None-Match: \"0\", W/\"1\"", "Range: bytes=0-1");
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.withBody()).isFalse();
        assertThat(edge().get("/", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT")
                        .status())
                .isEqualTo(304);
        assertThat(edge().get("/", "If-None-Match: \"2\"", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whatIsStaleMayBeGivenWhenTheOriginCannotBeReached() {
        rfc9111();
        stored("/", new Storing.Yes(10, 0, 0, -1, false), 100);
        SmallEdge.Given given = edge().get("/");
        assertThat(given.status()).isEqualTo(200);
        assertThat(given.cacheStatus()).isEqualTo("Selvage; fwd=stale; ttl=-90; detail=origin-failed");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.STALE);
        stored("/must", new Storing.Yes(10, 0, 0, -1, true), 100);
        assertThat(edge().get("/must").status()).isEqualTo(523);
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.EXPIRED);
    }

    @Test
    void whatIsStaleIsGivenAtOnceWhereItMayBeWhileItIsFetchedAnew() {
        rfc9111();
        stored("/", new Storing.Yes(10, 0, 1_000, -1, false), 100);
        SmallEdge.Given given = edge().get("/");
        assertThat(given.status()).isEqualTo(200);
        assertThat(given.cacheStatus()).endsWith("; detail=updating");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.UPDATING);
    }

    @Test
    void noReferenceIsLeftBehind() {
        rfc9111();
        stored("/", new Storing.Yes(10, 0, 1_000, -1, false), 100, "etag", "\"1\"");
        stored("/stale", new Storing.Yes(10, 0, 0, -1, false), 100, "etag", "\"1\"");
        stored("/must", new Storing.Yes(10, 0, 0, -1, true), 100, "etag", "\"1\"");
        var bodies = java.util.stream.Stream.of("/", "/stale", "/must")
                .map(path -> edge().get(path))
                .toList();
        edge().get("/", "If-None-Match: *");
        assertThat(bodies).hasSize(3);
        var body = edge().store("z1", HOST, "/last", FRESH, 0, "x").body();
        edge().get("/last");
        edge().get("/last", "Range: bytes=9-");
        edge().cache().close();
        assertThat(body.tryRetain()).as("all references are back").isFalse();
        for (SmallEdge.Given given : bodies) {
            var entry = given.entry();
            assertThat(entry == null || !entry.body().tryRetain()).isTrue();
        }
    }

    // ---- RECORD

    @Test
    void theRowSaysWhatHappened() {
        rfc9111();
        stored("/p", FRESH, 0, "content-type", "text/html");
        edge().get(
                        "/p",
                        "Referer: http://elsewhere.example/x",
                        "User-Agent: curl/8.5.0",
                        "X-Forwarded-For: 198.51.100.1");
        RequestEvent event = edge().event();
        assertThat(event.zone()).isEqualTo("z1");
        assertThat(event.weight()).isEqualTo(1);
        assertThat(event.clientIp()).as("a visitor is not believed").isEqualTo("192.0.2.7");
        assertThat(event.country()).isEqualTo("NL");
        assertThat(event.path()).isEqualTo("/p");
        assertThat(event.query()).isEmpty();
        assertThat(event.contentType()).isEqualTo("html");
        assertThat(event.browser()).isEqualTo("Curl");
        assertThat(event.status()).isEqualTo(200);
        assertThat(event.edgeResponseBytes()).isEqualTo(100);
        assertThat(event.visit()).isTrue();
        edge().get("/p", "Referer: http://Site.Example:80/x");
        assertThat(edge().event().visit()).as("from the site itself").isFalse();
    }

    @Test
    void aTrustedProxyNamesTheVisitor() {
        rfc9111();
        stored("/", FRESH, 0);
        edge().address = SmallEdge.proxy();
        edge().get("/", "X-Forwarded-For: 203.0.113.1, 198.51.100.1, 10.0.0.9");
        assertThat(edge().event().clientIp()).isEqualTo("198.51.100.1");
        edge().get("/", "X-Forwarded-For: 198.51.100.1, nonsense");
        assertThat(edge().event().clientIp()).isEqualTo("10.0.0.1");
    }
}
