/// What would happen to a request, for the owner of a zone to ask.
///
/// * **In:** a request as somebody describes it.
/// * **Out:** the answer of an edge, with the rules as the API shows them.
/// * **Holds:** nothing is changed; no zone of another account is told of.
@NullMarked
package dev.selvage.control.trace;

import org.jspecify.annotations.NullMarked;
