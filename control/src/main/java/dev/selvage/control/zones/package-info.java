/// Zones: the domains whose sites the edge serves.
///
/// * **In:** calls below `/zones`.
/// * **Out:** rows, and a note in the outbox for each change that the edges must learn of.
/// * **Holds:** a zone's version grows with each such change; at most one zone is the catch-all.
@NullMarked
package dev.selvage.control.zones;

import org.jspecify.annotations.NullMarked;
