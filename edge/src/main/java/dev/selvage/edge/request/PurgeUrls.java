package dev.selvage.edge.request;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.http.Authority;
import dev.selvage.edge.http.NormalTarget;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The cache keys that a purged URL stands for.
public final class PurgeUrls {
    private PurgeUrls() {}

    /// Both schemes' keys, because an owner who purges one wants neither to be served, with and without
    /// this edge's port, under every form that the zone's settings give the query.
    ///
    /// @param zone the zone's id
    /// @param url absolute, in any spelling
    /// @param listening the port that this edge listens on
    public static List<CacheKey> keys(String zone, String url, int listening) {
        int start = url.indexOf("://");
        if (start < 0) {
            return List.of();
        }
        int authority = start + 3;
        int path = authority;
        while (path < url.length() && "/?#".indexOf(url.charAt(path)) < 0) {
            path++;
        }
        int fragment = url.indexOf('#', path);
        String target = url.substring(path, fragment < 0 ? url.length() : fragment);
        Optional<String> normal = NormalTarget.of(target.startsWith("/") ? target : "/" + target);
        Optional<String> host = Authority.host(url.substring(authority, path));
        if (normal.isEmpty() || host.isEmpty()) {
            return List.of();
        }
        Set<String> targets = new LinkedHashSet<>();
        targets.add(normal.get());
        targets.add(CacheTargets.of(normal.get(), true, false));
        targets.add(CacheTargets.of(normal.get(), false, true));
        List<CacheKey> keys = new ArrayList<>();
        for (boolean secure : new boolean[] {false, true}) {
            Set<String> authorities = new LinkedHashSet<>();
            authorities.add(host.get());
            authorities.add(CacheTargets.authority(host.get(), secure, listening, listening));
            for (String form : authorities) {
                for (String each : targets) {
                    keys.add(CacheKey.of(zone, secure, form, each));
                }
            }
        }
        return keys;
    }
}
