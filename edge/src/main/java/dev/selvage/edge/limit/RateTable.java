package dev.selvage.edge.limit;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Counters of how often something was done, by key, in a table of fixed size that all loops share.
///
/// The rate is that of a sliding window, estimated from two counters: of the period before, as much as
/// the window
/// still covers counts, as if it had been spread evenly. The estimate is exact where it was, and
/// otherwise wrong by
/// at most the part of the last period's count by which it was not; over time it lets through as many
/// as allowed.
/// What is refused is not counted.
///
/// Counting is lock-free. A key that is new takes a place of its set of [#WAYS]: a free one, else the
/// one that
/// expired first, else the one that counted least and is not being refused, else the one that is
/// refused no longer
/// soonest. So strangers in any number cannot displace those who count much, and who is displaced
/// begins anew: a
/// table that is full limits too little, never too much. Two loops that add to one set at once wait for
/// each other
/// for some nanoseconds; a key that finds its set busy for longer is not counted.
public final class RateTable {
    /// Keys that are known at a time: 4 MiB.
    static final int PLACES = 1 << 17;

    /// Places that a key may have.
    static final int WAYS = 8;

    /// Counts beyond this are this; no limit can be higher.
    public static final int MAX_COUNT = (1 << 22) - 1;

    private static final int SETS_PER_LATCH = 16;
    private static final int PATIENCE = 1_000;

    // A place: its key, 0 when free; its window and counts; until when it is refused; when it has expired.
    private static final int LONGS = 4;
    private static final int STATE = 1;
    private static final int REFUSED_UNTIL = 2;
    private static final int EXPIRES = 3;

    private static final int COUNT_BITS = 22;
    private static final long WINDOW_MASK = (1L << 20) - 1;

    private final int sets;
    private final KeyedHash hash = KeyedHash.secret();
    private final LongAdder displaced = new LongAdder();
    private final LongAdder uncounted = new LongAdder();

    /// Made when the first limit asks: most edges have none.
    private volatile @Nullable Table table;

    private record Table(AtomicLongArray places, AtomicIntegerArray latches) {}

    public RateTable() {
        this(PLACES);
    }

    /// One that counts nothing, and so refuses nobody.
    public static RateTable idle() {
        return new RateTable(0);
    }

    /// @param places a power of two, at least [#WAYS]; 0 for none
    RateTable(int places) {
        this.sets = places / WAYS;
    }

    /// What stands for a range of bytes.
    public long key(byte[] b, int start, int length) {
        long key = hash.of(b, start, length);
        return key == 0 ? 1 : key;
    }

    private Table table() {
        Table made = table;
        return made == null ? make() : made;
    }

    private synchronized Table make() {
        Table made = table;
        if (made == null) {
            made = new Table(
                    new AtomicLongArray(sets * WAYS * LONGS),
                    new AtomicIntegerArray(Math.max(1, sets / SETS_PER_LATCH)));
            table = made;
        }
        return made;
    }

    /// What a limit allows.
    ///
    /// @param period milliseconds
    /// @param most in a period
    /// @param timeout milliseconds for which a key is refused once it was over; 0 for as long as it is
    public record Limit(long period, int most, long timeout) {}

    /// Counts what is about to be done, unless that would be over the limit.
    ///
    /// @param now epoch milliseconds
    /// @return 0 when it may be done, else the milliseconds for which it may not
    public long take(long key, Limit limit, long now) {
        if (sets == 0) {
            return 0;
        }
        AtomicLongArray places = table().places();
        int place = place(key, limit, now);
        if (place < 0) {
            return 0;
        }
        while (true) {
            long until = places.get(place + REFUSED_UNTIL);
            if (until > now) {
                return until - now;
            }
            long before = places.get(place + STATE);
            long state = rolled(before, limit.period(), now);
            if (estimate(state, limit.period(), now) + 1 > Math.min(limit.most(), MAX_COUNT)) {
                if (limit.timeout() == 0) {
                    return wait(state, limit, now);
                }
                refuse(places, place, limit, now);
                return limit.timeout();
            }
            if (places.compareAndSet(place + STATE, before, state + 1)) {
                keep(places, place, limit, now);
                return 0;
            }
        }
    }

    /// Counts what was done. Where that makes as many as allowed, what follows is refused.
    public void count(long key, Limit limit, long now) {
        if (sets == 0) {
            return;
        }
        AtomicLongArray places = table().places();
        int place = place(key, limit, now);
        while (place >= 0 && places.get(place + REFUSED_UNTIL) <= now) {
            long before = places.get(place + STATE);
            long state = rolled(before, limit.period(), now);
            if (current(state) == MAX_COUNT) {
                return;
            }
            if (places.compareAndSet(place + STATE, before, state + 1)) {
                keep(places, place, limit, now);
                if (limit.timeout() > 0 && estimate(state + 1, limit.period(), now) >= limit.most()) {
                    refuse(places, place, limit, now);
                }
                return;
            }
        }
    }

