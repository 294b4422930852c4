package dev.selvage.edge.cache;

/// Where a stored resource stands in the index of its zone, and how often it was asked for of late.
///
/// Loops count hits without agreeing with each other: a few may be lost, none is invented.
public final class Place {
    private static final long HOUR = 3_600_000;

    final CacheKey key;
    final ZoneIndex zone;

    /// In the zone's columns; guarded by the zone.
    int position;

    private int hour;
    private int hits;
    private int hitsBefore;

    Place(CacheKey key, ZoneIndex zone) {
        this.key = key;
        this.zone = zone;
    }

    /// What is stored here.
    public CacheKey key() {
        return key;
    }

    /// Counts a hit.
    ///
    /// @param now epoch milliseconds
    void hit(long now) {
        int current = (int) (now / HOUR);
        if (current != hour) {
            hitsBefore = current == hour + 1 ? hits : 0;
            hits = 0;
            hour = current;
        }
        hits++;
    }

    /// Hits of the hour before `now`, about: what fell into the last full hour counts by the share of
    /// it that lies
    /// within.
    public long hits(long now) {
        int current = (int) (now / HOUR);
        double left = 1 - (double) (now % HOUR) / HOUR;
        if (current == hour) {
            return hits + Math.round(hitsBefore * left);
        }
        return current == hour + 1 ? Math.round(hits * left) : 0;
    }
}
