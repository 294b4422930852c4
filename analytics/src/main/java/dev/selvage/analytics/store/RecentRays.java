package dev.selvage.analytics.store;

/// The ray ids of the newest rows: remembers at least the last `capacity` and at most twice as many, in
/// memory that does not grow.
///
/// Not thread-safe.
final class RecentRays {
    private final int capacity;
    private RaySet young;
    private RaySet old;

    RecentRays(int capacity) {
        this.capacity = capacity;
        young = new RaySet(capacity);
        old = new RaySet(capacity);
    }

    boolean contains(long ray) {
        return young.contains(ray) || old.contains(ray);
    }

    /// False when the ray id is among those remembered.
    boolean add(long ray) {
        if (old.contains(ray) || !young.add(ray)) {
            return false;
        }
        if (young.count() >= capacity) {
            RaySet spare = old;
            old = young;
            young = spare;
            young.clear();
        }
        return true;
    }
}
