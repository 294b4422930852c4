package dev.selvage.edge;

import dev.selvage.edge.tier.TierSettings;
import dev.selvage.model.origin.OriginPolicy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// How an edge runs.
///
/// @param http where visitors connect in the clear; port 0 takes a free one
/// @param threads event loops
/// @param colo the PoP's name, as it stands in `CF-Ray` and in analytics
/// @param cacheBytes memory for stored responses
/// @param maxObject largest body that is stored, bytes
/// @param byTheLetter follow RFC 9111 to the letter (`--cache-policy strict`)
/// @param compression send what compresses well in a content coding
/// @param trustedProxies CIDR blocks whose `X-Forwarded-For` is believed
/// @param origins which addresses may be connected to
/// @param rows how many requests are kept as rows
/// @param maxConnections visitors' connections at a time, all loops together
/// @param purgeLease for how long an edge that hears of no changes serves what it stored
/// @param tier how it stands among other edges
public record EdgeSettings(
        InetSocketAddress http,
        int threads,
        String colo,
        long cacheBytes,
        long maxObject,
        boolean byTheLetter,
        boolean compression,
        List<String> trustedProxies,
        OriginPolicy origins,
        Rows rows,
        int maxConnections,
        Limits limits,
        Timeouts timeouts,
        Duration purgeLease,
        TierSettings tier) {
    /// Long enough that a restart of the management plane passes unnoticed, short enough that nobody waits long for a
    /// purge.
    public static final Duration PURGE_LEASE = Duration.ofSeconds(10);

    public EdgeSettings {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /// How many requests a second are kept as rows, all loops together; every request is counted.
    ///
    /// @param perZone of one zone
    /// @param total of all zones, shared so that none has more than another that wants more too
    public record Rows(int perZone, int total) {
        public static final Rows DEFAULTS = new Rows(1_000, 50_000);
    }

    /// Bounds on what a visitor may send, bytes unless said otherwise.
    ///
    /// @param target request target; beyond it 414
    /// @param head request head; beyond it 431
    /// @param fields header fields, a count; beyond it 431
    /// @param body request body; beyond it 413
    /// @param responseHead an origin's response head; beyond it 520
    /// @param loops times a request may have passed Selvage before (`CDN-Loop`), a count; beyond it 508
    public record Limits(int target, int head, int fields, long body, int responseHead, int loops) {
        public static final Limits DEFAULTS = new Limits(16 << 10, 32 << 10, 100, 100L << 20, 64 << 10, 3);
    }

    /// Bounds on waiting.
    ///
    /// @param clientHead from a request's first byte to the end of its head
    /// @param clientIdle between requests on a connection
    /// @param clientBody between two pieces of a request's body
    /// @param clientSend between two pieces of a response that the visitor takes
    /// @param originConnect for a connection to the origin
    /// @param originFirstByte from the end of the request to the response's head
    /// @param originIdle between two pieces of a response's body
    /// @param originKeepAlive an unused origin connection is kept
    public record Timeouts(
            Duration clientHead,
            Duration clientIdle,
            Duration clientBody,
            Duration clientSend,
            Duration originConnect,
            Duration originFirstByte,
            Duration originIdle,
            Duration originKeepAlive) {
        public static final Timeouts DEFAULTS = new Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(75),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofSeconds(100),
                Duration.ofSeconds(30),
                Duration.ofSeconds(50));
    }

    /// Defaults for one machine.
    public static EdgeSettings defaults(InetSocketAddress http) {
        return new EdgeSettings(
                http,
                Runtime.getRuntime().availableProcessors(),
                "DEV",
                256L << 20,
                64L << 20,
                false,
                true,
                List.of(),
                OriginPolicy.NEARBY,
                Rows.DEFAULTS,
                65_536,
                Limits.DEFAULTS,
                Timeouts.DEFAULTS,
                PURGE_LEASE,
                TierSettings.NONE);
    }

    /// The same among other edges.
    public EdgeSettings among(TierSettings others) {
        return new EdgeSettings(
                http,
                threads,
                colo,
                cacheBytes,
                maxObject,
                byTheLetter,
                compression,
                trustedProxies,
                origins,
                rows,
                maxConnections,
                limits,
                timeouts,
                purgeLease,
                others);
    }
}
