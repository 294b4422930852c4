package dev.selvage.edge.refill;

import dev.selvage.edge.config.OriginTarget;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.LongSupplier;

/// A fill that asks an origin for what a purge may have taken away, and has to wait for its turn.
///
/// @param zone the zone's id
/// @param host the visitor's, among which turns go round
/// @param perSecond turns that the zone's owner allows
public record Refill(Refills refills, String zone, OriginTarget target, String host, int perSecond) {
    /// Asks for a turn.
    ///
    /// @param nanos the clock
    /// @param executor where `granted` is run, if the turn comes later
    public Turn enter(LongSupplier nanos, EventExecutor executor, Runnable granted) {
        return refills.enter(this, nanos, executor, granted);
    }

    /// Takes a turn if there is one at once, and nobody waits for it.
    public boolean takeNow(long nanos) {
        return refills.takeNow(this, nanos);
    }
}
