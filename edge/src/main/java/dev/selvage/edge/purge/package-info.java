/// Purges at one PoP: what they cover, from when on, and what becomes of the space.
///
/// * **In:** [dev.selvage.model.purge.PurgeCommand]s in the order of their zone's sequence.
/// * **Out:** fences that stand before a purge counts as effective; reports of how far it is; previews and
///   explanations.
/// * **Holds:** no lookup that begins after a purge is effective finds what it hides. A fence is
///   forgotten only when
///   everything that it hides is gone.
@NullMarked
package dev.selvage.edge.purge;

import org.jspecify.annotations.NullMarked;
