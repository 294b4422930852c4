package dev.selvage.control.purge;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Refused;
import dev.selvage.model.purge.PurgeSelection;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Token buckets by account: one of calls, one of URLs. A call that is refused takes nothing.
final class PurgeRates {
    private static final int CODE = 971;

    /// Most accounts that are remembered; beyond it those whose bucket is full are forgotten, which
    /// changes nothing.
    private static final int MOST_ACCOUNTS = 100_000;

    private final Clock clock;
    private final Rate calls;
    private final Rate urls;
    private final Map<Key, Bucket> buckets = new ConcurrentHashMap<>();

    /// @param unit what a token is for, for messages
    /// @param perSecond tokens that come back
    /// @param burst tokens of a full bucket
    private record Rate(String name, String unit, int perSecond, int burst) {
        /// How long an empty bucket takes to be full, in seconds.
        long window() {
            return Math.max(1, Math.ceilDiv(burst, perSecond));
        }

        Map<String, String> headers(double left, long wait) {
            return Map.of(
                    "ratelimit",
                    "\"" + name + "\";r=" + (long) left + ";t=" + wait,
                    "ratelimit-policy",
                    "\"" + name + "\";q=" + burst + ";w=" + window());
        }
    }

    private record Key(String account, Rate rate) {}

    private record Bucket(double tokens, long atMillis) {
        double tokens(Rate rate, long now) {
            return Math.min(rate.burst, tokens + Math.max(0, now - atMillis) * rate.perSecond / 1_000.0);
        }
    }

    PurgeRates(PurgeLimits limits, Clock clock) {
        this.clock = clock;
        calls = new Rate("purge", "times", limits.requestsPerSecond(), limits.requestBurst());
        // A call of the largest size must be able to pass.
        urls = new Rate(
                "purge-urls", "URLs", limits.urlsPerSecond(), Math.max(limits.urlsPerSecond(), limits.entries()));
    }

    /// Takes what a purge costs, and answers the headers that tell the caller how he stands.
    ///
    /// @throws Refused with 429 when that is not there
    Map<String, String> take(String account, PurgeSelection selection) {
        boolean single = !selection.urls().isEmpty();
        return take(account, single ? urls : calls, single ? selection.urls().size() : 1);
    }

    private Map<String, String> take(String account, Rate rate, int cost) {
        long now = clock.millis();
        if (buckets.size() >= MOST_ACCOUNTS) {
            buckets.entrySet()
                    .removeIf(entry -> entry.getValue().tokens(entry.getKey().rate, now) >= entry.getKey().rate.burst);
        }
        boolean[] taken = {false};
        Bucket after = buckets.compute(new Key(account, rate), (_, before) -> {
            double there = before == null ? rate.burst : before.tokens(rate, now);
            taken[0] = there >= cost;
            return new Bucket(taken[0] ? there - cost : there, now);
        });
        if (taken[0]) {
            return rate.headers(after.tokens, 0);
        }
        long wait = Math.max(1, (long) Math.ceil((cost - after.tokens) / rate.perSecond));
        Map<String, String> headers = new HashMap<>(rate.headers(after.tokens, wait));
        headers.put("retry-after", Long.toString(wait));
        throw new Refused(
                429,
                List.of(new ApiError(
                        CODE,
                        "Rate limited: an account may purge " + rate.perSecond + " " + rate.unit + " per second and "
                                + rate.burst + " at once; nothing was purged, wait as retry-after says")),
                headers);
    }
}
