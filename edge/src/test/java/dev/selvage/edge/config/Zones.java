package dev.selvage.edge.config;

import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.model.rules.ModifyHeaders;
import dev.selvage.model.rules.PhaseRules;
import dev.selvage.model.rules.RateLimit;
import dev.selvage.model.rules.Redirect;
import dev.selvage.model.rules.RewriteUrl;
import dev.selvage.model.rules.Route;
import dev.selvage.model.rules.Rule;
import dev.selvage.model.rules.Screening;
import dev.selvage.model.rules.ServeError;
import dev.selvage.model.rules.SetCache;
import dev.selvage.model.rules.SetConfig;
import dev.selvage.model.rules.ZoneRules;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.PageRule;
import dev.selvage.model.zone.ProxiedHost;
import dev.selvage.model.zone.SslMode;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.log.ChangeLog;
import java.util.ArrayList;
import java.util.List;

/// Zones to test with.
public final class Zones {
    public String id = "0123456789abcdef0123456789abcdef";
    public String name = "site.example";
    public long version = 1;
    public boolean paused;
    public boolean catchAll;
    public DefaultCaching caching = DefaultCaching.STATIC_EXTENSIONS;
    public CacheSettings cache = CacheSettings.DEFAULTS;
    public SslMode ssl = SslMode.OFF;
    public final List<ProxiedHost> hosts = new ArrayList<>();
    public final List<Rule<SetConfig>> configRules = new ArrayList<>();
    public final List<Rule<Route>> originRules = new ArrayList<>();
    public final List<Rule<SetCache>> cacheRules = new ArrayList<>();
    public final List<PageRule> pageRules = new ArrayList<>();
    public final List<Rule<Redirect>> redirects = new ArrayList<>();
    public final List<Rule<RewriteUrl>> rewrites = new ArrayList<>();
    public final List<Rule<Screening>> firewall = new ArrayList<>();
    public final List<Rule<RateLimit>> limits = new ArrayList<>();
    public final List<Rule<ModifyHeaders>> requestHeaders = new ArrayList<>();
    public final List<Rule<ModifyHeaders>> responseHeaders = new ArrayList<>();
    public final List<Rule<ServeError>> errors = new ArrayList<>();

    public static Zones zone(String id, String name) {
        Zones zone = new Zones();
        zone.id = id;
        zone.name = name;
        return zone;
    }

    public Zones host(String host, String... addresses) {
        hosts.add(new ProxiedHost(host, List.of(addresses)));
        return this;
    }

    public ZoneConfig build() {
        return new ZoneConfig(
                id, "account", name, version, paused, catchAll, caching, cache, ssl, hosts, rules(), pageRules);
    }

    private ZoneRules rules() {
        return new ZoneRules(
                new PhaseRules<>("redirects", "1", redirects),
                new PhaseRules<>("rewrites", "1", rewrites),
                new PhaseRules<>("config", "1", configRules),
                new PhaseRules<>("origin", "1", originRules),
                new PhaseRules<>("firewall", "1", firewall),
                new PhaseRules<>("limits", "1", limits),
                new PhaseRules<>("request", "1", requestHeaders),
                new PhaseRules<>("cache", "1", cacheRules),
                new PhaseRules<>("response", "1", responseHeaders),
                new PhaseRules<>("errors", "1", errors));
    }

    public static <A> Rule<A> rule(String expression, A action) {
        return new Rule<>("rule", "", expression, action);
    }

    public static <A> Rule<A> rule(String id, String expression, A action) {
        return new Rule<>(id, "", expression, action);
    }

    /// The zone as a request for `host` is bound to it.
    public HostBinding bound(String host) {
        return bound(host, new PurgeFences().of(id));
    }

    HostBinding bound(String host, PurgeFences.Fence fence, String... addresses) {
        ZoneConfig config = build();
        PolicyRules rules = PolicyRules.of(config);
        return new HostBinding(
                host, List.of(addresses), config, fence, rules, PrimaryForms.of(rules), ZonePrograms.of(config));
    }

    public ChangeLog.Entry entry() {
        return new ChangeLog.Entry("zones", id, Json.write(build()));
    }
}
