package dev.selvage.app.demo;

import dev.selvage.model.event.CacheStatus;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the clients of a replay saw. Thread-safe.
final class Tally {
    /// @param requests answered
    /// @param bytes received, heads included
    /// @param hits answered from the cache
    /// @param hitBytes received with them
    /// @param plain GET requests that were answered 200
    /// @param plainHits those of them answered from the cache
    /// @param unlike the log: answers with another status
    /// @param failed requests that got no whole answer
    /// @param lastFailure empty when none failed
    record Sums(
            long requests,
            long bytes,
            long hits,
            long hitBytes,
            long plain,
            long plainHits,
            long unlike,
            long failed,
            String lastFailure,
            Map<CacheStatus, Long> statuses) {
        Sums {
            statuses = Map.copyOf(statuses);
        }
    }

    private final Map<CacheStatus, Long> statuses = new EnumMap<>(CacheStatus.class);
    private long requests;
    private long bytes;
    private long hits;
    private long hitBytes;
    private long plain;
    private long plainHits;
    private long unlike;
    private long failed;
    private String lastFailure = "";

    synchronized void answered(AccessLog.Entry entry, int status, CacheStatus cache, long received) {
        requests++;
        bytes += received;
        statuses.merge(cache, 1L, Long::sum);
        boolean hit = cache.bodyFromCache();
        if (hit) {
            hits++;
            hitBytes += received;
        }
        if (entry.method().equals("GET") && status == 200) {
            plain++;
            plainHits += hit ? 1 : 0;
        }
        unlike += status == entry.status() ? 0 : 1;
    }

    synchronized void failed(AccessLog.Entry entry, Exception failure) {
        failed++;
        lastFailure = entry.method() + " " + entry.target() + ": " + failure;
    }

    synchronized Sums sums() {
        return new Sums(requests, bytes, hits, hitBytes, plain, plainHits, unlike, failed, lastFailure, statuses);
    }

    /// What an answer's headers say that the cache did; `NONE` when they say nothing.
    ///
    /// @param cf the value of `CF-Cache-Status`
    /// @param standard the value of `Cache-Status` (RFC 9211), asked where there is no `cf`
    static CacheStatus cacheStatus(@Nullable String cf, @Nullable String standard) {
        if (cf != null) {
            for (CacheStatus status : CacheStatus.values()) {
                if (status.name().equals(cf.toUpperCase(Locale.ROOT))) {
                    return status;
                }
            }
        }
        if (standard == null) {
            return CacheStatus.NONE;
        }
        for (String parameter : standard.split(";", -1)) {
            if (parameter.strip().equals("hit")) {
                return CacheStatus.HIT;
            }
        }
        return CacheStatus.MISS;
    }
}
