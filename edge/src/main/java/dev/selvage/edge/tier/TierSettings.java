package dev.selvage.edge.tier;

import org.jspecify.annotations.Nullable;

/// How an edge stands among others.
///
/// @param upper the edge that is asked before origins are; null for none
/// @param secret by which lower edges are known to this one, and this one to its upper; null where no edge is
public record TierSettings(
        @Nullable UpperAddress upper, @Nullable TierSecret secret) {
    /// An edge by itself.
    public static final TierSettings NONE = new TierSettings(null, null);

    public TierSettings {
        if (upper != null && secret == null) {
            throw new IllegalArgumentException("an upper edge without a secret");
        }
    }
}
