package dev.selvage.analytics.query;

import dev.selvage.model.event.Sampling;
import java.util.Arrays;

/// How many rows each tier of the partitions in question holds: the part of the index that a plan is
/// made from. A partition is a piece's rows of one zone that began in one hour.
///
/// In columns, because there may be a million. Not thread-safe.
final class Partitions {
    /// Most partitions of one question.
    static final int MAX = 1 << 21;

    /// Most pieces of the store at a time.
    static final int MAX_PIECES = 1 << 15;

    /// Most zones of one question.
    static final int MAX_ZONES = 1 << 22;

    /// Stands for a tier that was not written, or is kept no more.
    static final int ABSENT = -1;

    /// The finest tier that is written for every partition, even when it then holds no row.
    static final int ALWAYS = 3;

    private int size;
    private int[] pieces = new int[64];
    private int[] zones = new int[64];
    private int[] hours = new int[64];
    private int[] rows = new int[64 * Sampling.TIERS];

    /// @param zone its place in the order of the zones' ids
    /// @param hour hours since the epoch
    /// @param counts rows by tier, finest first, or [#ABSENT]
    void add(int piece, int zone, int hour, int... counts) {
        if (size == MAX || piece >= MAX_PIECES || zone >= MAX_ZONES) {
            throw Refusal.tooLarge();
        }
        if (size == pieces.length) {
            pieces = Arrays.copyOf(pieces, 2 * size);
            zones = Arrays.copyOf(zones, 2 * size);
            hours = Arrays.copyOf(hours, 2 * size);
            rows = Arrays.copyOf(rows, 2 * size * Sampling.TIERS);
        }
        pieces[size] = piece;
        zones[size] = zone;
        hours[size] = hour;
        int least = 0;
        for (int tier = Sampling.TIERS - 1; tier >= 0; tier--) {
            int count = counts[tier] < 0 && tier >= ALWAYS ? 0 : counts[tier];
            if (count >= 0) {
                // Tiers are nested, so a finer one never holds less.
                least = Math.max(least, count);
                count = least;
            }
            rows[size * Sampling.TIERS + tier] = count;
        }
        size++;
    }

    int size() {
        return size;
    }

    int piece(int partition) {
        return pieces[partition];
    }

    int zone(int partition) {
        return zones[partition];
    }

    int hour(int partition) {
        return hours[partition];
    }

    /// Rows of a tier, or [#ABSENT].
    int rows(int partition, int tier) {
        return rows[partition * Sampling.TIERS + tier];
    }
}
