package dev.selvage.model.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// More requests than allowed (phase `http_ratelimit`).
///
/// @param screening what happens to what is over the limit: `BLOCK`, a challenge, or `LOG`
/// @param characteristics what is counted apart, as fields of the rules language: `ip.src`, `cf.colo.id`,
///     `http.host`, `http.request.headers["name"]`, `http.request.cookies["name"]`, …
/// @param period seconds that are counted over
/// @param requestsPerPeriod most requests in a period
/// @param mitigationTimeout seconds for which the action lasts once the limit is passed; 0 for as long
///     as it is
/// @param countingExpression which requests are counted, where they are others than those that are
///     limited; it
///     may ask for the response
/// @param requestsToOrigin only what the cache does not answer is counted
public record RateLimit(
        Screening screening,
        List<String> characteristics,
        int period,
        int requestsPerPeriod,
        int mitigationTimeout,
        @Nullable String countingExpression,
        boolean requestsToOrigin) {
    public RateLimit {
        characteristics = List.copyOf(characteristics);
    }
}
