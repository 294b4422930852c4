/// The cache: entries, their bodies, what may be stored and how long it stays fresh.
///
/// * **In:** responses as fills read them; lookups by key.
/// * **Out:** entries that deliveries read, while they are still growing if need be.
/// * **Holds:** only a fill writes an entry; memory is bounded by bytes; an entry born before a purge
///   of its key or
/// zone is
///   never handed out; a body is released when its last reader and the cache have let go of it.
@NullMarked
package dev.selvage.edge.cache;

import org.jspecify.annotations.NullMarked;
