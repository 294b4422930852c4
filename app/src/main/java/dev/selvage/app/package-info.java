/// The launcher: the commands, and the only place that wires.
///
/// * **In:** a command line, a settings file, the environment's `SELVAGE_TOKEN`.
/// * **Out:** a running program, and an exit code of [Exit].
/// * **Holds:** each role is wired with `new` in one readable file, in the order in which it starts; what cannot start
/// says what was wrong and what would be right, and has changed nothing.
@NullMarked
package dev.selvage.app;

import org.jspecify.annotations.NullMarked;
