package dev.selvage.edge.request;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.fill.Fill;

/// The value of `Cache-Status` (RFC 9211), with the reason why something was not answered from the cache.
final class CacheStatusField {
    private CacheStatusField() {}

    static String of(Exchange x, Entry entry, long now) {
        String ttl = entry.storing() instanceof Storing.Yes ? "; ttl=" + (entry.freshUntil() - now) / 1000 : "";
        if (x.collapsed) {
            return "Selvage; fwd=miss; collapsed" + ttl;
        }
        return switch (x.cacheStatus) {
            case HIT -> "Selvage; hit" + ttl;
            case UPDATING -> "Selvage; hit" + ttl + "; detail=updating";
            case STALE -> "Selvage; fwd=stale" + ttl + "; detail=origin-failed";
            case REVALIDATED -> forwarded(x, "stale") + stored(entry) + ttl;
            case EXPIRED -> forwarded(x, "stale") + stored(entry) + detail(x);
            case MISS -> forwarded(x, missed(x)) + stored(entry) + detail(x);
            case BYPASS -> forwarded(x, "bypass") + detail(x);
            case DYNAMIC -> forwarded(x, dynamic(x)) + detail(x);
            case NONE -> "Selvage";
        };
    }

    private static String forwarded(Exchange x, String why) {
        Fill asked = x.fill;
        int status = asked == null ? 0 : asked.originStatus();
        return "Selvage; fwd=" + why + (status > 0 ? "; fwd-status=" + status : "");
    }

    private static String missed(Exchange x) {
        return switch (x.missReason) {
            case VARY -> "vary-miss";
            case FIRST_SEEN, PURGED -> "uri-miss";
            default -> "miss";
        };
    }

    private static String dynamic(Exchange x) {
        return switch (x.missReason) {
            case METHOD -> "method";
            default -> "bypass";
        };
    }

    private static String stored(Entry entry) {
        return entry.storing() instanceof Storing.Yes ? "; stored" : "";
    }

    private static String detail(Exchange x) {
        return "; detail=" + x.missReason.wire();
    }
}
