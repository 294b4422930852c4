/// The rules of a zone as they travel to the edges: what happens to which requests, phase by phase.
///
/// * **In:** the rows of the control plane's rulesets.
/// * **Out:** [ZoneRules], as part of a zone's configuration.
/// * **Holds:** values are immutable; expressions stay text here, which the rules language reads.
@NullMarked
package dev.selvage.model.rules;

import org.jspecify.annotations.NullMarked;
