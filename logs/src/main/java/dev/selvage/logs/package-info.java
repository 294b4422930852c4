/// Log delivery: from the edge's spool to the owner's destinations.
///
/// Nothing is delivered yet: the module holds the place between the planes, which the architecture test checks.
///
/// * **In:** the durable spool that the edge's RECORD phase appends to, for zones with a log job.
/// * **Out:** batches to the job's destination, with a cursor per job.
/// * **Holds:** this module imports only `model` and `toolkit`.
@NullMarked
package dev.selvage.logs;

import org.jspecify.annotations.NullMarked;
