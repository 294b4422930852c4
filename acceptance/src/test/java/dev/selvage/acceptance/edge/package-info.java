/// Scenarios of the edge: what visitors see and what origins are asked.
///
/// * **In:** one program and one origin per class; each scenario has paths or host names of its own.
/// * **Out:** a claim of the edge, held or broken.
/// * **Holds:** real sockets on loopback; every wait is for a condition and bounded.
@NullMarked
package dev.selvage.acceptance.edge;

import org.jspecify.annotations.NullMarked;
