package dev.selvage.edge.cache;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The purge clock, and per zone what was purged at which of its ticks.
///
/// An entry carries the tick at which its fill began ([Fence#now]). What was purged later than that and
/// covers it hides it, or makes it stale, from the moment that the fence stands: however many objects
/// that concerns, and wherever its fill is by then.
public final class PurgeFences {
    /// Nothing was purged that concerns it.
    public static final long KEPT = Long.MAX_VALUE;

    /// A purge hides it.
    public static final long GONE = Long.MIN_VALUE;

    /// Scratch of a thread, for the time of one question.
    private static final ThreadLocal<PurgeNames> NAMES = ThreadLocal.withInitial(PurgeNames::new);

    private final AtomicLong clock = new AtomicLong();
    private final ConcurrentHashMap<String, Fence> fences = new ConcurrentHashMap<>();

    /// When a fill began.
    ///
    /// @param tick of the purge clock
    /// @param sequence of the last purge of its zone that was effective
    public record Birth(long tick, long sequence) {}

    /// A zone's fence; lives as long as the program, so that it survives the zone's changes.
    public final class Fence {
        /// Names of groups remembered. Beyond it every entry of any group counts as invalid, so that an
        /// origin's names cannot fill the memory.
        private static final int MOST_GROUPS = 4_096;

        /// Names remembered of purges that are not reclaimed yet. Beyond it everything of the zone
        /// counts as purged: that is slow, and never wrong.
        static final int MOST_NAMES = 1 << 18;

        private final String zone;

        /// The last tick at which anything of the zone was purged. Written after what it stands for.
        private volatile long newest;

        private volatile long newestTag;
        private volatile long applied;
        private volatile long forgotten;
        private volatile long everything;
        private volatile long everythingSoft;
        private volatile long everythingSoftAt;

        /// The places at which there are prefixes, one bit each.
        private volatile long places;

        private final TickTable prefixes = new TickTable();
        private final TickTable urls = new TickTable();
        private final TickTable tags = new TickTable();

        private volatile long groupsTick;
        private final ConcurrentHashMap<String, Long> groups = new ConcurrentHashMap<>();

        private Fence(String zone) {
            this.zone = zone;
        }

        /// The zone's id.
        public String zone() {
            return zone;
        }

        /// The birth of a fill that begins now.
        public Birth now() {
            // In this order: a purge between the two makes the birth look older than it is, not younger.
            long sequence = applied;
            return new Birth(clock.get(), sequence);
        }

        /// The sequence of the last purge of the zone that is effective.
        public long applied() {
            return applied;
        }

        /// Until when an entry is good as far as purges go: [#GONE], epoch milliseconds at which it
        /// turned stale, or [#KEPT].
        ///
        /// It takes the same time however much is stored and was purged: entries younger than the last
        /// purge are let through at once, others once they were looked at.
        ///
        /// @param key that it is, or is to be, stored under
        public long validUntil(CacheKey key, Entry entry) {
            long last = newest;
            if (entry.born() >= last || entry.passed() == last) {
                return KEPT;
            }
            long until = judged(key, entry);
            if (until == KEPT) {
                entry.passed(last);
            }
            return until;
        }

        /// True when an entry is behind this fence; asked without leaving a trace in the entry.
        public boolean covers(CacheKey key, Entry entry) {
            return judged(key, entry) != KEPT;
        }

        private long judged(CacheKey key, Entry entry) {
            long born = entry.born();
            long until = named(key, born);
            if (until != GONE) {
                until = Math.min(until, tagged(entry));
            }
            return hidesGroupOf(entry) ? GONE : until;
        }

        /// What whole-zone purges, hosts, prefixes and URLs say.
        private long named(CacheKey key, long born) {
            if (born < everything) {
                return GONE;
            }
            long until = born < everythingSoft ? everythingSoftAt : KEPT;
            long asked = places;
            if (asked != 0 || !urls.isEmpty()) {
                PurgeNames of = NAMES.get().read(key, zone.length());
                for (long bits = asked & of.places(); bits != 0; bits &= bits - 1) {
                    int place = Long.numberOfTrailingZeros(bits);
                    until = Math.min(until, prefixes.validUntil(of.prefix(place), born));
                }
                until = Math.min(until, urls.validUntil(of.url(), born));
            }
            return until;
        }

        private long tagged(Entry entry) {
            long born = entry.born();
            long[] own = entry.tags();
            if (own.length == 0 || born >= newestTag) {
                return KEPT;
            }
            if (CacheTags.tooMany(own)) {
                return GONE;
            }
            long until = KEPT;
            for (long tag : own) {
                until = Math.min(until, tags.validUntil(tag, born));
            }
            return until;
        }

        /// True when an entry is behind this fence.
        public boolean hides(CacheKey key, Entry entry) {
            return validUntil(key, entry) == GONE;
        }

        /// True when an entry may be stored whose fill began at its birth: it is not hidden, and not so
        /// old that what hid it may be forgotten.
        boolean admits(CacheKey key, Entry entry) {
            // In this order: names that are forgotten while they are looked for leave `forgotten` behind.
            return !hides(key, entry) && entry.born() >= forgotten;
        }

