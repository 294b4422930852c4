package dev.selvage.edge.loop;

/// Something with a deadline, looked at twice a second.
public interface Timed {
    /// Ends what has waited too long.
    ///
    /// @param now as [Loop#nanos]
    void tick(long now);
}
