package dev.selvage.edge.record;

/// The mean of the bytes seen so far, in steps; the last tens of thousands count most.
final class MeanBytes {
    /// How many events the mean that it starts with is worth.
    private static final int PRIOR = 8;

    /// Beyond so many events the older half of the weight is forgotten.
    private static final int MEMORY = 1 << 16;

    /// One response counts as no more, so that the sum of all cannot overflow.
    private static final long MOST = 1L << 44;

    private long events = PRIOR;
    private long sum;
    private long due = PRIOR + 1;
    private double mean;

    /// @param prior what is believed before anything was seen
    MeanBytes(double prior) {
        sum = (long) (PRIOR * prior);
        mean = prior;
    }

    double get() {
        return mean;
    }

    void add(long bytes) {
        sum += Math.clamp(bytes, 0, MOST);
        if (++events >= due) {
            settle();
        }
    }

    private void settle() {
        mean = Steps.near(Math.max(1, (double) sum / events));
        if (events >= MEMORY) {
            events /= 2;
            sum /= 2;
        }
        due = events + Math.max(1, events / 16);
    }
}
