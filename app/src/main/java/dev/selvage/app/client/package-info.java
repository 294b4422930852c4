/// The command line on the management API: `./selvage zone|dns|setting|token|account|audit|api …`.
///
/// * **In:** a command line, the environment, a token, and what the API answers.
/// * **Out:** data on the standard output, messages on the standard error, and an exit code of [dev.selvage.app.Exit].
/// * **Holds:** a token comes from a file or the environment and is shown by nobody; what the API answers reaches a
/// terminal only without its control characters; every answer, wait and list has a bound; nothing is removed without
/// a yes.
@NullMarked
package dev.selvage.app.client;

import org.jspecify.annotations.NullMarked;
