/// The edge's replica of the configuration.
///
/// * **In:** zones and purges from the change log, followed on one thread.
/// * **Out:** for a host name, the zone that claims it, compiled; purges, applied in the order they came.
/// * **Holds:** a zone is accepted whole or refused whole, and the last good one stays; a request keeps
///   the binding it
///   was given for its whole life; the edge serves without the control plane.
@NullMarked
package dev.selvage.edge.config;

import org.jspecify.annotations.NullMarked;
