/// The standards that the cache follows: the public conformance suite, and scenarios of our own per section.
///
/// * **In:** scenario files below `src/test/resources/dev/selvage/acceptance/rfc`; the suite in
/// `acceptance/conformance`.
/// * **Out:** one named test per sentence of a standard.
/// * **Holds:** `cache.policy: strict`, which is the standard to the letter, unless a scenario says `safe`.
@NullMarked
package dev.selvage.acceptance.rfc;

import org.jspecify.annotations.NullMarked;
