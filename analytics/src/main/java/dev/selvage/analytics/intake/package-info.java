/// Intake: from the edges' batches to commits of the store.
///
/// * **In:** [dev.selvage.model.event.TrafficBatch]es from event loops, which must not wait.
/// * **Out:** at least one commit per second while there is something to commit, and a watermark.
/// * **Holds:** an accepted batch is committed once, or its loss is counted; a batch for which there is no room is
/// refused, and the watermark waits for it. A killed process loses what it had accepted and not committed: at most what
/// came in during one commit and the quarter of a second before it.
@NullMarked
package dev.selvage.analytics.intake;

import org.jspecify.annotations.NullMarked;
