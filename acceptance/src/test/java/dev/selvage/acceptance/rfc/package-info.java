/// The standards that the cache follows: the public conformance suite, and scenarios of our own per section.
///
/// * **In:** scenario files below `src/test/resources/dev/selvage/acceptance/rfc`; the suite in
/// `acceptance/conformance`.
/// * **Out:** one named test per sentence of a standard.
/// * **Holds:** in both policies, unless a scenario names one; the suite runs with `strict`, the standard to the
/// letter.
@NullMarked
package dev.selvage.acceptance.rfc;

import org.jspecify.annotations.NullMarked;
