package dev.selvage.edge.cache;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.rules.SetCache;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What ROUTE decided about a request and the cache.
///
/// @param eligible the cache is asked, and may store the response
/// @param whyNot the reason when not eligible
/// @param statusWhenNot the cache status when not eligible: `DYNAMIC` or `BYPASS`
/// @param byRule a rule made the request eligible
/// @param rfc9111 freshness follows RFC 9111 alone; else statuses have default times to live
/// @param originControl what must be asked about each time (`no-cache`, stale as it came) is stored where it
///     can be asked about; else it is not stored
/// @param defaultTtl seconds for 200, 206 and 301 without freshness of their own, when not `rfc9111`
/// @param edgeTtl what the last matching rule said, null when none did
/// @param browserTtl what visitors are told
/// @param alwaysOnline stale entries may be served whenever the origin cannot be used
/// @param staleWhileUpdating what is stale may be served while it is fetched anew, where the origin allows it
public record CachePlan(
        boolean eligible,
        MissReason whyNot,
        CacheStatus statusWhenNot,
        boolean byRule,
        boolean rfc9111,
        boolean originControl,
        int defaultTtl,
        SetCache.@Nullable EdgeTtl edgeTtl,
        BrowserTtl browserTtl,
        boolean alwaysOnline,
        boolean staleWhileUpdating) {

    private static final Map<MissReason, CachePlan> REFUSED = new EnumMap<>(MissReason.class);

    static {
        for (MissReason why : MissReason.values()) {
            CacheStatus status = switch (why) {
                case NOT_ELIGIBLE, METHOD, UPGRADE, QUERY -> CacheStatus.DYNAMIC;
                default -> CacheStatus.BYPASS;
            };
            REFUSED.put(
                    why,
                    new CachePlan(false, why, status, false, false, false, 0, null, BrowserTtl.RESPECT, false, true));
        }
    }

    /// The plan of a request that the cache has nothing to do with, whatever its zone.
    public static CachePlan refused(MissReason why) {
        return Objects.requireNonNull(REFUSED.get(why));
    }

    /// What visitors are told of a cacheable response's time to live.
    ///
    /// @param seconds meaning depends on `form`
    public record BrowserTtl(Form form, int seconds) {
        /// The origin's headers unchanged.
        public static final BrowserTtl RESPECT = new BrowserTtl(Form.RESPECT, 0);

        /// How the time comes about.
        public enum Form {
            RESPECT,
            /// At least `seconds`.
            AT_LEAST,
            /// Exactly `seconds`.
            EXACTLY,
            /// `no-cache` where the origin says nothing.
            BYPASS_BY_DEFAULT,
            /// `no-store`.
            BYPASS
        }
    }
}
