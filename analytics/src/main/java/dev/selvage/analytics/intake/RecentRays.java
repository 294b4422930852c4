package dev.selvage.analytics.intake;

import java.util.HashSet;
import java.util.Set;

/// The ray ids of the newest rows: remembers at least the last `capacity` and at most twice as many.
///
/// Not thread-safe.
final class RecentRays {
    private final int capacity;
    private Set<Long> young = new HashSet<>();
    private Set<Long> old = new HashSet<>();

    RecentRays(int capacity) {
        this.capacity = capacity;
    }

    /// False when the ray id is among those remembered.
    boolean add(long ray) {
        if (old.contains(ray) || !young.add(ray)) {
            return false;
        }
        if (young.size() >= capacity) {
            old = young;
            young = new HashSet<>();
        }
        return true;
    }
}
