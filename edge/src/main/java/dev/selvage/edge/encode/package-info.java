/// Compressing bodies: off the event loops, once for all who want the same coding.
///
/// * **In:** bodies, which may still be growing; wishes for a coding of one.
/// * **Out:** forms of them, which grow and are read like bodies.
/// * **Holds:** an event loop never compresses; memory and work are bounded, and where there is no room
///   nothing is compressed; what is broken stays broken in its coding; everything is released when it
///   is over.
@NullMarked
package dev.selvage.edge.encode;

import org.jspecify.annotations.NullMarked;
