/// What protects an origin from everybody asking at once for what a purge took away.
///
/// * **In:** purges as they begin; fills that would ask an origin for what one may have taken away.
/// * **Out:** turns, as many a second as the zone's owner allows.
/// * **Holds:** of a zone's hosts that share an origin none waits for more than its share; queues are bounded by
///   time.
@NullMarked
package dev.selvage.edge.refill;

import org.jspecify.annotations.NullMarked;
