package dev.selvage.model.event;

/// The door through which an edge hands over what it recorded.
public interface TrafficSink {
    /// Takes a batch, or answers false when there is no room; then the edge keeps counting and offers
    /// again later.
    ///
    /// Called on event loops: returns at once, never blocks, never throws.
    boolean offer(TrafficBatch batch);
}
