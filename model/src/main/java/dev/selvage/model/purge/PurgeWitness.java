package dev.selvage.model.purge;

import java.time.Duration;

/// Knows when a purge has been applied: the door that the management plane has to the edges it can see.
@FunctionalInterface
public interface PurgeWitness {
    /// Sees nothing.
    PurgeWitness BLIND = (_, _, _) -> false;

    /// Waits until no visitor gets what the zone's purge of that sequence hides, at most `patience`.
    ///
    /// @return false when that is not known by then
    boolean awaitApplied(String zone, long sequence, Duration patience);
}
