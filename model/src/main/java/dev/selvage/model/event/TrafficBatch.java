package dev.selvage.model.event;

import java.util.List;

/// What one event loop recorded since its last hand-over.
///
/// @param source names the loop and its process's life, such as `edge-0-5f3a9c0d1e2b4a67`, so that
/// source and
///     sequence name a batch for ever
/// @param sequence per source, starting at 1, without gaps
/// @param counters exact; adding the counters of all batches gives the truth
/// @param rows sampled, encoded as they travel
public record TrafficBatch(String source, long sequence, List<ZoneMinute> counters, EventRows rows) {
    public TrafficBatch {
        counters = List.copyOf(counters);
    }
}
