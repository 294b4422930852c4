package dev.selvage.edge.request;

import dev.selvage.edge.cache.CacheKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The cache keys that a purged URL stands for.
public final class PurgeUrls {
    private PurgeUrls() {}

    /// Both schemes' keys, because an owner who purges one wants neither to be served, under every form
    /// that the
    /// zone's settings give the query.
    ///
    /// @param zone the zone's id
    /// @param url absolute; its host in any case, its path case-sensitive
    public static List<CacheKey> keys(String zone, String url) {
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
        if (!target.startsWith("/")) {
            target = "/" + target;
        }
        String host = Phases.normal(url.substring(authority, path));
        Set<String> forms = new LinkedHashSet<>();
        forms.add(target);
        forms.add(CacheTargets.of(target, true, false));
        forms.add(CacheTargets.of(target, false, true));
        List<CacheKey> keys = new ArrayList<>();
        for (String form : forms) {
            keys.add(CacheKey.of(zone, false, host, form));
            keys.add(CacheKey.of(zone, true, host, form));
        }
        return keys;
    }
}
