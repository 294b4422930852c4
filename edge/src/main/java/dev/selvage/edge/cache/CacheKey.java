package dev.selvage.edge.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// What identifies a stored resource: zone, scheme, host without port, path and query; and what else of its
/// requests tells it apart, see [KeyTemplate].
///
/// The whole key is compared, never its hash alone: serving another resource's content is the one thing
/// that must not happen. Its first part up to the query is its primary key, which a purge goes by. A
/// [Probe] is
/// the reusable form that a lookup is made with.
public sealed class CacheKey permits CacheKey.Probe {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// Differs from start to start, so that nobody can prepare keys that collide.
    private static final long SEED = ThreadLocalRandom.current().nextLong();

    byte[] bytes;
    int length;
    int hash;
    private final @Nullable CacheKey primary;

    private CacheKey(byte[] bytes, int length, int hash, @Nullable CacheKey primary) {
        this.bytes = bytes;
        this.length = length;
        this.hash = hash;
        this.primary = primary;
    }

    /// The key of a resource, from text.
    ///
    /// @param host lower case, without port
    /// @param target path and query
    public static CacheKey of(String zone, boolean tls, String host, String target) {
        return of(zone, tls, false, host, target);
    }

    /// The primary key of a resource, from text.
    ///
    /// @param resolved the host is the origin's, not the visitor's
    public static CacheKey of(String zone, boolean tls, boolean resolved, String host, String target) {
        Probe probe = new Probe();
        probe.begin(zone, tls, resolved);
        probe.append(host);
        probe.append((byte) '\n');
        probe.append(target);
        return probe.finish().copy();
    }

    /// What this key has in common with those of other requests for the same URL.
    public final CacheKey primary() {
        return primary == null ? this : primary;
    }

    /// True when there is more to this key than its primary part.
    public final boolean composed() {
        return primary != null;
    }

    /// The key under which those find each other who ask for the same bytes of this resource.
    public CacheKey ofRange(String range) {
        Probe probe = new Probe();
        probe.append(bytes, 0, length);
        // No target has a line feed in it, what may follow it ends by itself, and no range begins with one.
        probe.append((byte) '\n');
        probe.append(range);
        return probe.finish().copy();
    }

    final int length() {
        return length;
    }

    /// What stands after the zone: host, path and query, for people to read.
    ///
    /// @param zoneLength characters of the zone's id
    public final Url url(int zoneLength) {
        int host = zoneLength + 1;
        int target = host;
        while (bytes[target] != '\n') {
            target++;
        }
        int end = target + 1;
        while (end < length && bytes[end] != '\n') {
            end++;
        }
        byte letter = bytes[zoneLength];
        return new Url(
                letter == 's' || letter == 'S',
                letter == 'S' || letter == 'P',
                new String(bytes, host, target - host, StandardCharsets.ISO_8859_1),
                new String(bytes, target + 1, end - target - 1, StandardCharsets.ISO_8859_1));
    }

    /// A key's URL.
    ///
    /// @param resolved the host is the origin's, not the visitor's
    /// @param authority with the port that the key knows
    /// @param target path and query
    public record Url(boolean tls, boolean resolved, String authority, String target) {
        /// The host without port.
        public String host() {
            int colon = authority.indexOf(':', Math.max(0, authority.indexOf(']')));
            return colon < 0 ? authority : authority.substring(0, colon);
        }

        /// The path without query.
        public String path() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }
    }

    @Override
    public final int hashCode() {
        return hash;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof CacheKey key
                && key.hash == hash
                && Arrays.equals(key.bytes, 0, key.length, bytes, 0, length);
    }

    @Override
    public final String toString() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).replace('\n', ' ');
    }

    /// A key that is written anew for each lookup; not thread-safe, never stored.
    public static final class Probe extends CacheKey {
        private int primaryLength = -1;

        public Probe() {
            super(new byte[512], 0, 0, null);
        }

        /// Starts a key with the visitor's host.
        public void begin(String zone, boolean tls) {
            begin(zone, tls, false);
        }

        /// Starts a key.
        ///
        /// @param resolved the host is the origin's, which is never the same as a visitor's
        void begin(String zone, boolean tls, boolean resolved) {
            length = 0;
            primaryLength = -1;
            append(zone);
            append((byte) (resolved ? (tls ? 'S' : 'P') : tls ? 's' : 'p'));
        }

        /// Ends the primary part: what follows ends by itself.
        void endPrimary() {
            primaryLength = length;
            append((byte) '\n');
            append((byte) '\n');
        }

        /// Appends bytes so that they end by themselves.
        void appendMeasured(byte[] source, int start, int count) {
            append((byte) (count >> 24));
            append((byte) (count >> 16));
            append((byte) (count >> 8));
            append((byte) count);
            append(source, start, count);
        }

        /// Appends characters, each as one byte, so that they end by themselves.
        void appendMeasured(String text) {
            int count = text.length();
            append((byte) (count >> 24));
            append((byte) (count >> 16));
            append((byte) (count >> 8));
            append((byte) count);
            append(text);
        }

        /// Appends characters, each as one byte.
        @SuppressWarnings("deprecation") // the only copy of Latin-1 text that allocates nothing
        public void append(String text) {
            room(text.length());
            text.getBytes(0, text.length(), bytes, length);
            length += text.length();
        }

        public void append(byte b) {
            room(1);
            bytes[length++] = b;
        }

        public void append(byte[] source, int start, int count) {
            room(count);
            System.arraycopy(source, start, bytes, length, count);
            length += count;
        }

        private void room(int more) {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
            }
        }

        /// Ends the key; until the next [#begin] it can be looked up.
        public Probe finish() {
            hash = hash(bytes, length);
            return this;
        }

        /// A key of the same bytes that can be kept.
        public CacheKey copy() {
            CacheKey own = null;
            if (primaryLength >= 0) {
                own = new CacheKey(
                        Arrays.copyOf(bytes, primaryLength), primaryLength, hash(bytes, primaryLength), null);
            }
            return new CacheKey(Arrays.copyOf(bytes, length), length, hash, own);
        }

        private static int hash(byte[] bytes, int length) {
            long h = SEED ^ length;
            int p = 0;
            for (; p + 8 <= length; p += 8) {
                h = mix(h ^ (long) LONGS.get(bytes, p));
            }
            long rest = 0;
            for (; p < length; p++) {
                rest = rest << 8 | (bytes[p] & 0xff);
            }
            h = mix(h ^ rest);
            return (int) (h ^ h >>> 32);
        }

        private static long mix(long value) {
            long h = value * 0x9E3779B97F4A7C15L;
            return h ^ h >>> 29;
        }
    }
}
