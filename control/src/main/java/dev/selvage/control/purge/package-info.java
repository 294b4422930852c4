/// Purges: an owner's wish that what is stored is not served any more.
///
/// * **In:** POST `/zones/{zone}/purge_cache` and `invalidate_cache`; what PoPs report.
/// * **Out:** a command in the outbox, in the transaction that gives it its sequence; receipts.
/// * **Holds:** a zone's sequences grow; what leaves here names one kind of thing, within the zone, in
///   the form that
///   the edges know it by; a refused call purges nothing; nobody who waits holds a transaction.
@NullMarked
package dev.selvage.control.purge;

import org.jspecify.annotations.NullMarked;
