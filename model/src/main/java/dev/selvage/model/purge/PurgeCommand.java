package dev.selvage.model.purge;

/// An owner's wish that entries stored before it are never again served as fresh.
///
/// @param id the purge's id, 32 lower-case hex digits
/// @param zone the zone's id
/// @param sequence per zone, growing by one; given by the store's transaction
/// @param acceptedAt epoch microseconds
/// @param soft entries turn stale and may be confirmed by the origin; else they are gone
/// @param rewarm how many of the hottest objects that it drops each PoP fetches again by itself; 0 for none
public record PurgeCommand(
        String id, String zone, long sequence, long acceptedAt, boolean soft, PurgeSelection selection, int rewarm) {}
