package dev.selvage.edge.config;

import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.KeyTemplate;
import dev.selvage.model.zone.CacheLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a zone's settings and rules say of a request.
///
/// @param eligible the plan of a request that the cache may answer
/// @param ruledEligible what a rule said about eligibility, null when none did
/// @param cacheLevel what the query string means for eligibility
/// @param key what of the request is part of its key
/// @param deceptionArmor what is called like a file but is another media type is not stored
/// @param respectStrongEtags what has a strong tag is not compressed in passing
/// @param originErrorPassThrough errors of the origin are sent as they are
/// @param readTimeout seconds that the origin may take between two reads; 0 for the edge's own terms
/// @param cookies what the visitor's cookies change of `ruledEligible`; null when nothing
/// @param redirection where the visitor is sent; null when the request goes on
/// @param cleartextOrigin where a request goes that came in the clear
/// @param tlsOrigin where a request goes that came over TLS
/// @param sources which rule each setting is from; what is not among them is the zone's
public record RequestPolicy(
        CachePlan eligible,
        @Nullable Boolean ruledEligible,
        CacheLevel cacheLevel,
        KeyTemplate key,
        boolean deceptionArmor,
        boolean respectStrongEtags,
        boolean originErrorPassThrough,
        int readTimeout,
        @Nullable CookieRule cookies,
        @Nullable Redirection redirection,
        OriginTarget cleartextOrigin,
        OriginTarget tlsOrigin,
        List<Source> sources) {

    /// The rule that a setting is from.
    ///
    /// @param setting as the API names it; parts of objects with dots
    /// @param ruleset id of the entry point; empty for a page rule
    /// @param rule id of the rule; of a page rule its pattern
    public record Source(String setting, String ruleset, String rule) {}

    /// Where a request goes that came over TLS, or not.
    public OriginTarget origin(boolean visitorTls) {
        return visitorTls ? tlsOrigin : cleartextOrigin;
    }
}
