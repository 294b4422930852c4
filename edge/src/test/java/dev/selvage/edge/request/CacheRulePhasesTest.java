package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.KeyPart;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.config.Page;
import dev.selvage.edge.config.RequestPolicy;
import dev.selvage.edge.config.Zones;
import dev.selvage.edge.encode.Encodings;
import dev.selvage.edge.fill.Extent;
import dev.selvage.edge.http.Headers;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.rules.Computed;
import dev.selvage.model.rules.RewriteUrl;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetCache.Contains;
import dev.selvage.model.rules.SetCache.Cookies;
import dev.selvage.model.rules.SetCache.HeaderFields;
import dev.selvage.model.rules.SetCache.KeyForm;
import dev.selvage.model.rules.SetCache.Query;
import dev.selvage.model.rules.SetCache.User;
import dev.selvage.model.zone.PageRule.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What cache rules change of the phases, for a request at a time.
class CacheRulePhasesTest {
    private static final String HOST = "site.example";
    private static final String TEN = "0123456789";

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

    private void rule(String expression, SetCache action) {
        zone.cacheRules.add(Zones.rule(expression, action));
    }

    private static SetCache eligible() {
        return new SetCache(true, null, null);
    }

    private static SetCache keyed(KeyForm form) {
        return new SetCache(true, null, null, form, null, null, null, null, null);
    }

    private static KeyForm form(
            @Nullable Query query, @Nullable HeaderFields header, @Nullable Cookies cookie, @Nullable User user) {
        return new KeyForm(null, null, null, query, header, cookie, null, user);
    }

    private RequestPolicy policy() {
        return Objects.requireNonNull(edge().exchange().policy);
    }

    private boolean hit(String target, String... fields) {
        edge().get(target, fields);
        return edge().event().cacheStatus() == CacheStatus.HIT;
    }

    // ---- eligibility

