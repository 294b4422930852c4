package dev.selvage.edge.request;

import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.config.Replica;
import dev.selvage.edge.encode.Encodings;
import dev.selvage.edge.fill.Fills;
import dev.selvage.edge.limit.RateTable;
import dev.selvage.edge.refill.Refills;
import dev.selvage.edge.tier.Tiering;
import java.util.function.Predicate;

/// What the phases of all loops share; thread-safe.
///
/// @param trusted tells whether an address belongs to a trusted proxy
/// @param tiering how the edge stands among others
/// @param refills the turns of origins
public record Shared(
        EdgeSettings settings,
        Replica replica,
        MemoryCache cache,
        Fills fills,
        Encodings encodings,
        RateTable rates,
        Predicate<byte[]> trusted,
        Tiering tiering,
        Refills refills) {
    /// Of an edge by itself.
    public Shared(
            EdgeSettings settings,
            Replica replica,
            MemoryCache cache,
            Fills fills,
            Encodings encodings,
            RateTable rates,
            Predicate<byte[]> trusted) {
        this(settings, replica, cache, fills, encodings, rates, trusted, Tiering.none(), new Refills());
    }

    /// The same, for phases that only imagine requests: no rate limit counts them.
    Shared countingNothing() {
        return new Shared(settings, replica, cache, fills, encodings, RateTable.idle(), trusted);
    }
}
