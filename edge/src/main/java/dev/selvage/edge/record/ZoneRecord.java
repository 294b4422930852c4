package dev.selvage.edge.record;

/// What one loop keeps of a zone while it has requests: its counters, its sampling, and what it has in
/// the rows that wait.
final class ZoneRecord {
    final String zone;
    final ZoneTraffic traffic;
    final Sampler sampler;

    /// Bytes of its rows that wait.
    int waiting;

    /// Requests since the last hand-over.
    int requests;

    /// There is something to hand over of it.
    boolean active;

    /// The last hand-over in which it was active.
    long handedOver;

    ZoneRecord(String zone, long minute, Sampler sampler) {
        this.zone = zone;
        this.traffic = new ZoneTraffic(zone, minute);
        this.sampler = sampler;
    }
}
