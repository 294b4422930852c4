/// The replayable change log: how state and commands reach every edge.
///
/// * **In:** keyed state (the latest wins) and commands (kept by time), appended by the control plane's
///   publisher.
/// * **Out:** a snapshot of the state and the tail after it.
/// * **Holds:** no reader may assume a global or gapless sequence; a position is opaque; what was
///   appended is durable.
@NullMarked
package dev.selvage.toolkit.log;

import org.jspecify.annotations.NullMarked;
