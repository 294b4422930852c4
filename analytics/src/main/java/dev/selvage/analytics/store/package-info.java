/// The store: exact counters and sampled rows in one DuckDB file.
///
/// * **In:** [Delta]s, each committed whole by one writer.
/// * **Out:** read connections over the tables that [Level] names.
/// * **Holds:** the sum over a level's table and the hot table is the truth at any moment: rolling and merging move
/// sums
/// within one transaction and never change them. One process owns the file.
@NullMarked
package dev.selvage.analytics.store;

import org.jspecify.annotations.NullMarked;
