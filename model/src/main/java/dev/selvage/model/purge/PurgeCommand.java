package dev.selvage.model.purge;

import java.util.List;

/// An owner's wish that entries stored before it are never again served as fresh.
///
/// @param id the purge's id, 32 lower-case hex digits
/// @param zone the zone's id
/// @param sequence per zone, growing; given by the store's transaction
/// @param acceptedAt epoch milliseconds
/// @param everything the whole zone
/// @param urls absolute URLs, when not everything
public record PurgeCommand(
        String id, String zone, long sequence, long acceptedAt, boolean everything, List<String> urls) {
    public PurgeCommand {
        urls = List.copyOf(urls);
    }
}
