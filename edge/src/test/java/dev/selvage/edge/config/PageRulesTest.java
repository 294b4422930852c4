package dev.selvage.edge.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.sun.management.ThreadMXBean;
import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.QueryForm;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.PageRule;
import dev.selvage.model.zone.PageRule.Level;
import dev.selvage.model.zone.SslMode;
import dev.selvage.rules.program.Evaluation;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PageRulesTest {
    private static final String HOST = "www.site.example";

    private final Zones zone = Zones.zone("z1", "site.example");
    private final Evaluation nothing = new Evaluation(new HostFacts(HOST, zone.build()));

    private RequestPolicy policy(String host, boolean secure, int port, String target) {
        byte[] around = ("xx" + target + "yy").getBytes(StandardCharsets.ISO_8859_1);
        return zone.bound(host).policy(nothing, secure, port, around, 2, target.length());
    }

    private RequestPolicy policy(String target) {
        return policy(HOST, false, 80, target);
    }

    private RequestPolicy only(Page page) {
        zone.pageRules.clear();
        zone.pageRules.add(page.build());
        return policy("/");
    }

    // ---- which rule

    @ParameterizedTest
    @CsvSource({
        "www.site.example/,          false, 80,   /,          true",
        "www.site.example,           false, 80,   /,          true",
        "www.site.example,           false, 80,   /a,         false",
        "WWW.Site.Example/*,         true,  443,  /a,         true",
        "site.example/*,             false, 80,   /,          false",
        "*site.example/*,            false, 80,   /,          true",
        "*.site.example/*,           false, 80,   /,          true",
        "w*w.site.example/*,         false, 80,   /,          true",
        "a*.site.example/*,          false, 80,   /,          false",
        "http://*site.example/*,     false, 80,   /,          true",
        "http://*site.example/*,     true,  443,  /,          false",
        "HTTPS://*site.example/*,    true,  443,  /,          true",
        "https://*site.example/*,    false, 80,   /,          false",
        "*site.example:8080/*,       false, 8080, /,          true",
        "*site.example:8080/*,       false, 80,   /,          false",
        "*site.example/*,            false, 8080, /,          true",
        "*site.example/%7euser/%c3*, false, 80,   /~user/%C3, true",
        "*site.example/straße,       false, 80,   /stra%C3%9Fe, true",
        "*site.example/a/../b,       false, 80,   /b,         true",
        "*site.example/?q=*,         false, 80,   /?q=%7e,    true",
    })
    void aPatternIsForItsUrls(String pattern, boolean secure, int port, String target, boolean fits) {
        zone.pageRules.add(Page.of(pattern, Level.BYPASS).build());
        assertThat(Boolean.FALSE.equals(policy(HOST, secure, port, target).ruledEligible()))
                .isEqualTo(fits);
    }

    @Test
    void anAsteriskOfTheHostDoesNotReachIntoThePath() {
        zone.pageRules.add(Page.of("*.shop.site.example/*", Level.BYPASS).build());
        assertThat(policy("/x.shop.site.example/").ruledEligible()).isNull();
        assertThat(policy("a.shop.site.example", false, 80, "/").ruledEligible())
                .isFalse();
    }

    @Test
    void onlyTheFirstThatMatchesApplies() {
        zone.pageRules.add(Page.of("*site.example/a/*", Level.BYPASS).build());
        zone.pageRules.add(
                Page.of("*site.example/a*", Level.CACHE_EVERYTHING).edge(60).build());
        zone.pageRules.add(Page.of("*site.example/*", Level.SIMPLIFIED).build());
        assertThat(policy("/a/b").ruledEligible()).isFalse();
        assertThat(policy("/a/b").eligible().edgeTtl()).isNull();
        assertThat(policy("/ab").ruledEligible()).isTrue();
        assertThat(policy("/ab").eligible().byRule()).isTrue();
        assertThat(policy("/b").cacheLevel()).isEqualTo(CacheLevel.SIMPLIFIED);
        assertThat(policy("/b").key().query()).isEqualTo(QueryForm.of(true, false));
    }

    @Test
    void aPolicyIsPutTogetherOnce() {
        zone.pageRules.add(Page.of("*site.example/*", Level.BYPASS).build());
        HostBinding binding = zone.bound(HOST);
        byte[] target = {'/'};
        assertThat(binding.policy(nothing, false, 80, target, 0, 1))
                .isSameAs(binding.policy(nothing, true, 443, target, 0, 1));
    }

    @Test
    void choosingARuleAllocatesNothing() {
        zone.pageRules.add(
                Page.of("http://*site.example:8080/*a*b*", Level.BYPASS).build());
        zone.pageRules.add(Page.of("*site.example/x*y*.css?*", Level.BYPASS).build());
        zone.pageRules.add(Page.of("*site.example/*", Level.BYPASS).build());
        HostBinding binding = zone.bound(HOST);
        byte[] target = "/x/y/z.css".getBytes(StandardCharsets.ISO_8859_1);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long chosen = 0;
        long before = 0;
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            chosen +=
                    binding.policy(nothing, false, 80, target, 0, target.length).readTimeout();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
        assertThat(chosen).isZero();
    }

    @Test
    void aHostWithoutRulesHasNone() {
        zone.pageRules.add(Page.of("shop.site.example/*", Level.BYPASS).build());
        assertThat(zone.bound(HOST).varies()).isFalse();
        assertThat(zone.bound("shop.site.example").varies()).isTrue();
        zone.paused = true;
        assertThat(zone.bound("shop.site.example").varies()).isFalse();
    }

    @Test
    void whatThisVersionCannotReadMatchesNothing() {
        zone.pageRules.add(Page.of("no pattern", Level.BYPASS).build());
        zone.pageRules.add(Page.forwarding("*site.example/*", 301, "https://other.example/$9"));
        assertThat(zone.bound(HOST).varies()).isFalse();
    }

    // ---- what it says

    @ParameterizedTest
    @EnumSource(Level.class)
    void theCacheLevelSaysWhatIsEligibleAndWhatTheQueryMeans(Level level) {
        zone.cache = new CacheSettings(CacheLevel.BASIC, 0, 7_200, 0, false, false, 0);
        RequestPolicy policy = only(Page.of("*site.example/*", level));
        Boolean eligible = switch (level) {
            case BYPASS -> false;
            case CACHE_EVERYTHING -> true;
            case BASIC, SIMPLIFIED, AGGRESSIVE -> null;
        };
        CacheLevel query = switch (level) {
            case BYPASS, BASIC -> CacheLevel.BASIC;
            case SIMPLIFIED -> CacheLevel.SIMPLIFIED;
            case AGGRESSIVE, CACHE_EVERYTHING -> CacheLevel.AGGRESSIVE;
        };
        assertThat(policy.ruledEligible()).isEqualTo(eligible);
        assertThat(policy.cacheLevel()).isEqualTo(query);
    }

    @Test
    void eachSettingTakesThePlaceOfTheZones() {
        zone.cache = new CacheSettings(CacheLevel.AGGRESSIVE, 14_400, 7_200, 0, false, false, 0);
        zone.ssl = SslMode.OFF;
        Page page = new Page("*site.example/*").edge(60);
        page.browserTtl = 30;
        page.originControl = true;
        page.sortQuery = true;
        page.alwaysOnline = true;
        page.ssl = SslMode.ORIGIN_PULL;
        page.hostHeader = "inner.example";
        page.originHost = "origin.example";
        RequestPolicy policy = only(page);
        CachePlan plan = policy.eligible();
        assertThat(plan.byRule()).isFalse();
        assertThat(Objects.requireNonNull(plan.edgeTtl()).seconds()).isEqualTo(60);
        assertThat(plan.browserTtl()).isEqualTo(new CachePlan.BrowserTtl(CachePlan.BrowserTtl.Form.AT_LEAST, 30));
        assertThat(plan.originControl()).isTrue();
        assertThat(plan.rfc9111()).isFalse();
        assertThat(plan.alwaysOnline()).isTrue();
        assertThat(policy.key().query()).isEqualTo(QueryForm.of(false, true));
        assertThat(policy.origin(false))
                .isEqualTo(new OriginTarget(List.of("origin.example"), 443, true, true, "inner.example"));
        page.browserTtl = 0;
        assertThat(only(page).eligible().browserTtl()).isEqualTo(CachePlan.BrowserTtl.RESPECT);
    }

    @Test
    void whatItDoesNotSayIsTheZones() {
        zone.cache = new CacheSettings(CacheLevel.SIMPLIFIED, 14_400, 333, 0, true, true, 0);
        zone.ssl = SslMode.FULL;
        zone.caching = DefaultCaching.RFC9111;
        RequestPolicy unruled = policy("/");
        assertThat(only(new Page("*site.example/*"))).isEqualTo(unruled);
    }

    @Test
    void itMayTakeWhatTheZoneGives() {
        zone.cache = new CacheSettings(CacheLevel.AGGRESSIVE, 0, 333, 0, true, true, 0);
        zone.caching = DefaultCaching.RFC9111;
        Page page = new Page("*site.example/*");
        page.originControl = false;
        page.sortQuery = false;
        page.alwaysOnline = false;
        RequestPolicy policy = only(page);
        assertThat(policy.eligible().originControl()).isFalse();
        assertThat(policy.key().query()).isEqualTo(QueryForm.WHOLE);
        assertThat(policy.eligible().alwaysOnline()).isFalse();
    }

    // ---- what counts more

    @Test
    void aCacheRuleCountsMoreForWhatItSays() {
        zone.cacheRules.add(
                Zones.rule("true", new SetCache(true, null, new SetCache.BrowserTtl(SetCache.Mode.BYPASS, null))));
        Page page = Page.of("*site.example/*", Level.BYPASS).edge(60);
        page.browserTtl = 30;
        page.bypassOnCookie = "a";
        RequestPolicy policy = only(page);
        assertThat(policy.ruledEligible()).isTrue();
        assertThat(policy.cookies()).isNull();
        assertThat(policy.eligible().browserTtl().form()).isEqualTo(CachePlan.BrowserTtl.Form.BYPASS);
        assertThat(Objects.requireNonNull(policy.eligible().edgeTtl()).seconds())
                .as("what it does not say")
                .isEqualTo(60);
        SetCache.EdgeTtl ttl = new SetCache.EdgeTtl(SetCache.Mode.OVERRIDE_ORIGIN, 5, List.of());
        zone.cacheRules.add(Zones.rule("true", new SetCache(null, ttl, null)));
        assertThat(only(page).eligible().edgeTtl()).isEqualTo(ttl);
    }

    @Test
    void anOriginRuleCountsMoreForWhatItSays() {
        Page page = new Page("*site.example/*");
        page.hostHeader = "page.example";
        page.originHost = "page-origin.example";
        zone.originRules.add(Zones.rule("true", new Route(null, null, 8080, null)));
        assertThat(only(page).origin(false))
                .isEqualTo(new OriginTarget(List.of("page-origin.example"), 8080, false, false, "page.example"));
        zone.originRules.add(Zones.rule("true", new Route("rule.example", "rule-origin.example", null, null)));
        assertThat(only(page).origin(false))
                .isEqualTo(new OriginTarget(List.of("rule-origin.example"), 8080, false, false, "rule.example"));
    }

    // ---- cookies

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "bypass=.*'PHPSESSID=.* | a=b; bypass=1 | BYPASS",
                "bypass=.*'PHPSESSID=.* | PHPSESSID=x | BYPASS",
                "bypass=.*'PHPSESSID=.* | a=b; c=d | NOTHING",
                "t.*st= | teeest=1 | BYPASS",
                "t.*st= | t=1; best=2 | NOTHING",
                "^wp- | a=1; wp-x=2 | BYPASS",
                "^wp- | a=1, wp-x=2 | BYPASS",
                "^wp- | xwp-x=2 | NOTHING",
                "^wp- |  ; ;, | NOTHING",
            })
    void anExpressionIsFoundInOneOfTheCookies(String expression, String cookies, CookieRule.Verdict verdict) {
        Page page = new Page("*site.example/*");
        page.bypassOnCookie = expression.replace('\'', '|');
        CookieRule rule = Objects.requireNonNull(only(page).cookies());
        assertThat(rule.verdict(cookies)).isEqualTo(verdict);
    }

    @Test
    void cachingOnACookieCountsMoreThanBypassing() {
        Page page = Page.of("*site.example/*", Level.BYPASS);
        page.bypassOnCookie = "session|both";
        page.cacheOnCookie = "public|both";
        CookieRule rule = Objects.requireNonNull(only(page).cookies());
        assertThat(rule.verdict("public=1")).isEqualTo(CookieRule.Verdict.CACHE);
        assertThat(rule.verdict("session=1; both=2")).isEqualTo(CookieRule.Verdict.CACHE);
        assertThat(rule.verdict("session=1")).isEqualTo(CookieRule.Verdict.BYPASS);
        assertThat(rule.verdict("other=1")).isEqualTo(CookieRule.Verdict.NOTHING);
        assertThat(rule.everything().byRule()).isTrue();
    }

    @Test
    void cookiesThatWouldTakeTooLongToLookAtAreNotCached() {
        Page page = new Page("*site.example/*");
        page.bypassOnCookie = "session";
        page.cacheOnCookie = "x";
        int most = CookieRule.MOST_STEPS / Pattern.compile("x").programSize();
        assertThat(Objects.requireNonNull(only(page).cookies()).verdict("x".repeat(most)))
                .isEqualTo(CookieRule.Verdict.CACHE);
        assertThat(Objects.requireNonNull(only(page).cookies()).verdict("x".repeat(most + 1)))
                .isEqualTo(CookieRule.Verdict.BYPASS);
        page.bypassOnCookie = null;
        assertThat(Objects.requireNonNull(only(page).cookies()).verdict("x".repeat(most + 1)))
                .isEqualTo(CookieRule.Verdict.NOTHING);
        page.cacheOnCookie = null;
        page.bypassOnCookie = "(";
        assertThat(Objects.requireNonNull(only(page).cookies()).verdict("a=b"))
                .as("an expression that cannot be read")
                .isEqualTo(CookieRule.Verdict.BYPASS);
    }

    // ---- redirects

    @ParameterizedTest
    @CsvSource({
        "http://*.site.example/*,    https://site.example/images/$1/$2.jpg, /flare,      https://site.example/images/www/flare.jpg",
        "*site.example/*,            https://$1other.example/$2,            /a?b=c,      https://www.other.example/a?b=c",
        "www.site.example/a/*/b/*,   http://o.example/$2/$1/$2,             /a/1/b/2/3,  http://o.example/2/3/1/2/3",
        "www.site.example/old,       https://o.example/new?x=1#top,         /old,        https://o.example/new?x=1#top",
        "www.site.example/*,         https://o.example/$1\\$2,               /x,          https://o.example/x$2",
        "www.site.example/*,         https://o.example/ü/$1,                /%C3%BC,     https://o.example/%C3%BC/%C3%BC",
        "www.site.example/*,         https://o.example/?u=$12,              /x,          https://o.example/?u=x2",
    })
    void aForwardedUrlCarriesWhatTheAsterisksStoodFor(String pattern, String url, String target, String location) {
        zone.pageRules.add(Page.forwarding(pattern, 302, url));
        Redirection redirection = Objects.requireNonNull(policy(target).redirection());
        assertThat(redirection.status()).isEqualTo(302);
        assertThat(redirection.location(false, target)).isEqualTo(location);
    }

    @Test
    void bytesThatAreNoAsciiAreEncoded() {
        zone.pageRules.add(Page.forwarding("*site.example/*", 301, "https://o.example/$2"));
        zone.pageRules.add(Page.secured("*site.example/*"));
        assertThat(Objects.requireNonNull(policy("/\u00fc").redirection()).location(false, "/\u00fc"))
                .isEqualTo("https://o.example/%FC");
        zone.pageRules.removeFirst();
        assertThat(Objects.requireNonNull(policy("/\u00fc").redirection()).location(false, "/\u00fc"))
                .isEqualTo("https://www.site.example/%FC");
    }

    @Test
    void whoIsThereAlreadyIsNotSentToHttps() {
        zone.pageRules.add(Page.secured("*site.example/*"));
        zone.pageRules.add(Page.of("*site.example/*", PageRule.Level.BYPASS).build());
        RequestPolicy policy = policy(HOST, true, 443, "/a");
        assertThat(Objects.requireNonNull(policy.redirection()).location(true, "/a"))
                .isNull();
        assertThat(policy.ruledEligible()).as("no other rule applies").isNull();
    }
}
