package dev.selvage.edge.config;

import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.model.zone.CacheRule;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.OriginRule;
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
    public final List<OriginRule> originRules = new ArrayList<>();
    public final List<CacheRule> cacheRules = new ArrayList<>();
    public final List<PageRule> pageRules = new ArrayList<>();

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
                id,
                "account",
                name,
                version,
                paused,
                catchAll,
                caching,
                cache,
                ssl,
                hosts,
                originRules,
                cacheRules,
                pageRules);
    }

    /// The zone as a request for `host` is bound to it.
    public HostBinding bound(String host) {
        ZoneConfig config = build();
        return new HostBinding(host, List.of(), config, new PurgeFences().of(id), PageRules.of(config));
    }

    public ChangeLog.Entry entry() {
        return new ChangeLog.Entry("zones", id, Json.write(build()));
    }
}
