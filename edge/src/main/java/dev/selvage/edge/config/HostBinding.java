package dev.selvage.edge.config;

import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.rules.Expression;
import dev.selvage.model.zone.CacheRule;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.OriginRule;
import dev.selvage.model.zone.SslMode;
import dev.selvage.model.zone.ZoneConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A host name with the zone that claims it, its rules decided as far as the host decides them.
///
/// Immutable: a request keeps it for its life, whatever changes meanwhile.
public final class HostBinding {
    private final String host;
    private final ZoneConfig zone;
    private final PurgeFences.Fence fence;
    private final OriginTarget cleartextOrigin;
    private final OriginTarget tlsOrigin;
    private final @Nullable Boolean ruledEligible;
    private final CachePlan eligible;

    HostBinding(String host, List<String> addresses, ZoneConfig zone, PurgeFences.Fence fence) {
        this.host = host;
        this.zone = zone;
        this.fence = fence;
        this.cleartextOrigin = origin(addresses, zone, host, false);
        this.tlsOrigin = origin(addresses, zone, host, true);
        Boolean eligible = null;
        CacheRule.EdgeTtl edge = null;
        CacheRule.BrowserTtl browser = null;
        if (!zone.paused()) {
            for (CacheRule rule : zone.cacheRules()) {
                if (matches(rule.expression(), host)) {
                    eligible = rule.cache() == null ? eligible : rule.cache();
                    edge = rule.edgeTtl() == null ? edge : rule.edgeTtl();
                    browser = rule.browserTtl() == null ? browser : rule.browserTtl();
                }
            }
        }
        this.ruledEligible = eligible;
        boolean rfc9111 = zone.defaultCaching() == DefaultCaching.RFC9111;
        CachePlan.BrowserTtl browserTtl = browserTtl(browser, zone);
        CacheSettings settings = zone.cache();
        this.eligible = new CachePlan(
                true,
                MissReason.NONE,
                CacheStatus.MISS,
                Boolean.TRUE.equals(eligible),
                rfc9111,
                settings.edgeCacheTtl(),
                edge,
                browserTtl,
                settings.alwaysOnline());
    }

    /// True when the rule's expression matches; one that this version cannot read matches nothing.
    private static boolean matches(String expression, String host) {
        return switch (Expression.parse(expression)) {
            case Expression.Accepted(Expression condition) -> condition.matches(host);
            case Expression.Refused _ -> false;
        };
    }

    private static OriginTarget origin(List<String> addresses, ZoneConfig zone, String host, boolean visitorTls) {
        SslMode mode = zone.ssl();
        boolean tls = switch (mode) {
            case OFF, FLEXIBLE -> false;
            case FULL, STRICT -> visitorTls;
            case ORIGIN_PULL -> true;
        };
        boolean verify = switch (mode) {
            case OFF, FLEXIBLE, FULL -> false;
            case STRICT, ORIGIN_PULL -> true;
        };
        List<String> hosts = addresses;
        int port = tls ? 443 : 80;
        String hostHeader = null;
        if (!zone.paused()) {
            for (OriginRule rule : zone.originRules()) {
                if (matches(rule.expression(), host)) {
                    hosts = rule.host() == null ? hosts : List.of(rule.host());
                    port = rule.port() == null ? port : rule.port();
                    hostHeader = rule.hostHeader() == null ? hostHeader : rule.hostHeader();
                }
            }
        }
        return new OriginTarget(hosts, port, tls, verify, hostHeader);
    }

    private static CachePlan.BrowserTtl browserTtl(CacheRule.@Nullable BrowserTtl rule, ZoneConfig zone) {
        if (rule == null) {
            int atLeast = zone.cache().browserCacheTtl();
            return atLeast == 0
                    ? CachePlan.BrowserTtl.RESPECT
                    : new CachePlan.BrowserTtl(CachePlan.BrowserTtl.Form.AT_LEAST, atLeast);
        }
        return switch (rule.mode()) {
            case RESPECT_ORIGIN -> CachePlan.BrowserTtl.RESPECT;
            case OVERRIDE_ORIGIN ->
                new CachePlan.BrowserTtl(
                        CachePlan.BrowserTtl.Form.EXACTLY, rule.seconds() == null ? 0 : rule.seconds());
            case BYPASS_BY_DEFAULT -> new CachePlan.BrowserTtl(CachePlan.BrowserTtl.Form.BYPASS_BY_DEFAULT, 0);
            case BYPASS -> new CachePlan.BrowserTtl(CachePlan.BrowserTtl.Form.BYPASS, 0);
        };
    }

    /// The host, lower case, without port.
    public String host() {
        return host;
    }

    public ZoneConfig zone() {
        return zone;
    }

    public PurgeFences.Fence fence() {
        return fence;
    }

    /// Where a request goes that came over TLS, or not.
    public OriginTarget origin(boolean visitorTls) {
        return visitorTls ? tlsOrigin : cleartextOrigin;
    }

    /// What a cache rule said about eligibility, null when none did.
    public @Nullable Boolean ruledEligible() {
        return ruledEligible;
    }

    /// The plan of a request that the cache may answer.
    public CachePlan eligible() {
        return eligible;
    }

    /// True when everything that RFC 9111 allows is eligible, not only static files.
    public boolean rfc9111() {
        return eligible.rfc9111();
    }
}
