package dev.selvage.model.event;

/// One request, as the row store keeps it.
///
/// Strings are never null: absent is `""`. Sizes are bytes on the wire, heads included; durations are
/// milliseconds.
///
/// @param rayId 64 bits; its hash decides the sampling and deduplicates the row; shown as 16 hex digits
/// @param startedAt epoch milliseconds when the request's head had been read
/// @param rate with which its zone was sampled then, see [Sampling]; [Sampling#ALL] when every request
/// was kept
/// @param meanBytes of the zone's responses before it, as the sampler knew it
/// @param path without the query, at most 2,048 characters
/// @param query with the leading `?`, at most 2,048 characters
/// @param protocol `HTTP/1.0`, `HTTP/1.1`
/// @param tlsVersion `none` in the clear
/// @param country ISO 3166-1 alpha-2, `XX` when unknown
/// @param contentType short name: `html`, `png`, `js`, `json`, …, `empty`
/// @param originStatus 0 when the origin was not asked
/// @param originRequests how many times this request made the edge ask the origin
/// @param visit an end user's request whose `Referer` names another host
/// @param rule id of the rule that did something to it, of several the weightiest
/// @param ruleAction what that rule did
public record RequestEvent(
        long rayId,
        String zone,
        long startedAt,
        double rate,
        double meanBytes,
        String colo,
        String clientIp,
        String country,
        String method,
        String scheme,
        String host,
        String path,
        String query,
        String protocol,
        String tlsVersion,
        String referer,
        String userAgent,
        String browser,
        String deviceType,
        CacheStatus cacheStatus,
        MissReason missReason,
        int status,
        String contentType,
        int originStatus,
        String originIp,
        long edgeRequestBytes,
        long edgeResponseBytes,
        int originRequests,
        long originResponseBytes,
        int timeToFirstByte,
        int originDuration,
        boolean visit,
        String rule,
        RuleAction ruleAction) {

    /// How many requests this row stands for: the inverse of its inclusion probability.
    public double weight() {
        return Sampling.weight(rate, Sampling.size(edgeResponseBytes, meanBytes));
    }
}
