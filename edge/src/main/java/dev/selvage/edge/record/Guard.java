package dev.selvage.edge.record;

/// Bounds the rows of one second on one loop, where more comes than anybody could know.
///
/// Beyond the budget the rate is halved, and again after each sixteenth of it. So the rows grow with the
/// logarithm of the requests, and a request's probability depends on earlier ones alone.
final class Guard {
    private static final int PARTS = 16;

    private int step;
    private int next;
    private int kept;
    private int halvings;

    /// Begins a second.
    void begin(double budget) {
        int whole = (int) Math.clamp(Math.ceil(budget), 1, 1 << 28);
        step = Math.max(1, whole / PARTS);
        next = whole;
        kept = 0;
        halvings = 0;
    }

    void keep() {
        if (++kept >= next) {
            next += step;
            halvings++;
        }
    }

    /// How often the rate is to be halved at present.
    int halvings() {
        return halvings;
    }
}