    @Test
    void aRuleIsForTheRequestsThatMeetItsCondition() {
        rule("starts_with(http.request.uri.path, \"/api/\")", eligible());
        rule("http.request.uri.path contains \"private\"", new SetCache(false, null, null));
        rule("any(http.request.headers[\"x-preview\"][*] eq \"1\")", new SetCache(false, null, null));
        edge().storeFor("/api/a", TEN);
        assertThat(hit("/api/a")).isTrue();
        assertThat(hit("/api/a", "X-Preview: 2")).isTrue();
        assertThat(hit("/api/a", "X-Preview: 1")).isFalse();
        assertThat(edge().event().missReason()).isEqualTo(MissReason.RULE);
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.BYPASS);
        edge().get("/api/private");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.RULE);
        edge().get("/page");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.NOT_ELIGIBLE);
    }

    @Test
    void aConditionMayAskForTheMethod() {
        rule("http.request.method eq \"HEAD\"", new SetCache(false, null, null));
        edge().storeFor("/a.css", TEN);
        assertThat(hit("/a.css")).isTrue();
        edge().ask("HEAD /a.css HTTP/1.1\r\nHost: site.example\r\n\r\n");
        assertThat(edge().event().missReason()).isEqualTo(MissReason.RULE);
    }

    // ---- keys

    @Test
    void aComposedKeyTellsVariantsApart() {
        rule(
                "true",
                keyed(form(
                        new Query(false, false, List.of("utm")),
                        new HeaderFields(
                                List.of("x-tier"),
                                List.of("x-beta"),
                                List.of(new Contains("accept-language", List.of("de"))),
                                false),
                        new Cookies(List.of("theme"), List.of("session")),
                        new User(true, true, null))));
        edge().storeFor("/p?a=1", TEN, "X-Tier: gold", "Cookie: theme=dark");
        String[] same = {"X-Tier: gold", "Cookie: theme=dark"};
        assertThat(hit("/p?a=1", same)).isTrue();
        assertThat(hit("/p?utm=2&a=1", same)).isTrue();
        assertThat(hit("/p?a=1", "x-tier: gold", "Cookie: other=1; theme=dark")).isTrue();
        assertThat(hit("/p?a=2", same)).isFalse();
        assertThat(hit("/p?a=1", "X-Tier: silver", "Cookie: theme=dark")).isFalse();
        assertThat(hit("/p?a=1", "X_Tier: gold", "Cookie: theme=dark"))
                .as("which some origins take for it, and others do not")
                .isTrue();
        assertThat(hit("/p?a=1", "X-Tier: gold")).isFalse();
        assertThat(hit("/p?a=1", "X-Tier: gold", "Cookie: theme=dark; session=1"))
                .isFalse();
        assertThat(hit("/p?a=1", "X-Tier: gold", "Cookie: theme=dark", "X-Beta: 1"))
                .isFalse();
        assertThat(hit("/p?a=1", "X-Tier: gold", "Cookie: theme=dark", "Accept-Language: de"))
                .isFalse();
        assertThat(hit("/p?a=1", "X-Tier: gold", "Cookie: theme=dark", "Accept-Language: en"))
                .isTrue();
        assertThat(hit("/p?a=1", "X-Tier: gold", "Cookie: theme=dark", "User-Agent: iPhone Mobile"))
                .isFalse();
        assertThat(hit("/p?a=1", "X-Tier: gold", "Cookie: theme=dark", "Connection: X-Tier"))
                .as("what the origin does not see")
                .isFalse();
        edge().get("/p?a=1", same);
        assertThat(edge().exchange().keyParts())
                .contains(
                        new KeyPart("path", "/p"),
                        new KeyPart("query", "a=1"),
                        new KeyPart("header x-tier", "gold"),
                        new KeyPart("presence of header x-beta", "false"),
                        new KeyPart("cookie theme", "theme=dark"),
                        new KeyPart("device type", "desktop"),
                        new KeyPart("country", "NL"));
    }

    @Test
    void aRuleThatMatchesLaterComposesTheRestOfTheKey() {
        rule("true", keyed(form(null, null, new Cookies(List.of("theme"), List.of()), null)));
        rule("true", keyed(new KeyForm(true, null, null, null, null, null, null, null)));
        edge().storeFor("/p", TEN, "Cookie: theme=dark");
        assertThat(hit("/p", "Cookie: theme=dark")).isTrue();
        assertThat(hit("/p", "Cookie: theme=light")).isFalse();
        assertThat(hit("/p", "Cookie: theme=dark", "User-Agent: iPhone")).isFalse();
    }

    @Test
    void requestsThatDifferentRulesAreForShareNothing() {
        rule("true", eligible());
        rule(
                "any(http.request.headers[\"x-a\"][*] eq \"1\")",
                keyed(form(new Query(false, true, List.of()), null, null, null)));
        edge().storeFor("/p?a", TEN, "X-A: 1");
        assertThat(hit("/p?b", "X-A: 1")).isTrue();
        assertThat(hit("/p")).as("/p is the primary key of both").isFalse();
        assertThat(hit("/p?b")).isFalse();
    }

    @Test
    void theOriginThatAHeaderFieldChoosesIsAPartOfTheKey() {
        rule("true", eligible());
        zone.originRules.add(Zones.rule(
                "any(http.request.headers[\"x-blue\"][*] eq \"1\")", new Route(null, "192.0.2.66", null, null)));
        edge().storeFor("/p", TEN);
        assertThat(hit("/p")).isTrue();
        assertThat(hit("/p", "X-Blue: 1")).isFalse();
        edge().storeFor("/p", "blue", "X-Blue: 1");
        assertThat(edge().get("/p", "X-Blue: 1").end()).isEqualTo(4);
        assertThat(edge().get("/p").end()).isEqualTo(10);
        edge().purge(HOST, "http://site.example/p");
        assertThat(hit("/p")).isFalse();
        assertThat(hit("/p", "X-Blue: 1")).isFalse();
    }

    @Test
    void theOriginThatThePathChoosesIsNoPartOfTheKey() {
        rule("true", eligible());
        zone.originRules.add(Zones.rule(
                "starts_with(http.request.uri.path, \"/blue/\")", new Route(null, "192.0.2.66", null, null)));
        assertThat(edge().storeFor("/blue/a", TEN)).isEqualTo(CacheKey.of("z1", false, HOST, "/blue/a"));
    }

    @Test
    void anOrdinaryKeyHasTheFieldOrigin() {
        edge().storeFor("/font.woff2", TEN);
        assertThat(hit("/font.woff2")).isTrue();
        assertThat(hit("/font.woff2", "Origin: https://one.example")).isFalse();
        edge().storeFor("/font.woff2", TEN, "Origin: https://one.example");
        assertThat(hit("/font.woff2", "Origin: https://one.example")).isTrue();
        assertThat(hit("/font.woff2", "Origin: https://two.example")).isFalse();
        edge().purge(HOST, "https://site.example/font.woff2");
        assertThat(hit("/font.woff2", "Origin: https://one.example")).isFalse();
        assertThat(hit("/font.woff2")).isFalse();
    }

    // ---- purges

    /// Two variants of a URL are stored, and one of another; the URL is purged.
    private void purgesBoth(String purged, String target, String[] one, String otherTarget, String[] other) {
        edge().storeFor(target, TEN, one);
        edge().storeFor(otherTarget, TEN, other);
        edge().storeFor("/other?a=1", TEN, one);
        assertThat(hit(target, one)).isTrue();
        assertThat(hit(otherTarget, other)).isTrue();
        edge().purge(HOST, "https://site.example:8443" + purged);
        assertThat(hit(target, one)).isFalse();
        assertThat(hit(otherTarget, other)).isFalse();
        assertThat(hit("/other?a=1", one)).as("nothing else").isTrue();
        edge().storeFor(target, TEN, one);
        assertThat(hit(target, one)).as("what is stored afterwards").isTrue();
        edge().purge(HOST, "https://site.example/other?a=1");
    }

    private static String[] fields(String... fields) {
        return fields;
    }

    @Test
    void aPurgeOfAUrlIsOneOfEveryVariant() {
        rule(
                "starts_with(http.request.uri.path, \"/header\")",
                keyed(form(null, new HeaderFields(List.of("x"), List.of(), List.of(), false), null, null)));
        rule(
                "starts_with(http.request.uri.path, \"/present\")",
                keyed(form(null, new HeaderFields(List.of(), List.of("x"), List.of(), false), null, null)));
        rule(
                "starts_with(http.request.uri.path, \"/contains\")",
                keyed(form(
                        null,
                        new HeaderFields(List.of(), List.of(), List.of(new Contains("x", List.of("y"))), false),
                        null,
                        null)));
        rule(
                "starts_with(http.request.uri.path, \"/cookie\")",
                keyed(form(null, null, new Cookies(List.of("c"), List.of("d")), null)));
        rule(
                "starts_with(http.request.uri.path, \"/device\")",
                keyed(form(null, null, null, new User(true, null, null))));
        rule(
                "starts_with(http.request.uri.path, \"/lang\")",
                keyed(form(null, null, null, new User(null, null, true))));
        rule("true", eligible());
        purgesBoth("/header?a=1", "/header?a=1", fields("X: 1"), "/header?a=1", fields("X: 2"));
        purgesBoth("/present", "/present", fields("X: 1"), "/present", fields());
        purgesBoth("/contains", "/contains", fields("X: y"), "/contains", fields());
        purgesBoth("/cookie", "/cookie", fields("Cookie: c=1"), "/cookie", fields("Cookie: c=2; d"));
        purgesBoth("/device", "/device", fields(), "/device", fields("User-Agent: iPhone"));
        purgesBoth("/lang", "/lang", fields("Accept-Language: de"), "/lang", fields());
        purgesBoth("/origin", "/origin", fields("Origin: a"), "/origin", fields("Origin: b"));
    }

    @Test
    void aPurgeOfAUrlGoesByEveryFormOfItsQuery() {
        rule(
                "starts_with(http.request.uri.path, \"/only\")",
                keyed(form(new Query(true, false, List.of("a")), null, null, null)));
        rule(
                "starts_with(http.request.uri.path, \"/but\")",
                keyed(form(new Query(false, false, List.of("u")), null, null, null)));
        rule(
                "starts_with(http.request.uri.path, \"/none\")",
                keyed(form(new Query(false, true, List.of()), null, null, null)));
        rule(
                "starts_with(http.request.uri.path, \"/sorted\")",
                keyed(new KeyForm(null, null, true, null, null, null, null, null)));
        rule(
                "any(http.request.headers[\"x\"][*] eq \"sorted\")",
                keyed(new KeyForm(null, null, true, null, null, null, null, null)));
        rule("true", eligible());
        zone.pageRules.add(Page.of("site.example/page*", Level.SIMPLIFIED).build());
        String[] sorted = fields("X: sorted");
        purgesBoth("/only?u=9&a=1", "/only?a=1&u=1", fields(), "/only?u=2&a=1", sorted);
        purgesBoth("/but?b=1&u=9&a=1", "/but?b=1&a=1", fields(), "/but?a=1&b=1&u=2", sorted);
        purgesBoth("/none?x", "/none?y", fields(), "/none", fields("Origin: x"));
        purgesBoth("/sorted?b&a", "/sorted?a&b", fields(), "/sorted?b&a", fields("Origin: x"));
        purgesBoth("/page?x", "/page?y", fields(), "/page", fields("Origin: x"));
        purgesBoth("/plain?b&a", "/plain?b&a", fields(), "/plain?a&b", sorted);
        edge().storeFor("/only?a=2", TEN);
        edge().purge(HOST, "http://site.example/only?a=1");
        assertThat(hit("/only?a=2&u")).as("another value of what counts").isTrue();
    }

    @Test
    void aPurgeOfAUrlFindsWhatIsStoredUnderItsOriginsName() {
        rule("true", keyed(new KeyForm(null, null, null, null, null, null, true, null)));
        zone.originRules.add(
                Zones.rule("http.request.uri.path ne \"/own\"", new Route(null, "192.0.2.77", null, null)));
        zone.host("www.site.example");
        purgesBoth("/a", "/a", fields(), "/a", fields("Origin: x"));
        CacheKey key = edge().storeFor("/b", TEN);
        assertThat(key.primary()).isEqualTo(CacheKey.of("z1", false, true, "192.0.2.77", "/b"));
        edge().ask("GET /b HTTP/1.1\r\nHost: www.site.example\r\n\r\n");
        assertThat(edge().event().cacheStatus()).as("of whatever host").isEqualTo(CacheStatus.HIT);
        assertThat(edge().storeFor("/own", TEN).primary())
                .as("the name that is looked up is the visitor's")
                .isEqualTo(CacheKey.of("z1", false, HOST, "/own"));
        edge().purge("www.site.example", "http://www.site.example/b");
        assertThat(hit("/b")).isFalse();
        zone.originRules.add(
                Zones.rule("http.host eq \"www.site.example\"", new Route("inner.example", null, null, null)));
        edge().change(zone);
        edge().storeFor("/b", TEN);
        edge().ask("GET /b HTTP/1.1\r\nHost: www.site.example\r\n\r\n");
        assertThat(edge().event().cacheStatus())
                .as("who is asked with another Host")
                .isEqualTo(CacheStatus.MISS);
    }

    @Test
    void anUnsafeRequestMakesEveryVariantOfItsTargetInvalid() {
        rule(
                "true",
                keyed(form(
                        new Query(true, false, List.of("a")),
                        new HeaderFields(List.of("x"), List.of(), List.of(), false),
                        null,
                        null)));
        CacheKey one = edge().storeFor("/p?a=1&b", TEN, "X: 1");
        CacheKey two = edge().storeFor("/p?b&a=1", TEN, "X: 2");
        CacheKey other = edge().storeFor("/p?a=2", TEN, "X: 1");
        UnsafeTarget target = new UnsafeTarget(
                edge().bound(HOST), edge().bound(HOST).policy(), false, HOST, "/p?c&a=1", "/p?c&a=1", 80, "origin");
        assertThat(target.invalidated(Headers.EMPTY))
                .contains(one.primary(), two.primary())
                .doesNotContain(other.primary());
        assertThat(target.invalidated(Headers.of("location", "/p?a=2&z"))).contains(other.primary());
        assertThat(target.located(Headers.of("content-location", "/p?a=1"))).isTrue();
        assertThat(target.located(Headers.of("content-location", "/p?a=2"))).isFalse();
    }

    // ---- when it is stale

    @Test
    void whatIsStaleWaitsForTheOriginWhereARuleSaysSo() {
        rule(
                "starts_with(http.request.uri.path, \"/wait\")",
                new SetCache(null, null, null, null, false, null, null, null, null));
        rule(
                "starts_with(http.request.uri.path, \"/wait/not\")",
                new SetCache(null, null, null, null, true, null, null, null, null));
        Storing updating = new Storing.Yes(10, 0, 600, 0, false);
        edge().storeFor(updating, 20, "/a.css", TEN);
        edge().storeFor(updating, 20, "/wait/a.css", TEN);
        edge().storeFor(updating, 20, "/wait/not/a.css", TEN);
        edge().get("/a.css");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.UPDATING);
        edge().get("/wait/a.css");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.EXPIRED);
        edge().get("/wait/not/a.css");
        assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.UPDATING);
    }

    // ---- URLs that rules make others of

    @Test
    void aPurgeOfAUrlFindsWhatItIsRewrittenTo() {
        rule("true", eligible());
        zone.rewrites.add(Zones.rule(
                "starts_with(http.request.uri.path, \"/old/\")",
                new RewriteUrl(new Computed(null, "concat(\"/new\", http.request.uri.path)"), null)));
        zone.rewrites.add(Zones.rule(
                "any(http.request.headers[\"x-beta\"][*] eq \"1\")", new RewriteUrl(null, Computed.of("beta=1"))));
        CacheKey key = edge().storeFor("/old/a", TEN);
        assertThat(key).isEqualTo(CacheKey.of("z1", false, HOST, "/new/old/a"));
        edge().storeFor("/b", TEN, "X-Beta: 1");
        assertThat(hit("/old/a")).isTrue();
        assertThat(hit("/new/old/a"))
                .as("which is what the origin is asked for")
                .isTrue();
        assertThat(hit("/b?beta=1")).isTrue();
        edge().purge(HOST, "http://site.example/b");
        assertThat(hit("/b?beta=1")).isFalse();
        assertThat(hit("/old/a")).isTrue();
        edge().purge(HOST, "http://site.example/old/a");
        assertThat(hit("/old/a")).isFalse();
    }

    @Test
    void anUnsafeRequestMakesWhatWasAskedForInvalidToo() {
        UnsafeTarget target = new UnsafeTarget(
                edge().bound(HOST), edge().bound(HOST).policy(), false, HOST, "/new", "/old", 80, "origin");
        assertThat(target.invalidated(Headers.EMPTY))
                .contains(CacheKey.of("z1", false, HOST, "/new"), CacheKey.of("z1", false, HOST, "/old"));
    }

    // ---- what else rules say

    @Test
    void theLastRuleThatSpeaksOfASettingCounts() {
        rule("true", new SetCache(true, null, null, null, null, true, true, true, 30));
        rule("http.request.uri.path eq \"/b\"", new SetCache(null, null, null, null, null, false, null, null, 60));
        edge().get("/a");
        RequestPolicy policy = policy();
        assertThat(policy.respectStrongEtags()).isTrue();
        assertThat(policy.originErrorPassThrough()).isTrue();
        assertThat(policy.eligible().originControl()).isTrue();
        assertThat(policy.readTimeout()).isEqualTo(30);
        edge().get("/b");
        policy = policy();
        assertThat(policy.respectStrongEtags()).isFalse();
        assertThat(policy.readTimeout()).isEqualTo(60);
    }

    @Test
    void eachSettingKnowsTheRuleThatItIsFrom() {
        zone.cacheRules.add(Zones.rule("r1", "true", new SetCache(true, null, null, null, null, null, null, null, 30)));
        zone.cacheRules.add(Zones.rule("r2", "true", new SetCache(null, null, null, null, null, null, null, null, 60)));
        zone.originRules.add(Zones.rule("r3", "true", new Route("inner.example", null, null, null)));
        Page page = Page.of("site.example/*", Level.BYPASS).edge(60);
        zone.pageRules.add(page.build());
        edge().get("/a");
        assertThat(policy().sources())
                .containsExactlyInAnyOrder(
                        new RequestPolicy.Source("cache", "cache", "r1"),
                        new RequestPolicy.Source("read_timeout", "cache", "r2"),
                        new RequestPolicy.Source("host_header", "origin", "r3"),
                        new RequestPolicy.Source("edge_ttl", "", "site.example/*"),
                        new RequestPolicy.Source("cache_level", "", "site.example/*"));
    }

    @Test
    void aPageRuleComposesTheKeyToo() {
        Page page = Page.of("site.example/*", Level.CACHE_EVERYTHING);
        page.cacheKey = new KeyForm(
                true,
                true,
                null,
                new Query(false, false, List.of("utm")),
                null,
                null,
                null,
                new User(null, true, null));
        page.respectStrongEtags = true;
        zone.pageRules.add(page.build());
        rule("http.request.uri.path eq \"/whole\"", keyed(form(new Query(true, true, List.of()), null, null, null)));
        edge().storeFor("/p?utm=1", TEN);
        assertThat(policy().deceptionArmor()).isTrue();
        assertThat(policy().respectStrongEtags()).isTrue();
        assertThat(hit("/p?utm=2")).isTrue();
        assertThat(hit("/p?utm=2", "User-Agent: iPhone")).isFalse();
        edge().storeFor("/whole?utm=1", TEN);
        assertThat(hit("/whole?utm=1")).isTrue();
        assertThat(hit("/whole?utm=2")).as("a cache rule counts more").isFalse();
        assertThat(hit("/whole?utm=1", "User-Agent: iPhone"))
                .as("for what it says")
                .isFalse();
    }

    @Test
    void theOriginIsToldOfTheDeviceThatTheKeyHolds() {
        rule("http.request.uri.path eq \"/d\"", keyed(form(null, null, null, new User(true, null, null))));
        rule("true", eligible());
        edge().get("/d", "User-Agent: iPhone", "CF-Device-Type: desktop");
        assertThat(origin()).contains("\r\nCF-Device-Type: mobile\r\n").doesNotContain("desktop");
        edge().get("/e", "User-Agent: iPhone", "CF-Device-Type: desktop");
        assertThat(origin()).doesNotContainIgnoringCase("cf-device-type");
    }

    private String origin() {
        return new String(OriginHead.encode(edge().exchange(), null, true, Extent.WHOLE), StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatHasAStrongTagIsNotCompressedWhereARuleSaysSo() {
        rule(
                "starts_with(http.request.uri.path, \"/strong\")",
                new SetCache(null, null, null, null, null, true, null, null, null));
        edge = new SmallEdge(new Encodings(true, 1, 32L << 20), zone);
        for (String path : new String[] {"/a.css", "/strong.css", "/strong/weak.css", "/strong/none.css"}) {
            String[] fields = path.endsWith("none.css")
                    ? fields("content-type", "text/css")
                    : fields("content-type", "text/css", "etag", path.endsWith("weak.css") ? "W/\"1\"" : "\"1\"");
            edge().store("z1", HOST, path, new Storing.Yes(600, 0, 0, -1, false), 0, "x".repeat(1_000), fields);
            edge().ask("HEAD " + path + " HTTP/1.1\r\nHost: site.example\r\nAccept-Encoding: gzip\r\n\r\n");
            assertThat(edge().event().cacheStatus()).isEqualTo(CacheStatus.HIT);
            assertThat(edge().exchange().response().coding == null).as(path).isEqualTo(path.equals("/strong.css"));
        }
    }
}
