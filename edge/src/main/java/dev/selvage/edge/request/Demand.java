package dev.selvage.edge.request;

import dev.selvage.edge.cache.CacheControl;
import dev.selvage.edge.cache.Entry;
import org.jspecify.annotations.Nullable;

/// What a request's `Cache-Control` asks of the cache (RFC 9111 section 5.2.1).
///
/// These directives are advice that a cache need not take. By the letter it takes them; else a visitor
/// cannot make the cache ask the origin, which would leave the origin open to everybody's reload key,
/// and only `only-if-cached`, which spares the origin, is heard.
///
/// @param noCache nothing without asking the origin
/// @param maxAge at most so old, seconds; -1 when not said
/// @param minFresh at least so long fresh, seconds; -1 when not said
/// @param maxStale at most so stale, seconds; -1 when not at all
/// @param onlyIfCached nothing that the origin must be asked for
record Demand(boolean noCache, long maxAge, long minFresh, long maxStale, boolean onlyIfCached) {
    /// Nothing.
    static final Demand NONE = new Demand(false, -1, -1, -1, false);

    static Demand of(@Nullable String cacheControl, boolean byTheLetter) {
        CacheControl said = CacheControl.parse(cacheControl);
        if (!said.present()) {
            return NONE;
        }
        if (!byTheLetter) {
            return said.onlyIfCached() ? new Demand(false, -1, -1, -1, true) : NONE;
        }
        return new Demand(said.noCache(), said.maxAge(), said.minFresh(), said.maxStale(), said.onlyIfCached());
    }

    /// True when a fresh entry will do.
    boolean acceptsFresh(Entry entry, long now) {
        // RFC 8246 section 2.2: a reload need not ask for what never changes; `no-cache` still does.
        boolean young = maxAge < 0 || (maxAge > 0 && entry.age(now) <= maxAge) || entry.immutable();
        return !noCache && young && (minFresh < 0 || entry.freshUntil() - now >= minFresh * 1000);
    }

    /// True when a stale entry will do because the request says so.
    boolean acceptsStale(Entry entry, long now) {
        return maxStale >= 0
                && !noCache
                && minFresh < 0
                && !entry.mustRevalidate()
                && now - entry.freshUntil() <= maxStale * 1000
                && (maxAge < 0 || entry.age(now) <= maxAge);
    }

    /// True when a response that the origin was asked for on another's behalf will do, however old it is by now.
    boolean sharesFills() {
        return !noCache && maxAge < 0 && minFresh < 0;
    }

    /// True when the origin's own permission to serve stale may be used.
    boolean leavesStaleToOrigin() {
        return !noCache && maxAge < 0 && minFresh < 0;
    }
}
