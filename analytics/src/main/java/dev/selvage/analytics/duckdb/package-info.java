/// The engine: one DuckDB in this process, through one binding.
///
/// * **In:** SQL with bound values, rows to append.
/// * **Out:** results row by row, failures by kind.
/// * **Holds:** there is one [DuckDb] in a process, in memory; nothing else opens one. It knows nothing
///   of analytics.
@NullMarked
package dev.selvage.analytics.duckdb;

import org.jspecify.annotations.NullMarked;
