package dev.selvage.edge.request;

import java.util.Arrays;

/// The part of the cache key that comes from the request target.
public final class CacheTargets {
    private CacheTargets() {}

    /// Path and query as the zone's settings make them part of the key.
    ///
    /// @param sort order the query's parameters, so that their order does not matter
    /// @param dropQuery the query is no part of the key
    public static String of(String target, boolean sort, boolean dropQuery) {
        int question = target.indexOf('?');
        if (question < 0 || !(sort || dropQuery)) {
            return target;
        }
        String path = target.substring(0, question);
        if (dropQuery) {
            return path;
        }
        String[] parameters = target.substring(question + 1).split("&", -1);
        Arrays.sort(parameters);
        return path + "?" + String.join("&", parameters);
    }
}
