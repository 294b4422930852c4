package dev.selvage.edge.config;

import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.rules.Expression;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.Rule;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.PageRule;
import dev.selvage.model.zone.SslMode;
import dev.selvage.model.zone.ZoneConfig;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A host name with the zone that claims it, its rules decided as far as the host decides them.
///
/// Immutable: a request keeps it for its life, whatever changes meanwhile.
public final class HostBinding {
    private final String host;
    private final List<String> addresses;
    private final ZoneConfig zone;
    private final PurgeFences.Fence fence;
    private final @Nullable Boolean ruledEligible;
    private final SetCache.@Nullable EdgeTtl ruledEdgeTtl;
    private final SetCache.@Nullable BrowserTtl ruledBrowserTtl;
    private final RequestPolicy policy;
    private final PageRules zonesPageRules;
    private final PageRules.Compiled[] pageRules;

    /// By page rule, once a request needed it: a wildcard's bindings are made for each connection, and most
    /// rules of a zone are not for most requests. Loops may make the same one twice.
    private final @Nullable RequestPolicy[] ruledPolicies;

    HostBinding(
            String host, List<String> addresses, ZoneConfig zone, PurgeFences.Fence fence, PageRules zonesPageRules) {
        this.host = host;
        this.addresses = List.copyOf(addresses);
        this.zone = zone;
        this.fence = fence;
        Boolean eligible = null;
        SetCache.EdgeTtl edge = null;
        SetCache.BrowserTtl browser = null;
        if (!zone.paused()) {
            for (Rule<SetCache> each : zone.rules().cacheSettings().rules()) {
                if (matches(each.expression(), host)) {
                    SetCache rule = each.action();
                    eligible = rule.cache() == null ? eligible : rule.cache();
                    edge = rule.edgeTtl() == null ? edge : rule.edgeTtl();
                    browser = rule.browserTtl() == null ? browser : rule.browserTtl();
                }
            }
        }
        this.ruledEligible = eligible;
        this.ruledEdgeTtl = edge;
        this.ruledBrowserTtl = browser;
        this.policy = policy(null);
        this.zonesPageRules = zonesPageRules;
        this.pageRules = zonesPageRules.forHost(host).toArray(PageRules.Compiled[]::new);
        this.ruledPolicies = new RequestPolicy[pageRules.length];
    }

    /// The same zone under another of its names.
    HostBinding named(String host, List<String> addresses) {
        return new HostBinding(host, addresses, zone, fence, zonesPageRules);
    }

    /// True when the rule's expression matches; one that this version cannot read matches nothing.
    private static boolean matches(String expression, String host) {
        return switch (Expression.parse(expression)) {
            case Expression.Accepted(Expression condition) -> condition.matches(host);
            case Expression.Refused _ -> false;
        };
    }

    /// What a cache or origin rule says, else what the page rule says, else what the zone says.
    private RequestPolicy policy(PageRules.@Nullable Compiled compiled) {
        PageRule page = compiled == null ? null : compiled.rule();
        CacheSettings settings = zone.cache();
        PageRule.Level level = page == null ? null : page.cacheLevel();
        Boolean eligible = ruledEligible != null ? ruledEligible : eligible(level);
        CachePlan plan = plan(page, Boolean.TRUE.equals(eligible));
        Boolean sort = page == null ? null : page.sortQuery();
        return new RequestPolicy(
                plan,
                eligible,
                cacheLevel(level, settings.cacheLevel()),
                Objects.requireNonNullElse(sort, settings.sortQueryString()),
                page == null || ruledEligible != null ? null : CookieRule.of(page, plan(page, true)),
                compiled == null ? null : compiled.redirection(host),
                origin(page, false),
                origin(page, true));
    }

    private static @Nullable Boolean eligible(PageRule.@Nullable Level level) {
        return switch (level) {
            case null -> null;
            case BYPASS -> false;
            case CACHE_EVERYTHING -> true;
            case BASIC, SIMPLIFIED, AGGRESSIVE -> null;
        };
    }

    private static CacheLevel cacheLevel(PageRule.@Nullable Level level, CacheLevel otherwise) {
        return switch (level) {
            case null -> otherwise;
            case BYPASS -> otherwise;
            case BASIC -> CacheLevel.BASIC;
            case SIMPLIFIED -> CacheLevel.SIMPLIFIED;
            case AGGRESSIVE, CACHE_EVERYTHING -> CacheLevel.AGGRESSIVE;
        };
    }

    private CachePlan plan(@Nullable PageRule page, boolean byRule) {
        CacheSettings settings = zone.cache();
        boolean rfc9111 = zone.defaultCaching() == DefaultCaching.RFC9111;
        Boolean originControl = page == null ? null : page.originControl();
        Boolean alwaysOnline = page == null ? null : page.alwaysOnline();
        Integer browserTtl = page == null ? null : page.browserTtl();
        return new CachePlan(
                true,
                MissReason.NONE,
                CacheStatus.MISS,
                byRule,
                rfc9111,
                Objects.requireNonNullElse(originControl, rfc9111),
                settings.edgeCacheTtl(),
                ruledEdgeTtl != null || page == null ? ruledEdgeTtl : page.edgeTtl(),
                browserTtl(ruledBrowserTtl, Objects.requireNonNullElse(browserTtl, settings.browserCacheTtl())),
                Objects.requireNonNullElse(alwaysOnline, settings.alwaysOnline()));
    }

    private OriginTarget origin(@Nullable PageRule page, boolean visitorTls) {
        SslMode mode = page == null || page.ssl() == null ? zone.ssl() : page.ssl();
        boolean tls = switch (mode) {
            case OFF, FLEXIBLE -> false;
            case FULL, STRICT -> visitorTls;
            case ORIGIN_PULL -> true;
        };
        boolean verify = switch (mode) {
            case OFF, FLEXIBLE, FULL -> false;
            case STRICT, ORIGIN_PULL -> true;
        };
        String originHost = page == null ? null : page.originHost();
        List<String> hosts = originHost == null ? addresses : List.of(originHost);
        int port = tls ? 443 : 80;
        String hostHeader = page == null ? null : page.hostHeader();
        if (!zone.paused()) {
            for (Rule<Route> each : zone.rules().origin().rules()) {
                if (matches(each.expression(), host)) {
                    Route rule = each.action();
                    hosts = rule.host() == null ? hosts : List.of(rule.host());
                    port = rule.port() == null ? port : rule.port();
                    hostHeader = rule.hostHeader() == null ? hostHeader : rule.hostHeader();
                }
            }
        }
        return new OriginTarget(hosts, port, tls, verify, hostHeader);
    }

    /// @param atLeast seconds that count where no rule says anything
    private static CachePlan.BrowserTtl browserTtl(SetCache.@Nullable BrowserTtl rule, int atLeast) {
        if (rule == null) {
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

    /// True when there are page rules for this host, so that its URLs may be treated differently.
    public boolean hasPageRules() {
        return pageRules.length > 0;
    }

    /// What the zone says of requests that no page rule is for.
    public RequestPolicy policy() {
        return policy;
    }

    /// What the zone says of a request.
    ///
    /// @param secure the visitor's scheme is `https`
    /// @param port the port of its URL
    /// @param b has path and query in their normal form
    public RequestPolicy policy(boolean secure, int port, byte[] b, int start, int length) {
        for (int i = 0; i < pageRules.length; i++) {
            if (pageRules[i].matches(secure, port, b, start, length)) {
                RequestPolicy known = ruledPolicies[i];
                if (known == null) {
                    known = policy(pageRules[i]);
                    ruledPolicies[i] = known;
                }
                return known;
            }
        }
        return policy;
    }
}
