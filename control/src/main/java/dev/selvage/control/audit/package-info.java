/// The audit log: every change, who made it, from where, what it was before and after.
///
/// * **In:** a note within the transaction of each change.
/// * **Out:** lists through the API.
/// * **Holds:** a change that was acknowledged has its note, and a note has its change; no note has a
///   secret.
@NullMarked
package dev.selvage.control.audit;

import org.jspecify.annotations.NullMarked;
