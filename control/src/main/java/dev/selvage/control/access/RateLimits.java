package dev.selvage.control.access;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Refused;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts calls in fixed windows, per key; a full window refuses until its end.
final class RateLimits {
    /// Most keys that are counted at once. Beyond it the windows that are over are forgotten, and where
    /// that is not enough, all: then some may call more than they should, which is better than that
    /// strangers fill the memory.
    private static final int MOST_KEYS = 100_000;

    private static final int CODE = 971;

    private final int limit;
    private final long windowSeconds;
    private final Clock clock;
    private final Map<String, Window> windows = new ConcurrentHashMap<>();

    private record Window(long number, AtomicInteger used) {}

    /// @param limit calls per key and window
    RateLimits(int limit, Duration window, Clock clock) {
        this.limit = limit;
        this.windowSeconds = window.toSeconds();
        this.clock = clock;
    }

    /// Counts a call, and answers the headers that tell the caller how he stands.
    ///
    /// @throws Refused with 429 when there were too many
    Map<String, String> count(String key) {
        long now = clock.instant().getEpochSecond();
        int used = window(key, now).used.incrementAndGet();
        if (used > limit) {
            throw refused(now);
        }
        return headers(limit - used, now);
    }

    /// @throws Refused with 429 when there were too many, without counting one more
    void refuseIfSpent(String key) {
        long now = clock.instant().getEpochSecond();
        Window window = windows.get(key);
        if (window != null && window.number == now / windowSeconds && window.used.get() >= limit) {
            throw refused(now);
        }
    }

    private Window window(String key, long now) {
        long number = now / windowSeconds;
        Window window = windows.get(key);
        if (window != null && window.number == number) {
            return window;
        }
        if (windows.size() >= MOST_KEYS) {
            windows.values().removeIf(old -> old.number != number);
            if (windows.size() >= MOST_KEYS) {
                windows.clear();
            }
        }
        return windows.compute(
                key, (_, old) -> old != null && old.number == number ? old : new Window(number, new AtomicInteger()));
    }

    private Refused refused(long now) {
        Map<String, String> headers = new HashMap<>(headers(0, now));
        headers.put("retry-after", Long.toString(end(now) - now));
        return new Refused(
                429,
                List.of(new ApiError(
                        CODE,
                        "Rate limited: at most " + limit + " requests per " + windowSeconds
                                + " seconds; wait as retry-after says")),
                headers);
    }

    private Map<String, String> headers(int remaining, long now) {
        return Map.of(
                "x-ratelimit-limit",
                Integer.toString(limit),
                "x-ratelimit-remaining",
                Integer.toString(remaining),
                "x-ratelimit-reset",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        Instant.ofEpochSecond(end(now)).atOffset(ZoneOffset.UTC)));
    }

    private long end(long now) {
        return (now / windowSeconds + 1) * windowSeconds;
    }
}
