/// What happened at the edge, in the form it travels in: exact counters and sampled rows.
///
/// * **In:** the RECORD phase of a request, on its event loop.
/// * **Out:** [TrafficBatch]es through the [TrafficSink] door.
/// * **Holds:** counters count every request; a row carries the weight with which it was chosen.
@NullMarked
package dev.selvage.model.event;

import org.jspecify.annotations.NullMarked;
