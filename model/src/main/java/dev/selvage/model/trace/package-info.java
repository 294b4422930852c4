/// What would happen to a request, without its being made.
///
/// * **In:** a request as somebody describes it.
/// * **Out:** every rule with match or not and the values it saw, the cache key, the decision and its
///   reason.
/// * **Holds:** the answer is that of the code and the configuration which serve visitors; no origin is
///   asked, and
///   nothing is counted or stored.
@NullMarked
package dev.selvage.model.trace;

import org.jspecify.annotations.NullMarked;
