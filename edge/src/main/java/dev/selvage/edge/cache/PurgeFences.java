package dev.selvage.edge.cache;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The purge clock, and per zone the tick at which everything was purged.
///
/// An entry carries the tick at which its fill began ([#now]); an entry born before its zone's fence is
/// gone.
public final class PurgeFences {
    private final AtomicLong clock = new AtomicLong();
    private final ConcurrentHashMap<String, Fence> fences = new ConcurrentHashMap<>();

    /// A zone's fence; lives as long as the program, so that it survives the zone's changes.
    public static final class Fence {
        /// Names of groups remembered per zone. Beyond it every entry of any group counts as invalid,
        /// so that an origin's names cannot fill the memory.
        private static final int MOST_GROUPS = 4_096;

        private volatile long tick;
        private volatile long groupsTick;
        private final ConcurrentHashMap<String, Long> groups = new ConcurrentHashMap<>();
        private long newest;

        /// True when what was born at `born` is behind this fence, whatever its groups.
        public boolean hides(long born) {
            return born < tick;
        }

        /// True when `entry` is behind this fence, or behind that of one of its groups.
        public boolean hides(Entry entry) {
            return entry.born() < tick || hidesGroupOf(entry);
        }

        /// True when a group that `entry` belongs to was made invalid after it was born.
        public boolean hidesGroupOf(Entry entry) {
            List<String> names = entry.groups();
            if (names.isEmpty()) {
                return false;
            }
            for (int i = 0; i < names.size(); i++) {
                Long invalidated = groups.get(names.get(i));
                if (invalidated != null && entry.born() < invalidated) {
                    return true;
                }
            }
            // Read last: it is raised before names are forgotten.
            return entry.born() < groupsTick;
        }

        private synchronized void hideGroups(List<String> names, long now) {
            newest = Math.max(newest, now);
            for (String name : names) {
                groups.merge(name, now, Math::max);
            }
            if (groups.size() > MOST_GROUPS) {
                groupsTick = newest;
                groups.clear();
            }
        }
    }

    /// The tick that a fill which begins now is born at.
    public long now() {
        return clock.get();
    }

    /// The next tick: what is born from now on is born at it or later.
    public long next() {
        return clock.incrementAndGet();
    }

    public Fence of(String zone) {
        return fences.computeIfAbsent(zone, _ -> new Fence());
    }

    /// Hides everything of a zone that was born before now.
    public void purgeEverything(String zone) {
        of(zone).tick = clock.incrementAndGet();
    }

    /// Hides every entry of a zone that belongs to one of these groups and was born before now (RFC
    /// 9875).
    ///
    /// @param names full names, see [CacheGroups]
    public void invalidateGroups(String zone, List<String> names) {
        if (!names.isEmpty()) {
            of(zone).hideGroups(names, clock.incrementAndGet());
        }
    }
}
