package dev.selvage.edge.cache;

/// What lets through, of all resources of a zone, those few that purges may cover, by two numbers of
/// each. Who is let
/// through is looked at closely; who is not is covered by none.
public final class PurgeSieve {
    /// Masks of tags that are compared one by one; beyond it everything that has tags is let through.
    private static final int MOST_MASKS = 64;

    private static final int VALUES = 1 << 16;

    /// One part of a signature.
    ///
    /// @param depth of it, 0 for the host
    /// @param value what it must be
    record Pattern(int depth, int value) {
        static Pattern of(PurgeNames names) {
            int depth = Math.min((names.last() + 1) / 2, PurgeNames.SIGNED_DEPTHS);
            return new Pattern(depth, (int) PurgeNames.signed(names.prefix(depth == 0 ? 0 : 2 * depth - 1)));
        }
    }

    private boolean everything;
    private final long[][] wanted = new long[1 + PurgeNames.SIGNED_DEPTHS][];
    private final long[] masks = new long[MOST_MASKS];
    private int maskCount;

    /// Lets through what a purge covers.
    public PurgeSieve add(PurgeTargets targets) {
        everything |= targets.everything();
        for (Pattern pattern : targets.patterns()) {
            long[] values = wanted[pattern.depth()];
            if (values == null) {
                values = new long[VALUES / 64];
                wanted[pattern.depth()] = values;
            }
            values[pattern.value() >>> 6] |= 1L << pattern.value();
        }
        for (long tag : targets.tags()) {
            if (maskCount < MOST_MASKS) {
                masks[maskCount] = CacheTags.bits(tag);
            }
            maskCount++;
        }
        return this;
    }

    /// Lets everything through.
    public static PurgeSieve open() {
        return new PurgeSieve().add(PurgeTargets.EVERYTHING);
    }

    /// @param signature see [PurgeNames#signature]
    /// @param bloom see [CacheTags#bloom]
    boolean passes(long signature, long bloom) {
        if (everything) {
            return true;
        }
        for (int depth = 0; depth < wanted.length; depth++) {
            long[] values = wanted[depth];
            int value = (int) (signature >>> (16 * depth)) & (VALUES - 1);
            if (values != null && (values[value >>> 6] & (1L << value)) != 0) {
                return true;
            }
        }
        return maskCount > 0 && bloom != 0 && passes(bloom);
    }

    private boolean passes(long bloom) {
        if (maskCount > MOST_MASKS) {
            return true;
        }
        for (int i = 0; i < maskCount; i++) {
            if ((bloom & masks[i]) == masks[i]) {
                return true;
            }
        }
        return false;
    }
}
