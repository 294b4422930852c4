package dev.selvage.edge.config;

import dev.selvage.edge.cache.CachePlan;
import dev.selvage.model.zone.CacheLevel;
import org.jspecify.annotations.Nullable;

/// What a zone's settings and rules say of a request.
///
/// @param eligible the plan of a request that the cache may answer
/// @param ruledEligible what a rule said about eligibility, null when none did
/// @param cacheLevel what the query string means
/// @param sortQuery the order of the query's parameters is no part of the key
/// @param cookies what the visitor's cookies change of `ruledEligible`; null when nothing
/// @param redirection where the visitor is sent; null when the request goes on
/// @param cleartextOrigin where a request goes that came in the clear
/// @param tlsOrigin where a request goes that came over TLS
public record RequestPolicy(
        CachePlan eligible,
        @Nullable Boolean ruledEligible,
        CacheLevel cacheLevel,
        boolean sortQuery,
        @Nullable CookieRule cookies,
        @Nullable Redirection redirection,
        OriginTarget cleartextOrigin,
        OriginTarget tlsOrigin) {

    /// Where a request goes that came over TLS, or not.
    public OriginTarget origin(boolean visitorTls) {
        return visitorTls ? tlsOrigin : cleartextOrigin;
    }

    /// True when the query string is no part of the key.
    public boolean dropsQuery() {
        return cacheLevel == CacheLevel.SIMPLIFIED;
    }
}
