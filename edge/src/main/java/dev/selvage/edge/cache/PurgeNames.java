package dev.selvage.edge.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/// What purges may know a stored resource by, as 64-bit hashes: its host, each prefix of its path that
/// ends where a
/// segment does, and its URL. Scheme and port are left out: an owner who purges one means the others too.
///
/// Reusable and not thread-safe. The hashes are seeded anew at each start; two names that share one
/// would be purged
/// together, which costs a request to the origin and never shows what was purged.
///
/// A prefix has a place: 0 is the host alone, `2d - 1` the first `d` segments, `2d` the same and the
/// slash after
/// them.
public final class PurgeNames {
    /// Places of prefixes: a prefix has 31 slashes at most.
    static final int PLACES = 62;

    /// Depths that have a part of their own in the signature of a resource.
    static final int SIGNED_DEPTHS = 3;

    private static final long SEED = ThreadLocalRandom.current().nextLong();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long SLASHES = ONES * '/';
    private static final long QUESTIONS = ONES * '?';
    private static final long FEEDS = ONES * '\n';
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    private final long[] prefixes = new long[PLACES];
    private long places;
    private int last;
    private long url;

    /// Where reading is.
    private int at;

    /// Reads the names of what is stored under a key.
    ///
    /// A host that stands for the origin's, not the visitor's, is left out: visitors of any host may share what is
    /// stored there, and a purge of one of them covers it.
    public PurgeNames read(CacheKey key, int zoneLength) {
        byte[] b = key.bytes;
        int end = key.length;
        boolean resolved = b[zoneLength] == 'S' || b[zoneLength] == 'P';
        int host = zoneLength + 1;
        int hostEnd = host;
        boolean bracket = false;
        while (b[hostEnd] != '\n' && (bracket || b[hostEnd] != ':')) {
            bracket = (bracket || b[hostEnd] == '[') && b[hostEnd] != ']';
            hostEnd++;
        }
        at = host;
        long h = resolved ? SEED : rest(SEED, b, hostEnd);
        prefixes[0] = mix(h);
        places = 1;
        last = 0;
        int start = hostEnd;
        while (b[start++] != '\n') {
            // The port.
        }
        // The slash that every target begins with.
        at = start + 1;
        int place = 1;
        while (true) {
            int from = at;
            h = segment(h, b, end);
            boolean slash = at < end && b[at] == '/';
            if (slash || at > from) {
                note(place, h);
            }
            if (!slash) {
                break;
            }
            h = step(h, '/');
            note(place + 1, h);
            place += 2;
            at++;
        }
        if (at < end && b[at] == '?') {
            h = query(step(h, '?'), b, end);
        }
        url = mix(~h);
        return this;
    }

    /// Goes on to the end of a segment, eight bytes at a time.
    private long segment(long h, byte[] b, int end) {
        long x = h;
        while (at + 8 <= end) {
            long word = (long) LONGS.get(b, at);
            long ends = ends(word, SLASHES) | ends(word, QUESTIONS) | ends(word, FEEDS);
            if (ends != 0) {
                int count = Long.numberOfTrailingZeros(ends) >>> 3;
                at += count;
                return part(x, count == 0 ? 0 : word & (-1L >>> (64 - 8 * count)), count);
            }
            x = step(x, word);
            at += 8;
        }
        int stop = at;
        while (stop < end && b[stop] != '/' && b[stop] != '?' && b[stop] != '\n') {
            stop++;
        }
        return rest(x, b, stop);
    }

    /// Goes on to the end of the target.
    private long query(long h, byte[] b, int end) {
        int stop = at;
        while (stop < end && b[stop] != '\n') {
            stop++;
        }
        return rest(h, b, stop);
    }

    /// Goes on to `stop`.
    private long rest(long h, byte[] b, int stop) {
        long x = h;
        for (; at + 8 <= stop; at += 8) {
            x = step(x, (long) LONGS.get(b, at));
        }
        long word = 0;
        int count = stop - at;
        for (int i = 0; i < count; i++) {
            word |= (b[at + i] & 0xffL) << (8 * i);
        }
        at = stop;
        return part(x, word, count);
    }

    /// The high bits of the bytes of a word that are the character of a pattern; the lowest that is set is right.
    private static long ends(long word, long pattern) {
        long x = word ^ pattern;
        return (x - ONES) & ~x & HIGHS;
    }

    /// The last bytes, fewer than eight, and how many they are: what ends there is not what goes on with zeros.
    private static long part(long h, long word, int count) {
        return step(h + count + 1, word);
    }

    private void note(int place, long h) {
        if (place < PLACES) {
            prefixes[place] = mix(h);
            places |= 1L << place;
            last = place;
        }
    }

    /// The places that it has a prefix at, one bit each.
    long places() {
        return places;
    }

    long prefix(int place) {
        return prefixes[place];
    }

    /// The place of its longest prefix: itself, unless it is too deep.
    public int last() {
        return last;
    }

    /// The hash of its longest prefix.
    public long longest() {
        return prefixes[last];
    }

    /// The hash of its URL with the query.
    public long url() {
        return url;
    }

    /// Sixteen bits each of the hashes of the host and of the first segments; 0 where it has none.
    long signature() {
        long signature = signed(prefixes[0]);
        for (int depth = 1; depth <= SIGNED_DEPTHS; depth++) {
            int place = 2 * depth - 1;
            if ((places & (1L << place)) != 0) {
                signature |= signed(prefixes[place]) << (16 * depth);
            }
        }
        return signature;
    }

    /// What of a hash stands in a signature.
    static long signed(long hash) {
        return hash >>> 48;
    }

    /// The hash of a tag, whatever its letters' case.
    public static long tag(String tag) {
        byte[] bytes = tag.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
        return mix(new PurgeNames().rest(~SEED, bytes, bytes.length));
    }

    private static long step(long h, long word) {
        long x = (h ^ word) * FACTOR;
        return x ^ x >>> 29;
    }

    /// Never 0, which tables take for an empty place.
    private static long mix(long h) {
        long x = (h ^ h >>> 29) * 0x9E3779B97F4A7C15L;
        x ^= x >>> 32;
        return x == 0 ? 1 : x;
    }
}
