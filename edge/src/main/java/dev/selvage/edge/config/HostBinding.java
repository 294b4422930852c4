package dev.selvage.edge.config;

import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.KeyTemplate;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.QueryForm;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.PageRule;
import dev.selvage.model.zone.SslMode;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.rules.program.Evaluation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A host name with the zone that claims it, its rules decided as far as the host decides them.
///
/// Immutable: a request keeps it for its life, whatever changes meanwhile.
public final class HostBinding {
    /// Policies that a binding remembers, a power of two. Where visitors bring about more, they take each other's
    /// places.
    static final int MOST_POLICIES = 32;

    private static final Known[] NONE = {};

    private final String host;
    private final List<String> addresses;
    private final ZoneConfig zone;
    private final PurgeFences.Fence fence;
    private final PolicyRules rules;
    private final PrimaryForms forms;
    private final ZonePrograms programs;
    private final PageRules.Compiled[] pageRules;
    private final RequestPolicy policy;

    /// By page rule, the first place for none: what matches, where the host and the page rule decide it.
    private final PolicyRules.@Nullable Matched[] decided;

    /// By what matched, once a request needed it: at the place of its hash, or after it where others came first.
    /// A wildcard's bindings are made for each connection, and most rules of a zone are not for most requests.
    /// Loops may make the same one twice.
    private final @Nullable Known[] known;

    private record Known(PolicyRules.Matched matched, RequestPolicy policy) {}

    HostBinding(
            String host,
            List<String> addresses,
            ZoneConfig zone,
            PurgeFences.Fence fence,
            PolicyRules rules,
            PrimaryForms forms,
            ZonePrograms programs) {
        this.host = host;
        this.addresses = List.copyOf(addresses);
        this.zone = zone;
        this.fence = fence;
        this.rules = rules;
        this.forms = forms;
        this.programs = programs;
        this.pageRules = rules.pageRules().forHost(host).toArray(PageRules.Compiled[]::new);
        this.policy = policy(rules.ruling(rules.matched(host, zone, -1)));
        this.decided = new PolicyRules.Matched[rules.byHostAlone() ? pageRules.length + 1 : 0];
        this.known = varies() ? new Known[MOST_POLICIES] : NONE;
    }

    /// The same zone under another of its names.
    HostBinding named(String host, List<String> addresses) {
        return new HostBinding(host, addresses, zone, fence, rules, forms, programs);
    }

    /// What a rule says, else what the page rule says, else what the zone says.
    private RequestPolicy policy(Ruling ruling) {
        SetCache said = ruling.cache();
        PageRules.Compiled compiled = ruling.pageRule();
        PageRule page = compiled == null ? null : compiled.rule();
        PageRule.Level level = page == null ? null : page.cacheLevel();
        CacheLevel cacheLevel = cacheLevel(level, zone.cache().cacheLevel());
        SetCache.KeyForm key = said.cacheKey();
        return new RequestPolicy(
                plan(ruling, Boolean.TRUE.equals(said.cache())),
                said.cache(),
                ruling.ruledQuery() ? CacheLevel.AGGRESSIVE : cacheLevel,
                key(ruling, cacheLevel),
                key != null && Boolean.TRUE.equals(key.deceptionArmor()),
                Boolean.TRUE.equals(said.respectStrongEtags()),
                Boolean.TRUE.equals(said.originErrorPassThrough()),
                said.readTimeout() == null ? 0 : said.readTimeout(),
                page == null || ruling.ruledCache() ? null : CookieRule.of(page, plan(ruling, true)),
                compiled == null ? null : compiled.redirection(host),
                origin(ruling, false),
                origin(ruling, true),
                ruling.sources());
    }

    private KeyTemplate key(Ruling ruling, CacheLevel level) {
        SetCache.KeyForm said = ruling.cache().cacheKey();
        CacheSettings settings = zone.cache();
        Boolean sorted = said == null ? null : said.sortQuery();
        boolean sort = Objects.requireNonNullElse(sorted, settings.sortQueryString());
        SetCache.Query chosen = said == null ? null : said.query();
        QueryForm query =
                chosen == null ? QueryForm.of(level == CacheLevel.SIMPLIFIED, sort) : QueryForm.of(chosen, sort);
        boolean resolved = said != null && Boolean.TRUE.equals(said.hostResolved());
        String originHost = resolved ? ruling.route().host() : null;
        return new KeyTemplate.Making()
                .query(query, QueryForm.of(settings.cacheLevel() == CacheLevel.SIMPLIFIED, settings.sortQueryString()))
                .resolvedHost(originHost == null ? null : originHost.toLowerCase(Locale.ROOT))
                // Under the origin's name, hosts share what they get with the same `Host`, at the same port.
                .route(rules.originByKey() && originHost == null ? null : route(ruling))
                .said(said)
                .make();
    }

