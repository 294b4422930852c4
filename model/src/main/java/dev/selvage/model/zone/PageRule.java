package dev.selvage.model.zone;

import dev.selvage.model.rules.SetCache;
import org.jspecify.annotations.Nullable;

/// An enabled page rule. Of those that match a request only the first in order applies.
///
/// Of its settings null says nothing, so that the zone's holds. What a [SetCache] or a [Route] says
/// of the same request counts more.
///
/// @param pattern text that `UrlPattern.parse` accepts
/// @param redirect answers the request in place of the cache and the origin; a rule with one has no
///     other settings
/// @param edgeTtl time to live at the edge
/// @param browserTtl seconds, as the zone's `browserCacheTtl`
/// @param originControl what must be asked about each time (`no-cache`, `max-age=0`) is stored and asked
///     about, rather than not stored
/// @param sortQuery the order of the query's parameters is no part of the cache key
/// @param bypassOnCookie a regular expression in RE2's syntax: requests with a cookie in which it is
///     found bypass the cache
/// @param cacheOnCookie the same, for requests of which everything is eligible; counts before
///     `bypassOnCookie` and `cacheLevel`
/// @param hostHeader the `Host` that the origin sees
/// @param originHost host name or address asked in place of the DNS record's
/// @param ssl how the origin is reached
/// @param alwaysOnline stale entries are served when the origin cannot be used
/// @param cacheKey what tells stored responses apart
/// @param respectStrongEtags strong tags stay strong: nothing is compressed in passing
public record PageRule(
        String pattern,
        @Nullable Redirect redirect,
        @Nullable Level cacheLevel,
        SetCache.@Nullable EdgeTtl edgeTtl,
        @Nullable Integer browserTtl,
        @Nullable Boolean originControl,
        @Nullable Boolean sortQuery,
        @Nullable String bypassOnCookie,
        @Nullable String cacheOnCookie,
        @Nullable String hostHeader,
        @Nullable String originHost,
        @Nullable SslMode ssl,
        @Nullable Boolean alwaysOnline,
        SetCache.@Nullable KeyForm cacheKey,
        @Nullable Boolean respectStrongEtags) {

    /// What is eligible for the cache, and what the query string means.
    public enum Level {
        /// Nothing is.
        BYPASS,
        /// As without the rule, but only requests without a query string.
        BASIC,
        /// As without the rule; the query string is ignored.
        SIMPLIFIED,
        /// As without the rule; the whole query string is part of the key.
        AGGRESSIVE,
        /// Everything is; the whole query string is part of the key.
        CACHE_EVERYTHING
    }

    /// Where the visitor is sent.
    ///
    /// @param url text that `RedirectUrl.parse` accepts; null for the same URL with `https`
    /// @param status 301 or 302
    public record Redirect(@Nullable String url, int status) {}

    /// A rule that sends visitors elsewhere.
    public static PageRule redirecting(String pattern, Redirect redirect) {
        return new PageRule(
                pattern, redirect, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }
}
