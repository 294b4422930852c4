package dev.selvage.model.zone;

/// Which part the query string has in the cache key (zone setting `cache_level`).
public enum CacheLevel {
    /// Only requests without a query string are cached.
    BASIC,
    /// The query string is ignored.
    SIMPLIFIED,
    /// The whole query string is part of the key.
    AGGRESSIVE
}
