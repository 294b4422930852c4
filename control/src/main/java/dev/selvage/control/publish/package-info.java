/// Publishing: what was stored reaches the change log.
///
/// * **In:** the outbox, written in the transactions that changed something.
/// * **Out:** the stream `zones` (state: one zone, complete, by its id) and the stream `purges` (commands).
/// * **Holds:** what was committed is published at least once, whatever happens in between; a zone's
///   state is published
/// before the purges that were accepted after it; a repeated purge has the same id and sequence.
@NullMarked
package dev.selvage.control.publish;

import org.jspecify.annotations.NullMarked;
