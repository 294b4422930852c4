/// The data plane: answers visitors from the cache, and from origins what the cache does not have.
///
/// * **In:** visitors' connections; zones and purges from the change log.
/// * **Out:** responses; one traffic event per request.
/// * **Holds:** [Edge] is the only door. The packages in the order a request meets them: `connection` →
///   `request` →
///   `config`, `cache` → `fill` → `record`; `http` and `loop` serve them all.
@NullMarked
package dev.selvage.edge;

import org.jspecify.annotations.NullMarked;
