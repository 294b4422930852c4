package dev.selvage.edge.request;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.fill.Fill;
import dev.selvage.model.event.MissReason;

/// The value of `Cache-Status` (RFC 9211), with the reason why something was not answered from the
/// cache.
final class CacheStatusField {
    private CacheStatusField() {}

    /// Says in `x`'s response what the cache did. The parts of a hit are constants: nothing is put
    /// together for it.
    static void say(Exchange x, Entry entry, long now) {
        Response response = x.response;
        response.ttl = (entry.freshUntil() - now) / 1000;
        response.hasTtl = entry.storing() instanceof Storing.Yes;
        if (x.collapsed) {
            response.cacheStatus = "Selvage; fwd=miss; collapsed";
            return;
        }
        switch (x.cacheStatus) {
            case HIT -> response.cacheStatus = "Selvage; hit";
            case UPDATING -> {
                response.cacheStatus = "Selvage; hit";
                response.cacheStatusDetail = "; detail=updating";
            }
            case STALE -> {
                boolean asked = x.missReason != MissReason.NONE;
                response.cacheStatus = asked ? "Selvage; fwd=stale" : "Selvage; hit";
                response.cacheStatusDetail = asked ? "; detail=origin-failed" : "; detail=max-stale";
            }
            case REVALIDATED -> forwarded(x, "stale", entry);
            case EXPIRED -> {
                forwarded(x, x.missReason == MissReason.REQUEST_DIRECTIVE ? "request" : "stale", entry);
                detail(x);
            }
            case MISS -> {
                forwarded(x, missed(x), entry);
                detail(x);
            }
            case BYPASS, DYNAMIC -> {
                forwarded(x, x.missReason == MissReason.METHOD ? "method" : "bypass", entry);
                detail(x);
            }
            case NONE -> response.cacheStatus = "Selvage";
        }
    }

    private static void forwarded(Exchange x, String why, Entry entry) {
        Fill asked = x.fill;
        int status = asked == null ? 0 : asked.originStatus();
        x.response.cacheStatus = "Selvage; fwd=" + why
                + (status > 0 ? "; fwd-status=" + status : "")
                + (entry.storing() instanceof Storing.Yes ? "; stored" : "");
    }

    private static String missed(Exchange x) {
        return switch (x.missReason) {
            case VARY -> "vary-miss";
            case FIRST_SEEN, PURGED -> "uri-miss";
            default -> "miss";
        };
    }

    private static void detail(Exchange x) {
        x.response.cacheStatusDetail = "; detail=" + x.missReason.wire();
    }
}
