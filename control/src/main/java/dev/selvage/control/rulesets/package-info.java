/// Rulesets: what an owner wants to happen to which requests, per phase.
///
/// * **In:** the entry point of a phase, replaced whole.
/// * **Out:** rows; for the edge, the enabled rules in its own form.
/// * **Holds:** a stored rule has an expression that parses and parameters that the edge can apply; a
///   rule keeps its id
/// as long as its `ref` stays; versions grow by one.
@NullMarked
package dev.selvage.control.rulesets;

import org.jspecify.annotations.NullMarked;
