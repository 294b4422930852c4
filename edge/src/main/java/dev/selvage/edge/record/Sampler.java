package dev.selvage.edge.record;

/// Chooses which of a zone's requests are kept as rows: at most `budget` a second, each with a known
/// probability.
///
/// The probability of a request depends only on what came before it and its choice only on the hash of
/// its own ray id,
/// so the choices are independent and the inverse probability is the row's weight (Horvitz–Thompson).
/// While a second's
/// budget shrinks, the probability is halved each time half of what is left has been used. Requests
/// that the hard
/// bound shuts out are carried by the next row, so that the weights still add up.
final class Sampler {
    private final int budget;
    private long second;
    private int seen;
    private int kept;
    private int halveAt;
    private double probability = 1;
    private double carried;

    /// @param budget rows per second, at least 1
    Sampler(int budget) {
        this.budget = Math.max(1, budget);
        this.halveAt = this.budget;
    }

    /// The weight of the row to keep for this request; 0 when none is to be kept.
    double weigh(long rayId, long nowMillis) {
        long now = nowMillis / 1000;
        if (now != second) {
            boolean next = now == second + 1;
            // Aim at three quarters of the budget if the zone stays as busy as it was.
            probability = next && seen > budget ? 0.75 * budget / seen : 1;
            second = now;
            seen = 0;
            kept = 0;
            halveAt = budget * 7 / 8;
        }
        seen++;
        if (kept >= budget) {
            carried += 1;
            return 0;
        }
        if (kept >= halveAt && halveAt < budget) {
            probability /= 2;
            halveAt = budget - (budget - halveAt) / 2;
        }
        if (probability < 1 && unit(rayId) >= probability) {
            return 0;
        }
        kept++;
        double weight = 1 / probability + carried;
        carried = 0;
        return weight;
    }

    /// Says that a row could not be kept after all: the next one carries it.
    void lost(double weight) {
        carried += weight;
    }

    /// A number in [0, 1) from the hash of an id (MurmurHash3's finaliser).
    static double unit(long id) {
        long h = id;
        h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        h ^= h >>> 33;
        return (h >>> 11) * 0x1.0p-53;
    }
}
