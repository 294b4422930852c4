package dev.selvage.model.purge;

import java.util.List;

/// What a purge would drop at one PoP.
///
/// @param objects that it covers, variants counted apart
/// @param bytes of memory that they take
/// @param hits requests of the last hour that they answered, about
/// @param zoneHits requests of the last hour that any object of the zone answered that is stored now, about
/// @param originRequestsPerSecond to expect in the first second after it: each object is fetched once when it is
///     asked for, so the sum of 1 - e^(-hits/3600)
/// @param neighbours per prefix, at most a few paths that begin with the same characters and are not covered
public record PurgePreview(
        String pop,
        long objects,
        long bytes,
        long hits,
        long zoneHits,
        double originRequestsPerSecond,
        List<Neighbour> neighbours) {
    /// Of these each preview names at most as many.
    public static final int MOST_NEIGHBOURS = 5;

    public PurgePreview {
        neighbours = List.copyOf(neighbours);
    }

    /// Something stored that a prefix does not cover although it begins with the same characters.
    ///
    /// @param prefix as it was asked for
    /// @param other `host/path` of what is not covered, in the form of a prefix that would cover it
    public record Neighbour(String prefix, String other) {}
}
