/// `./selvage bench`: figures beside their targets and the peers'.
///
/// * **In:** the name of a benchmark and its options.
/// * **Out:** a table for people, `bench/results/NAME.json` for machines, and an exit status.
/// * **Holds:** a figure that could not be measured is a missed target; every process that was started is stopped.
@NullMarked
package dev.selvage.bench;

import org.jspecify.annotations.NullMarked;
