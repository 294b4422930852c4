/// Fetching from the origin: the fill machine and the pool of origin connections.
///
/// * **In:** a request that the cache could not answer, from the exchange that needs it first.
/// * **Out:** an entry, handed to that exchange and to all that joined, as soon as its head is known;
///   or a failure.
/// * **Holds:** CHOOSE → SEND → HEAD → BODY → SEAL, with RETRY and ABANDON; only a fill writes an
///   entry; a response that
///   ended early is never stored; a fill that began before a purge of its key stores nothing after it.
@NullMarked
package dev.selvage.edge.fill;

import org.jspecify.annotations.NullMarked;
