package dev.selvage.edge.purge;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The time of day as reports tell it.
final class Micros {
    private Micros() {}

    /// Epoch microseconds.
    static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
