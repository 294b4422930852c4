package dev.selvage.model.purge;

/// How far one PoP is with one purge. A later report of the same purge and PoP takes the place of the earlier.
///
/// @param purge the purge's id
/// @param zone the zone's id
/// @param sequence the purge's
/// @param pop the PoP's name
/// @param receivedAt epoch microseconds when the command reached the PoP
/// @param effectiveAt epoch microseconds from when on no request there is answered with what the purge hides
public record PurgeReport(
        String purge, String zone, long sequence, String pop, long receivedAt, long effectiveAt, Reclaim reclaim) {
    /// How far the PoP is with giving back the space; it has nothing to do with what visitors see.
    ///
    /// @param objects matched so far, given back or, by a soft purge, made stale
    /// @param bytes of memory that they took
    /// @param scanned the share of the zone's objects that was looked at, 0 to 1
    /// @param endedAt epoch microseconds when every object had been looked at; 0 before
    public record Reclaim(long objects, long bytes, double scanned, long endedAt) {
        /// Nothing was looked at yet.
        public static final Reclaim AHEAD = new Reclaim(0, 0, 0, 0);
    }
}
