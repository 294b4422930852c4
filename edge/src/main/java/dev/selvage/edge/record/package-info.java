/// What happened: exact counters and sampled rows, kept by each event loop for itself.
///
/// * **In:** the outcome of every request, from RECORD, on its loop.
/// * **Out:** a [dev.selvage.model.event.TrafficBatch] per loop and interval through the sink.
/// * **Holds:** counters never drop; memory per zone and minute is bounded; the weights of a zone's
///   rows add up to its
///   requests in expectation.
@NullMarked
package dev.selvage.edge.record;

import org.jspecify.annotations.NullMarked;
