package dev.selvage.edge.loop;

/// What time it is.
public interface Time {
    /// The machine's own clocks.
    Time SYSTEM = new Time() {
        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }
    };

    /// Epoch milliseconds.
    long millis();

    /// Monotonic nanoseconds.
    long nanos();
}
