package dev.selvage.edge.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// From the hash of what was purged to when: one writer, any number of readers, who neither lock nor
/// allocate.
///
/// Open addressing; a row is the hash, the tick of the last purge that dropped it, that of the last
/// that made it
/// stale, and the time of that.
final class TickTable {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int WIDTH = 4;
    private static final int HARD = 1;
    private static final int SOFT = 2;
    private static final int SOFT_AT = 3;
    private static final int LEAST = 16;

    private volatile long[] rows = new long[0];
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return rows.length == 0;
    }

    /// Bytes of memory.
    long memory() {
        return 8L * rows.length;
    }

    /// Notes a purge. The writer.
    ///
    /// @param at epoch milliseconds
    void put(long hash, long tick, boolean soft, long at) {
        if ((size + 1) * 3L > rows.length / WIDTH * 2L) {
            rebuild(Long.MIN_VALUE, Math.max(LEAST, rows.length / WIDTH * 2));
        }
        if (put(rows, hash, soft ? 0 : tick, soft ? tick : 0, at)) {
            size++;
        }
    }

    /// Forgets what was last purged at `tick` or before. The writer.
    void forget(long tick) {
        if (size > 0) {
            rebuild(tick, LEAST);
        }
    }

    private void rebuild(long after, int atLeast) {
        long[] old = rows;
        int kept = 0;
        for (int r = 0; r < old.length; r += WIDTH) {
            kept += old[r] != 0 && Math.max(old[r + HARD], old[r + SOFT]) > after ? 1 : 0;
        }
        int capacity = atLeast;
        while (kept * 2L > capacity) {
            capacity *= 2;
        }
        size = kept;
        if (kept == 0 && after != Long.MIN_VALUE) {
            rows = new long[0];
            return;
        }
        long[] fresh = new long[capacity * WIDTH];
        for (int r = 0; r < old.length; r += WIDTH) {
            if (old[r] != 0 && Math.max(old[r + HARD], old[r + SOFT]) > after) {
                put(fresh, old[r], old[r + HARD], old[r + SOFT], old[r + SOFT_AT]);
            }
        }
        rows = fresh;
    }

    /// True when the row is new. Whoever sees a tick sees what was written before it.
    private static boolean put(long[] rows, long hash, long hard, long soft, long at) {
        int r = row(rows, hash);
        boolean added = (long) CELL.getOpaque(rows, r) == 0;
        if (soft != 0) {
            CELL.setOpaque(rows, r + SOFT_AT, at);
            CELL.setRelease(rows, r + SOFT, soft);
        }
        if (hard != 0) {
            CELL.setRelease(rows, r + HARD, hard);
        }
        if (added) {
            CELL.setRelease(rows, r, hash);
        }
        return added;
    }

    /// Until when what has this hash and was born at `born` is good: [PurgeFences#GONE], epoch
    /// milliseconds, or
    /// [PurgeFences#KEPT].
    long validUntil(long hash, long born) {
        long[] now = rows;
        if (now.length == 0) {
            return PurgeFences.KEPT;
        }
        int r = row(now, hash);
        if ((long) CELL.getAcquire(now, r) == 0) {
            return PurgeFences.KEPT;
        }
        if (born < (long) CELL.getAcquire(now, r + HARD)) {
            return PurgeFences.GONE;
        }
        return born < (long) CELL.getAcquire(now, r + SOFT)
                ? (long) CELL.getOpaque(now, r + SOFT_AT)
                : PurgeFences.KEPT;
    }

    /// The row of a hash, or the empty one where it would stand: a third of the rows at least is empty.
    private static int row(long[] rows, long hash) {
        int mask = rows.length / WIDTH - 1;
        int i = (int) hash & mask;
        while (true) {
            long found = (long) CELL.getAcquire(rows, i * WIDTH);
            if (found == hash || found == 0) {
                return i * WIDTH;
            }
            i = (i + 1) & mask;
        }
    }
}
