package dev.selvage.edge.config;

import dev.selvage.model.purge.PurgeCommand;

/// What purges do in this edge. Only the replica's thread calls it, in the order of each zone's sequence.
@FunctionalInterface
public interface PurgeReceiver {
    /// Applies a purge everywhere in this edge before it returns.
    ///
    /// @param scope what it goes by
    void apply(PurgeCommand command, PurgeScope scope);

    /// Is told of a purge that was accepted before anything was stored here, and thus is effective.
    default void skip(PurgeCommand command) {}
}