        /// True when requests that come now may share in a fill that began at `born`: nothing was purged
        /// since that covers what it brings.
        ///
        /// @param entry what it brings, null while nobody knows: its tags are looked at when it has come
        public boolean shares(CacheKey key, long born, @Nullable Entry entry) {
            if (born >= newest) {
                return true;
            }
            if (named(key, born) != KEPT || born < forgotten) {
                return false;
            }
            return entry == null || (tagged(entry) == KEPT && !hidesGroupOf(entry));
        }

        /// True when something was purged after a tick that covers what may have been stored under a
        /// key, with tags that nobody knows any more.
        public boolean coversSince(CacheKey key, long tick) {
            return tick < newest && (tick < newestTag || named(key, tick) != KEPT);
        }

        /// True when a group that `entry` belongs to was made invalid after it was born.
        private boolean hidesGroupOf(Entry entry) {
            List<String> own = entry.groups();
            if (own.isEmpty()) {
                return false;
            }
            for (int i = 0; i < own.size(); i++) {
                Long invalidated = groups.get(own.get(i));
                if (invalidated != null && entry.born() < invalidated) {
                    return true;
                }
            }
            // Read last: it is raised before names are forgotten.
            return entry.born() < groupsTick;
        }

        /// Makes a purge effective: when this returns, no lookup finds what it hides.
        ///
        /// @param sequence the purge's in its zone
        /// @param soft what it covers turns stale; else it is gone
        /// @param at epoch milliseconds
        /// @return its tick
        public synchronized long apply(PurgeTargets targets, long sequence, boolean soft, long at) {
            long tick = clock.incrementAndGet();
            if (targets.everything()) {
                everything(tick, soft, at);
            } else {
                long more = 0;
                for (PurgeTargets.Prefix prefix : targets.prefixes()) {
                    prefixes.put(prefix.hash(), tick, soft, at);
                    more |= 1L << prefix.place();
                }
                for (long url : targets.urls()) {
                    urls.put(url, tick, soft, at);
                }
                for (long tag : targets.tags()) {
                    tags.put(tag, tick, soft, at);
                }
                if (!targets.tags().isEmpty()) {
                    newestTag = tick;
                }
                places |= more;
                if (names() > MOST_NAMES) {
                    everything(tick, false, at);
                    forgetNames(tick);
                }
            }
            newest = tick;
            applied = Math.max(applied, sequence);
            return tick;
        }

        private void everything(long tick, boolean soft, long at) {
            if (soft) {
                everythingSoftAt = at;
                everythingSoft = tick;
            } else {
                everything = tick;
            }
        }

        /// Says that every purge up to this sequence is effective, because nothing is stored that is older.
        public synchronized void startAt(long sequence) {
            applied = Math.max(applied, sequence);
        }

        /// Forgets the names of purges up to a tick: nothing that is stored is older and covered by
        /// them. What is still being fetched and is older will not be stored.
        public synchronized void forget(long tick) {
            if (tick > forgotten) {
                forgotten = tick;
                forgetNames(tick);
            }
        }

        private void forgetNames(long tick) {
            prefixes.forget(tick);
            urls.forget(tick);
            tags.forget(tick);
            if (prefixes.size() == 0) {
                places = 0;
            }
        }

        /// How many names of purges it remembers.
        public synchronized int names() {
            return prefixes.size() + urls.size() + tags.size();
        }

        /// Bytes of memory that they take.
        public synchronized long memory() {
            return prefixes.memory() + urls.memory() + tags.memory();
        }

        private synchronized void hideGroups(List<String> invalid) {
            long tick = clock.incrementAndGet();
            for (String name : invalid) {
                groups.put(name, tick);
            }
            if (groups.size() > MOST_GROUPS) {
                groupsTick = tick;
                groups.clear();
            }
            newest = tick;
        }
    }

    /// A fence that hides what a purge would cover, however young it is; for who wants to know beforehand.
    public static Fence imagined(String zone, PurgeTargets targets) {
        PurgeFences fences = new PurgeFences();
        fences.clock.set(Long.MAX_VALUE - 1);
        Fence fence = fences.of(zone);
        fence.apply(targets, 0, false, 0);
        return fence;
    }

    /// The next tick: what is born from now on is born at it or later.
    public long next() {
        return clock.incrementAndGet();
    }

    public Fence of(String zone) {
        return fences.computeIfAbsent(zone, Fence::new);
    }

    /// Hides everything of a zone that was born before now.
    public void purgeEverything(String zone) {
        of(zone).apply(PurgeTargets.EVERYTHING, 0, false, 0);
    }

    /// Hides everything of every zone that was born before now.
    public void purgeEverything() {
        fences.keySet().forEach(this::purgeEverything);
    }

    /// Hides every entry of a zone that belongs to one of these groups and was born before now (RFC 9875).
    ///
    /// @param invalid full names, see [CacheGroups]
    public void invalidateGroups(String zone, List<String> invalid) {
        if (!invalid.isEmpty()) {
            of(zone).hideGroups(invalid);
        }
    }
}
