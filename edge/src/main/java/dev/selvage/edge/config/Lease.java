package dev.selvage.edge.config;

import dev.selvage.edge.loop.Time;
import java.time.Duration;

/// For how long what is stored may be served on what was last heard of purges.
///
/// While changes arrive it is renewed all the time. An edge that is cut off serves from its cache until it is over;
/// from then on it asks the origin, until it has caught up with everything that was purged meanwhile.
public final class Lease {
    private final long length;
    private final Time time;
    private volatile long heard;

    /// One that is held from now on.
    public Lease(Duration length, Time time) {
        this.length = length.toNanos();
        this.time = time;
        this.heard = time.nanos();
    }

    /// True while what is stored may be served.
    ///
    /// @param now monotonic nanoseconds, see [Time#nanos]
    public boolean holds(long now) {
        return now - heard < length;
    }

    Duration length() {
        return Duration.ofNanos(length);
    }

    Time time() {
        return time;
    }

    /// Everything that was purged before `then` has been applied.
    void heardAt(long then) {
        heard = then;
    }

    /// How long ago everything was known.
    public Duration silence() {
        return Duration.ofNanos(Math.max(0, time.nanos() - heard));
    }

    /// What is left of it.
    Duration left() {
        return Duration.ofNanos(Math.max(0, length - (time.nanos() - heard)));
    }
}
