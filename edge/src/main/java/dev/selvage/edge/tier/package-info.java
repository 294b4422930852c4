/// Tiers: an edge that asks another one, its upper, before it asks origins.
///
/// * **In:** what is cacheable and not stored here; the purges that are effective here.
/// * **Out:** a request to the upper that carries what it needs to decide as this edge did.
/// * **Holds:** an upper answers from its cache only once it has applied every purge that its lower edge knew of
///   when it asked; whoever does not know the secret is a visitor.
@NullMarked
package dev.selvage.edge.tier;

import org.jspecify.annotations.NullMarked;
