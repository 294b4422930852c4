package dev.selvage.analytics.store;

/// The widths in which counters are kept.
///
/// The sum over [#counters] and over [#HOT_COUNTERS], cut to the same width, is exact.
public enum Level {
    MINUTE(60_000, "minute"),
    HOUR(3_600_000, "hour"),
    DAY(86_400_000, "day");

    /// Increments by minute that have not been rolled into the levels yet.
    public static final String HOT_COUNTERS = "counter_hot";

    /// The sketches beside [#HOT_COUNTERS].
    public static final String HOT_VISITORS = "visitor_hot";

    private final long milliseconds;
    private final String word;

    Level(long milliseconds, String word) {
        this.milliseconds = milliseconds;
        this.word = word;
    }

    /// The width of a bucket.
    public long milliseconds() {
        return milliseconds;
    }

    /// The table of rolled counters.
    public String counters() {
        return "counter_" + word;
    }

    /// The table of rolled visitor sketches.
    public String visitors() {
        return "visitor_" + word;
    }
}
