/// Expressions in the form that requests are evaluated with.
///
/// * **In:** the expressions of the rules of a phase; for each request, its [dev.selvage.rules.Facts].
/// * **Out:** which rules match, in order; what values come to.
/// * **Holds:** the answers are those of [dev.selvage.rules.Interpreter].
@NullMarked
package dev.selvage.rules.program;

import org.jspecify.annotations.NullMarked;
