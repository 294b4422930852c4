/// What the edge must know of a zone, in the form it travels in.
///
/// * **In:** the management store's rows, put together by the control plane's publisher.
/// * **Out:** one [ZoneConfig] per zone, keyed by its id; the latest wins.
/// * **Holds:** values are immutable and complete: an edge never needs a second record to serve a zone.
@NullMarked
package dev.selvage.model.zone;

import org.jspecify.annotations.NullMarked;
