package dev.selvage.analytics.store;

import java.util.Arrays;

/// A set of ray ids in open addressing, at most half full.
///
/// Not thread-safe.
final class RaySet {
    private static final int LEAST = 1_024;

    /// 0 marks a free slot.
    private long[] slots;

    private boolean zero;
    private int count;

    /// @param expected how many ids it takes without growing
    RaySet(int expected) {
        slots = new long[Math.max(LEAST, Integer.highestOneBit(Math.max(1, expected)) * 4)];
    }

    int count() {
        return count;
    }

    private static int slot(long[] slots, long ray) {
        int at = (int) ((ray * 0x9E3779B97F4A7C15L) >>> 32) & (slots.length - 1);
        while (slots[at] != 0 && slots[at] != ray) {
            at = (at + 1) & (slots.length - 1);
        }
        return at;
    }

    boolean contains(long ray) {
        return ray == 0 ? zero : slots[slot(slots, ray)] == ray;
    }

    /// False when it holds the id already.
    boolean add(long ray) {
        if (ray == 0) {
            if (zero) {
                return false;
            }
            zero = true;
        } else {
            int at = slot(slots, ray);
            if (slots[at] == ray) {
                return false;
            }
            slots[at] = ray;
        }
        count++;
        if (count > slots.length / 2) {
            grow();
        }
        return true;
    }

    private void grow() {
        long[] more = new long[slots.length * 2];
        for (long ray : slots) {
            if (ray != 0) {
                more[slot(more, ray)] = ray;
            }
        }
        slots = more;
    }

    void clear() {
        Arrays.fill(slots, 0);
        zero = false;
        count = 0;
    }
}
