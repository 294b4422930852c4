/// One visitor's request, from admitted to recorded.
///
/// * **In:** an [dev.selvage.edge.request.Exchange] whose head has been read, on the event loop that
///   owns its connection.
/// * **Out:** a response handed to its [dev.selvage.edge.request.Visitor], and exactly one traffic event.
/// * **Holds:** phases never block, never hop threads and never call each other; the zone's
///   configuration is pinned in
///   ADMIT; what a request retained is released in RECORD, also when the visitor leaves.
@NullMarked
package dev.selvage.edge.request;

import org.jspecify.annotations.NullMarked;
