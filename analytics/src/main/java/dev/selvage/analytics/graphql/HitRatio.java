package dev.selvage.analytics.graphql;

import dev.selvage.model.event.CacheStatus;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What counts as served from the cache, as every answer says it.
final class HitRatio {
    /// Changes when the meaning does.
    private static final String ID = "served-from-cache-1";

    private HitRatio() {}

    static Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", ID);
        shown.put(
                "definition",
                "Of requests, a hit is one that was answered from the cache without asking the origin; of bytes to"
                        + " visitors, those of bodies from the cache are, also where the origin confirmed them.");
        shown.put("requests", statuses(status -> status.bodyFromCache() && !status.reachesOrigin()));
        shown.put("bytes", statuses(CacheStatus::bodyFromCache));
        return shown;
    }

    private static List<String> statuses(Predicate<CacheStatus> which) {
        return Arrays.stream(CacheStatus.values())
                .filter(which)
                .map(CacheStatus::wire)
                .toList();
    }
}
