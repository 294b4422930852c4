package dev.selvage.model.event;

import java.nio.ByteBuffer;
import java.util.Map;

/// The exact counts of one zone in one minute on one event loop since its last hand-over.
///
/// @param minute epoch minutes (UTC)
/// @param crossed totals by colo, cache status and status class; they sum to the zone's total
/// @param marginals totals by one further dimension's value; each dimension's sum to the zone's total,
///     with `other` for
/// what exceeded the bound
/// @param visitors a serialised HyperLogLog sketch (datasketches `HllSketch`, lgK 11) of the client
///     addresses
public record ZoneMinute(
        String zone, long minute, Map<Crossed, Totals> crossed, Map<Marginal, Totals> marginals, ByteBuffer visitors) {

    /// @param statusClass 1..9, the status's first digit; 0 when there was no answer
    public record Crossed(String colo, CacheStatus cacheStatus, int statusClass) {}

    /// A value of a dimension, such as `COUNTRY`, `DE`.
    public record Marginal(Dimension dimension, String value) {}

    /// The dimensions that are counted exactly on their own.
    public enum Dimension {
        STATUS,
        COUNTRY,
        CONTENT_TYPE,
        PROTOCOL,
        TLS_VERSION,
        BROWSER,
        IP_CLASS,
        /// The id of the rule that a request is told of with; empty for none.
        RULE
    }
}
