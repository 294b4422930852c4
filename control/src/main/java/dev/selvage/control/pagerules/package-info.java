/// Page rules: what an owner wants to happen to the requests for some of his URLs.
///
/// * **In:** targets and actions, as the API has them.
/// * **Out:** rows; for the edge, the active rules in its own form, in the order in which they are tried.
/// * **Holds:** a stored rule has one pattern, within its zone, that no other rule of the zone has, and actions
///   whose values the edge can apply; what was sent comes back as it was sent. What the edge does not act on
///   is said in the answer.
@NullMarked
package dev.selvage.control.pagerules;

import org.jspecify.annotations.NullMarked;
