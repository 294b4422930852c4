package dev.selvage.model.event;

/// The door through which an edge hands over what it recorded.
public interface TrafficSink {
    /// Takes a batch, or answers false when there is no room; then the edge keeps counting and offers
    /// again later.
    ///
    /// Called on event loops: returns at once, never blocks, never throws.
    boolean offer(TrafficBatch batch);

    /// The share of its budget of rows that an edge should use at present: 1, less when there is little
    /// room left for rows. Counters are not concerned.
    ///
    /// Called about once a second, on no event loop: returns at once, never throws.
    default double share() {
        return 1;
    }
}
