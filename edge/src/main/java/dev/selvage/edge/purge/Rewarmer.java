package dev.selvage.edge.purge;

import dev.selvage.edge.cache.CacheKey;
import java.util.List;

/// Fetches again what a purge dropped, before visitors ask for it.
@FunctionalInterface
public interface Rewarmer {
    /// Leaves it to visitors.
    Rewarmer NONE = (_, _) -> {};

    /// @param zone the zone's id
    /// @param keys of what was dropped, the most asked for first; none with parts that depend on more
    ///     than the URL
    void rewarm(String zone, List<CacheKey> keys);
}
