package dev.selvage.edge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.SslMode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HostBindingTest {
    private static final String THIS_HOST = "http.host eq \"site.example\"";
    private static final String OTHER_HOST = "http.host eq \"other.example\"";

    private final Zones zone = new Zones();
    private final PurgeFences fences = new PurgeFences();

    private HostBinding bound() {
        return zone.bound("site.example", fences.of(zone.id), "192.0.2.1", "192.0.2.2");
    }

    private void cacheRule(
            String expression,
            @Nullable Boolean cache,
            SetCache.@Nullable EdgeTtl edge,
            SetCache.@Nullable BrowserTtl browser) {
        zone.cacheRules.add(Zones.rule(expression, new SetCache(cache, edge, browser)));
    }

    private static SetCache.EdgeTtl edge(int seconds) {
        return new SetCache.EdgeTtl(SetCache.Mode.OVERRIDE_ORIGIN, seconds, List.of());
    }

    private static CacheSettings settings(int browserTtl, int edgeTtl, boolean alwaysOnline) {
        return new CacheSettings(CacheLevel.AGGRESSIVE, browserTtl, edgeTtl, 0, alwaysOnline, false, 0);
    }

    // ---- the origin

    @ParameterizedTest
    @CsvSource({
        "OFF,         false, 80,  false, false",
        "OFF,         true,  80,  false, false",
        "FLEXIBLE,    true,  80,  false, false",
        "FULL,        false, 80,  false, false",
        "FULL,        true,  443, true,  false",
        "STRICT,      false, 80,  false, true",
        "STRICT,      true,  443, true,  true",
        "ORIGIN_PULL, false, 443, true,  true",
        "ORIGIN_PULL, true,  443, true,  true",
    })
    void theSslModeDecidesHowTheOriginIsReached(
            SslMode mode, boolean visitorTls, int port, boolean tls, boolean verify) {
        zone.ssl = mode;
        OriginTarget target = bound().policy().origin(visitorTls);
        assertThat(target).isEqualTo(new OriginTarget(List.of("192.0.2.1", "192.0.2.2"), port, tls, verify, null));
    }

    @Test
    void everyMatchingOriginRuleAppliesAndTheLaterOneOverrides() {
        zone.originRules.add(Zones.rule("true", new Route("first.example", "10.0.0.1", 8080, null)));
        zone.originRules.add(Zones.rule(THIS_HOST, new Route(null, "origin.example", null, null)));
        zone.originRules.add(Zones.rule(OTHER_HOST, new Route("no.example", "no.example", 1, null)));
        zone.originRules.add(Zones.rule("true", new Route("last.example", null, null, null)));
        assertThat(bound().policy().origin(false))
                .isEqualTo(new OriginTarget(List.of("origin.example"), 8080, false, false, "last.example"));
    }

    @Test
    void aRulesPortCountsForEitherScheme() {
        zone.ssl = SslMode.FULL;
        zone.originRules.add(Zones.rule("true", new Route(null, null, 8443, null)));
        assertThat(bound().policy().origin(true).port()).isEqualTo(8443);
        assertThat(bound().policy().origin(true).tls()).isTrue();
        assertThat(bound().policy().origin(false).port()).isEqualTo(8443);
        assertThat(bound().policy().origin(false).hostHeader()).isNull();
    }

    // ---- cache rules

    @Test
    void withoutARuleNothingIsSaidOfEligibility() {
        HostBinding binding = bound();
        assertThat(binding.policy().ruledEligible()).isNull();
        assertThat(binding.policy().eligible().byRule()).isFalse();
        assertThat(binding.policy().eligible().edgeTtl()).isNull();
        assertThat(binding.policy().eligible().eligible()).isTrue();
        assertThat(binding.varies()).isFalse();
    }

    @Test
    void everyMatchingCacheRuleAppliesAndTheLaterOneOverrides() {
        cacheRule("true", false, edge(10), null);
        cacheRule(THIS_HOST, true, null, new SetCache.BrowserTtl(SetCache.Mode.OVERRIDE_ORIGIN, 7));
        cacheRule(OTHER_HOST, false, edge(99), new SetCache.BrowserTtl(SetCache.Mode.BYPASS, null));
        cacheRule("true", null, edge(20), null);
        HostBinding binding = bound();
        assertThat(binding.policy().ruledEligible()).isTrue();
        assertThat(binding.policy().eligible().byRule()).isTrue();
        assertThat(binding.policy().eligible().edgeTtl()).isEqualTo(edge(20));
        assertThat(binding.policy().eligible().browserTtl())
                .isEqualTo(new CachePlan.BrowserTtl(CachePlan.BrowserTtl.Form.EXACTLY, 7));
    }

    @Test
    void aLaterRuleMayTakeEligibilityBack() {
        cacheRule("true", true, null, null);
        cacheRule(THIS_HOST, false, null, null);
        assertThat(bound().policy().ruledEligible()).isFalse();
        assertThat(bound().policy().eligible().byRule()).isFalse();
    }

    @Test
    void aRuleThatThisVersionCannotReadMatchesNothing() {
        cacheRule("http.request.uri.path contians \"x\"", false, edge(1), null);
        zone.originRules.add(Zones.rule("ip.src in $offices", new Route("no.example", "no.example", 1, null)));
        assertThat(bound().policy().ruledEligible()).isNull();
        assertThat(bound().policy().origin(false).port()).isEqualTo(80);
    }

    @Test
    void noRuleAppliesToAZoneThatIsPaused() {
        cacheRule("true", true, edge(1), new SetCache.BrowserTtl(SetCache.Mode.BYPASS, null));
        zone.originRules.add(Zones.rule("true", new Route("no.example", "no.example", 1, null)));
        zone.paused = true;
        HostBinding binding = bound();
        assertThat(binding.policy().ruledEligible()).isNull();
        assertThat(binding.policy().eligible().edgeTtl()).isNull();
        assertThat(binding.policy().origin(false))
                .isEqualTo(new OriginTarget(List.of("192.0.2.1", "192.0.2.2"), 80, false, false, null));
    }

    // ---- what browsers are told

    @ParameterizedTest
    @CsvSource({
        "RESPECT_ORIGIN,    ,   RESPECT,           0",
        "OVERRIDE_ORIGIN,   60, EXACTLY,           60",
        "OVERRIDE_ORIGIN,   ,   EXACTLY,           0",
        "BYPASS_BY_DEFAULT, ,   BYPASS_BY_DEFAULT, 0",
        "BYPASS,            ,   BYPASS,            0",
    })
    void aRuleDecidesWhatBrowsersAreTold(
            SetCache.Mode mode, @Nullable Integer seconds, CachePlan.BrowserTtl.Form form, int told) {
        cacheRule("true", null, null, new SetCache.BrowserTtl(mode, seconds));
        assertThat(bound().policy().eligible().browserTtl()).isEqualTo(new CachePlan.BrowserTtl(form, told));
    }

    @Test
    void elseTheZonesSettingDoes() {
        zone.cache = settings(14_400, 0, false);
        assertThat(bound().policy().eligible().browserTtl())
                .isEqualTo(new CachePlan.BrowserTtl(CachePlan.BrowserTtl.Form.AT_LEAST, 14_400));
        zone.cache = settings(0, 0, false);
        assertThat(bound().policy().eligible().browserTtl()).isEqualTo(CachePlan.BrowserTtl.RESPECT);
    }

    // ---- plans

    @Test
    void thePlanCarriesTheZonesSettings() {
        zone.cache = settings(0, 333, true);
        zone.caching = DefaultCaching.RFC9111;
        HostBinding binding = bound();
        assertThat(binding.policy().eligible().defaultTtl()).isEqualTo(333);
        assertThat(binding.policy().eligible().alwaysOnline()).isTrue();
        assertThat(binding.policy().eligible().rfc9111()).isTrue();
        zone.caching = DefaultCaching.STATIC_EXTENSIONS;
        assertThat(bound().policy().eligible().rfc9111()).isFalse();
        assertThat(binding.host()).isEqualTo("site.example");
        assertThat(binding.fence()).isSameAs(fences.of(zone.id));
    }

    @ParameterizedTest
    @EnumSource(MissReason.class)
    void aRefusedRequestHasAPlanThatSaysWhy(MissReason why) {
        CachePlan plan = CachePlan.refused(why);
        assertThat(plan.eligible()).isFalse();
        assertThat(plan.whyNot()).isEqualTo(why);
        boolean dynamic = why == MissReason.NOT_ELIGIBLE
                || why == MissReason.METHOD
                || why == MissReason.UPGRADE
                || why == MissReason.QUERY;
        assertThat(plan.statusWhenNot()).isEqualTo(dynamic ? CacheStatus.DYNAMIC : CacheStatus.BYPASS);
        assertThat(plan.browserTtl()).isEqualTo(CachePlan.BrowserTtl.RESPECT);
    }
}
