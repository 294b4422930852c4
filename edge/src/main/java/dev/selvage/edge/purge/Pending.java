package dev.selvage.edge.purge;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.Place;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.PurgeTargets;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// A purge that is effective, and whose objects are being reclaimed. One thread at a time.
final class Pending {
    private final PurgeCommand command;
    private final PurgeTargets targets;
    private final long tick;
    private final long receivedAt;
    private final long effectiveAt;
    private PurgeFences.@Nullable Fence alone;

    private long objects;
    private long bytes;
    private final PriorityQueue<Hot> hottest = new PriorityQueue<>(Comparator.comparingLong(Hot::hits));

    private record Hot(CacheKey key, long hits) {}

    /// @param tick at which it became effective
    /// @param receivedAt epoch microseconds
    /// @param effectiveAt epoch microseconds
    Pending(PurgeCommand command, PurgeTargets targets, long tick, long receivedAt, long effectiveAt) {
        this.command = command;
        this.targets = targets;
        this.tick = tick;
        this.receivedAt = receivedAt;
        this.effectiveAt = effectiveAt;
    }

    PurgeCommand command() {
        return command;
    }

    PurgeTargets targets() {
        return targets;
    }

    long tick() {
        return tick;
    }

    /// What it would hide if it were the only purge.
    PurgeFences.Fence alone() {
        PurgeFences.Fence fence = alone;
        if (fence == null) {
            fence = PurgeFences.imagined(command.zone(), targets);
            alone = fence;
        }
        return fence;
    }

    /// Counts an object that it took away, or made stale.
    void count(Place place, long size) {
        objects++;
        bytes += size;
        if (command.rewarm() > 0 && !place.key().composed()) {
            hottest.add(new Hot(place.key(), place.hits(System.currentTimeMillis())));
            if (hottest.size() > command.rewarm()) {
                hottest.remove();
            }
        }
    }

    /// The keys of the most asked for among the dropped, hottest first; as many as the owner wants back.
    List<CacheKey> hottest() {
        List<Hot> all = new ArrayList<>(hottest);
        all.sort(Comparator.comparingLong(Hot::hits).reversed());
        return all.stream().map(Hot::key).toList();
    }

    /// How far it is.
    ///
    /// @param scanned the share of the zone's objects that was looked at
    /// @param endedAt epoch microseconds; 0 before the end
    PurgeReport report(String pop, double scanned, long endedAt) {
        return new PurgeReport(
                command.id(),
                command.zone(),
                command.sequence(),
                pop,
                receivedAt,
                effectiveAt,
                new PurgeReport.Reclaim(objects, bytes, scanned, endedAt));
    }
}
