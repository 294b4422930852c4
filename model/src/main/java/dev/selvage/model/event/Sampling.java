package dev.selvage.model.event;

/// Which requests are kept as rows, and what a row then stands for: Poisson sampling by the hash of the
/// ray id.
///
/// A request has a *size*, half of it equal for all and half in proportion to its bytes: ½ + ½ · bytes /
/// mean. At the *rate* a it is kept with probability π = min(1, a · size), independently of every other,
/// and stands for 1/π requests. Both Σ 1/π and Σ bytes/π are then unbiased (Horvitz-Thompson) and of
/// small variance, however heavy the tail of the bytes. On average a is the share of requests that is
/// kept.
///
/// *Tiers* are thinner samples of the same requests by the same hash, each a tenth of the one above it:
/// nested, so that a row of a tier is in all finer ones.
public final class Sampling {
    /// The rate at which every request is kept.
    public static final double ALL = Double.POSITIVE_INFINITY;

    /// How many tiers there are: from all rows of the sampler (0) to a millionth of them (6).
    public static final int TIERS = 7;

    private static final double[] SHARES = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};

    private Sampling() {}

    /// A number in [0, 1) from the hash of a ray id (MurmurHash3's finaliser).
    public static double unit(long rayId) {
        long h = rayId;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        h ^= h >>> 33;
        return (h >>> 11) * 0x1.0p-53;
    }

    /// The size of a request beside the mean of its zone; 1 on average.
    ///
    /// @param meanBytes positive; below 1 counts as 1
    public static double size(long bytes, double meanBytes) {
        return 0.5 + 0.5 * bytes / Math.max(1, meanBytes);
    }

    /// True when a request is kept at a rate.
    public static boolean kept(long rayId, double rate, double size) {
        return unit(rayId) < rate * size;
    }

    /// How many requests a kept one stands for.
    public static double weight(double rate, double size) {
        return Math.max(1, 1 / (rate * size));
    }

    /// The rate of a tier of what was kept at `rate`.
    public static double rate(double rate, int tier) {
        return tier == 0 ? rate : Math.min(rate, 1) * SHARES[tier];
    }

    /// The thinnest tier that a kept request is in.
    public static int depth(long rayId, double rate, double size) {
        double unit = unit(rayId);
        double first = Math.min(rate, 1) * size;
        int depth = 0;
        while (depth + 1 < TIERS && unit < first * SHARES[depth + 1]) {
            depth++;
        }
        return depth;
    }
}
