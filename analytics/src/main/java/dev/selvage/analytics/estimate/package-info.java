/// What a sample says about the whole: estimates and how far they can be trusted. Pure functions.
///
/// * **In:** the moments of a group's rows: Σ x·w, its variance, how many rows, the most that one row
///   can stand for.
/// * **Out:** intervals of counts, sums, shares, ratios and quantiles; which ranks of a list are
///   uncertain.
/// * **Holds:** where nothing was left out (every weight 1) an interval is the number itself. A 95 %
///   interval covers the truth in 95 of 100 cases; the formulas, their sources and the measured coverage
///   are in docs/statistics.md.
@NullMarked
package dev.selvage.analytics.estimate;

import org.jspecify.annotations.NullMarked;
