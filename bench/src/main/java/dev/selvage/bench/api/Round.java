package dev.selvage.bench.api;

import java.util.Arrays;

/// What one round of a load showed.
///
/// @param perSecond answered calls
/// @param nanos how long each call took, in ascending order
record Round(double perSecond, long[] nanos) {
    Round {
        nanos = nanos.clone();
        Arrays.sort(nanos);
    }

    /// Milliseconds that `share` of the calls did not exceed.
    double millis(double share) {
        return nanos.length == 0
                ? Double.NaN
                : nanos[(int) Math.min(nanos.length - 1L, (long) (nanos.length * share))] / 1e6;
    }
}
