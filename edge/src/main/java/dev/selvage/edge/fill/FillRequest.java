package dev.selvage.edge.fill;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.CachePlan;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.config.OriginTarget;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.refill.Refill;
import dev.selvage.edge.tier.UpperRequest;
import org.jspecify.annotations.Nullable;

/// What a fill is to do.
///
/// @param zone the zone's id
/// @param originName the host name that the origin knows itself by
/// @param head the encoded request head
/// @param wholeHead the same without the conditions that `stale` gave it, for the whole
/// @param bodyFollows the visitor's body goes along
/// @param bodyChunked it goes in chunks, because its length is not known
/// @param key where the response may be stored; null when it may not
/// @param joinKey where others who ask for the same find it; null like `key`
/// @param extent how much `head` asks for
/// @param armored the ending of its path that the response's media type must belong to, lower case; null when
///     any will do
/// @param readTimeout seconds that the origin may take between two reads; 0 for the edge's own terms
/// @param authorized the request carries `Authorization`
/// @param noStore the request says `no-store`
/// @param stale the entry that a 304 would confirm, retained by the caller for the fill; null when
///     there is none
/// @param fields the visitor's end-to-end header fields, for `Vary`
/// @param origin what tells origins of a zone apart, for `Cache-Groups`
/// @param unsafe what a success makes invalid; null when the method is safe
/// @param upper the same for the upper edge, which is asked first; null when the origin is
/// @param refill the turn that it needs before the origin is asked; null when it needs none
public record FillRequest(
        String zone,
        PurgeFences.Fence fence,
        OriginTarget target,
        String originName,
        String method,
        byte[] head,
        byte[] wholeHead,
        boolean bodyFollows,
        boolean bodyChunked,
        @Nullable CacheKey key,
        @Nullable CacheKey joinKey,
        Extent extent,
        CachePlan plan,
        @Nullable String armored,
        int readTimeout,
        boolean authorized,
        boolean noStore,
        @Nullable Entry stale,
        Headers fields,
        String origin,
        @Nullable UnsafeRequest unsafe,
        @Nullable UpperRequest upper,
        @Nullable Refill refill) {

    /// The stored entry that it builds upon, retained for it: a stale one, or a part; null when there
    /// is none.
    @Nullable
    Entry known() {
        return extent instanceof Extent.Rest(Entry held) ? held : stale;
    }

    /// True when others may join, because they would ask the same.
    boolean shared() {
        return key != null && method.equals("GET");
    }

    /// True when sending it twice does no harm and it can be sent twice.
    boolean repeatable() {
        return !bodyFollows
                && switch (method) {
                    case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
                    default -> false;
                };
    }
}
