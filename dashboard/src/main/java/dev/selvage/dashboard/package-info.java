/// The web front end and the one class that serves it.
///
/// * **In:** the build of `dashboard/web` on the class path, and a [dev.selvage.toolkit.web.Router].
/// * **Out:** routes that answer exactly the files of that build.
/// * **Holds:** the front end talks only to the public API; a file that is not in the build's list is never looked for;
/// nothing is taken from another host.
@NullMarked
package dev.selvage.dashboard;

import org.jspecify.annotations.NullMarked;