    /// What tells the origin from others that rules choose; null where none does.
    private static @Nullable String route(Ruling ruling) {
        Route route = ruling.route();
        SslMode ssl = ruling.config().ssl();
        boolean said = route.host() != null || route.port() != null || route.hostHeader() != null || ssl != null;
        // None of these has a line feed in it.
        return said ? route.host() + "\n" + route.port() + "\n" + route.hostHeader() + "\n" + ssl : null;
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

    private CachePlan plan(Ruling ruling, boolean byRule) {
        SetCache said = ruling.cache();
        PageRules.Compiled compiled = ruling.pageRule();
        PageRule page = compiled == null ? null : compiled.rule();
        CacheSettings settings = zone.cache();
        boolean rfc9111 = zone.defaultCaching() == DefaultCaching.RFC9111;
        Boolean alwaysOnline = page == null ? null : page.alwaysOnline();
        Integer browserTtl = page == null ? null : page.browserTtl();
        return new CachePlan(
                true,
                MissReason.NONE,
                CacheStatus.MISS,
                byRule,
                rfc9111,
                Objects.requireNonNullElse(said.originControl(), rfc9111),
                settings.edgeCacheTtl(),
                said.edgeTtl(),
                browserTtl(said.browserTtl(), Objects.requireNonNullElse(browserTtl, settings.browserCacheTtl())),
                Objects.requireNonNullElse(alwaysOnline, settings.alwaysOnline()),
                !Boolean.FALSE.equals(said.staleWhileUpdating()));
    }

    private OriginTarget origin(Ruling ruling, boolean visitorTls) {
        SslMode mode = Objects.requireNonNullElse(ruling.config().ssl(), zone.ssl());
        boolean tls = switch (mode) {
            case OFF, FLEXIBLE -> false;
            case FULL, STRICT -> visitorTls;
            case ORIGIN_PULL -> true;
        };
        boolean verify = switch (mode) {
            case OFF, FLEXIBLE, FULL -> false;
            case STRICT, ORIGIN_PULL -> true;
        };
        Route route = ruling.route();
        return new OriginTarget(
                route.host() == null ? addresses : List.of(route.host()),
                route.port() == null ? (tls ? 443 : 80) : route.port(),
                tls,
                verify,
                route.hostHeader(),
                route.sni());
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

    /// The rules that act on its requests and responses.
    public ZonePrograms programs() {
        return programs;
    }

    /// What a purge of the zone's URLs goes by.
    public PurgeScope purgeScope() {
        return new PurgeScope(forms, programs);
    }

    /// True when the zone says different things of requests for this host.
    public boolean varies() {
        return pageRules.length > 0 || !rules.byHostAlone();
    }

    /// What the zone says of requests of which nothing is known but the host; where it does not vary, of all.
    public RequestPolicy policy() {
        return policy;
    }

    /// What the zone says of a request.
    ///
    /// @param evaluation of that request
    /// @param secure the visitor's scheme is `https`
    /// @param port the port of its URL
    /// @param b has path and query in their normal form
    public RequestPolicy policy(Evaluation evaluation, boolean secure, int port, byte[] b, int start, int length) {
        if (!varies()) {
            return policy;
        }
        int page = 0;
        while (page < pageRules.length && !pageRules[page].matches(secure, port, b, start, length)) {
            page++;
        }
        return policy(matched(evaluation, page == pageRules.length ? -1 : page));
    }

    /// The places, among the zone's, of all page rules that a request meets; the first of them counts.
    public List<Integer> pageRulesMet(boolean secure, int port, byte[] target) {
        return Arrays.stream(pageRules)
                .filter(rule -> rule.matches(secure, port, target, 0, target.length))
                .map(PageRules.Compiled::place)
                .toList();
    }

    /// @param page among the page rules for this host, -1 for none
    private PolicyRules.Matched matched(Evaluation evaluation, int page) {
        int place = page < 0 ? -1 : pageRules[page].place();
        if (!rules.byHostAlone()) {
            return rules.matched(evaluation, place);
        }
        PolicyRules.Matched matched = decided[page + 1];
        if (matched == null) {
            matched = rules.matched(host, zone, place);
            decided[page + 1] = matched;
        }
        return matched;
    }

    private RequestPolicy policy(PolicyRules.Matched matched) {
        int home = matched.hashCode() & (known.length - 1);
        for (int i = 0; i < known.length; i++) {
            int place = (home + i) & (known.length - 1);
            Known found = known[place];
            if (found == null) {
                return made(matched, place);
            }
            if (found.matched().equals(matched)) {
                return found.policy();
            }
        }
        return made(matched, home);
    }

    private RequestPolicy made(PolicyRules.Matched matched, int place) {
        Known made = new Known(matched, policy(rules.ruling(matched)));
        known[place] = made;
        return made.policy();
    }
}
