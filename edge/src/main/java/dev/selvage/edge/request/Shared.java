package dev.selvage.edge.request;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.config.Replica;
import dev.selvage.edge.encode.Encodings;
import dev.selvage.edge.fill.Fills;
import dev.selvage.edge.limit.RateTable;
import java.util.function.Predicate;

/// What the phases of all loops share; thread-safe.
///
/// @param trusted tells whether an address belongs to a trusted proxy
public record Shared(
        EdgeSettings settings,
        Replica replica,
        MemoryCache cache,
        Fills fills,
        Encodings encodings,
        RateTable rates,
        Predicate<byte[]> trusted) {

    /// The same, for phases that only imagine requests: no rate limit counts them.
    Shared countingNothing() {
        return new Shared(settings, replica, cache, fills, encodings, RateTable.idle(), trusted);
    }
}