    /// The milliseconds for which a key is refused; 0 when it is not.
    public long refused(long key, Limit limit, long now) {
        if (sets == 0) {
            return 0;
        }
        AtomicLongArray places = table().places();
        int place = find(places, set(key), key);
        if (place < 0) {
            return 0;
        }
        long until = places.get(place + REFUSED_UNTIL);
        if (until > now) {
            return until - now;
        }
        long state = rolled(places.get(place + STATE), limit.period(), now);
        return limit.timeout() == 0 && estimate(state, limit.period(), now) >= limit.most()
                ? wait(state, limit, now)
                : 0;
    }

    /// From now on until the timeout is over; then it begins anew.
    private static void refuse(AtomicLongArray places, int place, Limit limit, long now) {
        long until = now + limit.timeout();
        places.set(place + REFUSED_UNTIL, until);
        places.set(place + STATE, state(window(limit.period(), now), 0, 0));
        places.set(place + EXPIRES, until);
    }

    private static void keep(AtomicLongArray places, int place, Limit limit, long now) {
        long expires = (now / limit.period() + 2) * limit.period();
        if (places.get(place + EXPIRES) != expires) {
            places.set(place + EXPIRES, expires);
        }
    }

    // ---- counts

    private static long window(long period, long now) {
        return (now / period) & WINDOW_MASK;
    }

    private static long state(long window, long previous, long current) {
        return (window << (2 * COUNT_BITS)) | (previous << COUNT_BITS) | current;
    }

    private static long previous(long state) {
        return (state >>> COUNT_BITS) & MAX_COUNT;
    }

    private static long current(long state) {
        return state & MAX_COUNT;
    }

    /// The counts as they are in the window of `now`. One that is a step behind counts for that of the
    /// clock.
    private static long rolled(long state, long period, long now) {
        long window = window(period, now);
        long steps = (window - (state >>> (2 * COUNT_BITS))) & WINDOW_MASK;
        if (steps == 0 || steps == WINDOW_MASK) {
            return state;
        }
        return state(window, steps == 1 ? current(state) : 0, 0);
    }

    private static long estimate(long state, long period, long now) {
        return current(state) + previous(state) * (period - now % period) / period;
    }

    /// When one more would be within the limit, if no more come: within this window, or at its end.
    private static long wait(long state, Limit limit, long now) {
        long period = limit.period();
        long left = period - now % period;
        long room = limit.most() - 1 - current(state);
        long before = previous(state);
        if (room < 0 || before == 0) {
            return left;
        }
        // The first moment at which what is left of the period before is no more than the room.
        long covered = Math.min(left, ((room + 1) * period - 1) / before);
        return Math.max(1, left - covered);
    }

    // ---- places

    private int set(long key) {
        return (int) (key >>> 32) & (sets - 1);
    }

    private static int find(AtomicLongArray places, int set, long key) {
        int from = set * WAYS * LONGS;
        for (int place = from; place < from + WAYS * LONGS; place += LONGS) {
            if (places.get(place) == key) {
                return place;
            }
        }
        return -1;
    }

    /// The place of a key, which is given one where it has none; -1 when that cannot be done now.
    private int place(long key, Limit limit, long now) {
        Table known = table();
        int found = find(known.places(), set(key), key);
        return found >= 0 ? found : add(known, key, limit, now);
    }

    private int add(Table known, long key, Limit limit, long now) {
        AtomicLongArray places = known.places();
        AtomicIntegerArray latches = known.latches();
        int set = set(key);
        int latch = set % latches.length();
        int tries = 0;
        while (!latches.compareAndSet(latch, 0, 1)) {
            if (++tries > PATIENCE) {
                uncounted.increment();
                return -1;
            }
            Thread.onSpinWait();
        }
        try {
            int place = find(places, set, key);
            if (place < 0) {
                place = victim(places, set, now);
                if (places.get(place) != 0 && places.get(place + EXPIRES) > now) {
                    displaced.increment();
                }
                places.set(place, 0);
                places.set(place + REFUSED_UNTIL, 0);
                places.set(place + STATE, state(window(limit.period(), now), 0, 0));
                places.set(place + EXPIRES, now + limit.period());
                places.set(place, key);
            }
            return place;
        } finally {
            latches.set(latch, 0);
        }
    }

    private static int victim(AtomicLongArray places, int set, long now) {
        int from = set * WAYS * LONGS;
        int best = from;
        long least = Long.MAX_VALUE;
        for (int place = from; place < from + WAYS * LONGS; place += LONGS) {
            long rank = rank(places, place, now);
            if (rank < least) {
                least = rank;
                best = place;
            }
        }
        return best;
    }

    /// What is smallest goes first: free, expired, counting, refused.
    private static long rank(AtomicLongArray places, int place, long now) {
        if (places.get(place) == 0) {
            return Long.MIN_VALUE;
        }
        long expires = places.get(place + EXPIRES);
        if (expires <= now) {
            return expires - now - 1;
        }
        long until = places.get(place + REFUSED_UNTIL);
        long state = places.get(place + STATE);
        return until > now ? (1L << 40) + until - now : previous(state) + current(state);
    }

    /// Keys that had to make room for others before they had expired.
    public long displaced() {
        return displaced.sum();
    }

    /// Times that a key was not counted because its set was busy.
    public long uncounted() {
        return uncounted.sum();
    }
}
