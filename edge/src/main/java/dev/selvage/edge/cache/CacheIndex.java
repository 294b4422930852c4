package dev.selvage.edge.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/// What is stored of each zone, for those who look for all that a purge covers. Thread-safe.
///
/// It knows of a resource before it is stored and until it is gone: what a purge hides is found by the
/// scan after
/// it, or sees the purge itself when it is stored.
final class CacheIndex {
    private final ConcurrentHashMap<String, ZoneIndex> zones = new ConcurrentHashMap<>();
    private final ThreadLocal<PurgeNames> names = ThreadLocal.withInitial(PurgeNames::new);

    /// A place for what is about to be stored under a key.
    ///
    /// @param zone the zone's id
    Place join(String zone, CacheKey key, long bloom) {
        long signature = names.get().read(key, zone.length()).signature();
        while (true) {
            ZoneIndex index = zones.computeIfAbsent(zone, ZoneIndex::new);
            Place place = new Place(key, index);
            if (index.add(place, signature, bloom)) {
                return place;
            }
            zones.remove(zone, index);
        }
    }

    void leave(Place place) {
        if (place.zone.remove(place)) {
            zones.remove(place.zone.name(), place.zone);
        }
    }

    /// How many resources of a zone are stored.
    int size(String zone) {
        ZoneIndex index = zones.get(zone);
        return index == null ? 0 : index.size();
    }

    /// Hands every resource of a zone that a sieve lets through to `each`, in steps; while a step is
    /// looked at, the
    /// zone's resources come and go.
    ///
    /// @param progress asked between the steps with how many are still to be looked at; false ends the scan
    /// @return true when it came to the end
    boolean scan(String zone, PurgeSieve sieve, Consumer<Place> each, IntPredicate progress) {
        ZoneIndex index = zones.get(zone);
        if (index == null) {
            return true;
        }
        List<Place> found = new ArrayList<>();
        int end = Integer.MAX_VALUE;
        do {
            end = index.scan(sieve, end, found);
            found.forEach(each);
            found.clear();
            if (!progress.test(end)) {
                return false;
            }
        } while (end > 0);
        return true;
    }
}
