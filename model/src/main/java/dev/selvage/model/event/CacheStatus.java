package dev.selvage.model.event;

import java.util.Locale;

/// What the cache did for a request, in the API's words.
public enum CacheStatus {
    /// Served from a fresh entry.
    HIT,
    /// Not in the cache; fetched.
    MISS,
    /// An expired entry was fetched again.
    EXPIRED,
    /// An expired entry was served because the origin could not be used.
    STALE,
    /// An expired entry was served while it is being refreshed.
    UPDATING,
    /// The origin confirmed the entry (304) and its body was served from the cache.
    REVALIDATED,
    /// Eligible, but the request, the response or a rule forbade caching.
    BYPASS,
    /// Not eligible.
    DYNAMIC,
    /// Answered by the edge itself, before the cache.
    NONE;

    private static final CacheStatus[] ALL = values();

    private final String wire = name().toLowerCase(Locale.ROOT);

    /// The form of the GraphQL API, lower case.
    public String wire() {
        return wire;
    }

    /// True when the request went to the origin.
    ///
    /// `REVALIDATED` did: its body came from the edge but its request from the origin's budget.
    public boolean reachesOrigin() {
        return switch (this) {
            case MISS, EXPIRED, REVALIDATED, BYPASS, DYNAMIC -> true;
            case HIT, STALE, UPDATING, NONE -> false;
        };
    }

    /// True when the body came from the edge's cache.
    public boolean bodyFromCache() {
        return switch (this) {
            case HIT, STALE, UPDATING, REVALIDATED -> true;
            case MISS, EXPIRED, BYPASS, DYNAMIC, NONE -> false;
        };
    }

    /// The value with this wire form.
    ///
    /// @throws IllegalArgumentException when there is none
    public static CacheStatus of(String wire) {
        for (CacheStatus each : ALL) {
            if (each.wire.equals(wire)) {
                return each;
            }
        }
        throw new IllegalArgumentException("unknown CacheStatus: " + wire);
    }
}
