package dev.selvage.model.zone;

import dev.selvage.model.rules.ZoneRules;
import java.util.List;
import java.util.Objects;

/// Everything an edge needs to serve a zone.
///
/// @param id 32 lower-case hex digits
/// @param account the owning account's id
/// @param name the zone's domain name, lower case
/// @param version grows with each change of the zone
/// @param paused nothing is cached and no rule applies; requests still reach the origin
/// @param catchAll the zone answers for every host name that no other zone claims; at most one zone
///     has it
/// @param rules records from before there were any lack them
/// @param pageRules in the order in which they are tried; records from before there were any lack them
public record ZoneConfig(
        String id,
        String account,
        String name,
        long version,
        boolean paused,
        boolean catchAll,
        DefaultCaching defaultCaching,
        CacheSettings cache,
        SslMode ssl,
        List<ProxiedHost> hosts,
        ZoneRules rules,
        List<PageRule> pageRules) {

    /// The reserved name of the zone that `./selvage up ORIGIN_URL` makes.
    public static final String QUICKSTART = "quickstart.internal";

    public ZoneConfig {
        hosts = List.copyOf(hosts);
        rules = Objects.requireNonNullElse(rules, ZoneRules.NONE);
        pageRules = List.copyOf(Objects.requireNonNullElse(pageRules, List.of()));
    }
}
