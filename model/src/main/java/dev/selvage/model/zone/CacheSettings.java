package dev.selvage.model.zone;

/// A zone's cache settings.
///
/// @param browserCacheTtl seconds that a visitor's `max-age` is raised to where the origin's is lower
///     or absent; 0
/// respects the origin
/// @param edgeCacheTtl seconds that 200, 206 and 301 are kept for where the origin says nothing about
///     freshness
/// @param developmentModeUntil epoch seconds until which nothing is cached; 0 when off
/// @param alwaysOnline stale entries are served when the origin cannot be reached
/// @param sortQueryString `?a=1&b=2` and `?b=2&a=1` share an entry
/// @param refillsPerSecond most requests to an origin a second, per PoP, for what was purged; 0 for any number
public record CacheSettings(
        CacheLevel cacheLevel,
        int browserCacheTtl,
        int edgeCacheTtl,
        long developmentModeUntil,
        boolean alwaysOnline,
        boolean sortQueryString,
        int refillsPerSecond) {

    /// The defaults of a zone made through the API.
    public static final CacheSettings DEFAULTS =
            new CacheSettings(CacheLevel.AGGRESSIVE, 14_400, 7_200, 0, false, false, 0);
}
