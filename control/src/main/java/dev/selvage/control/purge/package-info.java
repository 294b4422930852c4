/// Purges: an owner's wish that what is stored is not served any more.
///
/// * **In:** POST `/zones/{zone}/purge_cache`.
/// * **Out:** a command in the outbox, in the transaction that gives it its sequence.
/// * **Holds:** a zone's sequences grow; a URL that leaves here is absolute, within the zone, and has
///   no port.
@NullMarked
package dev.selvage.control.purge;

import org.jspecify.annotations.NullMarked;
