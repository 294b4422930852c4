/// Starting and stopping, the data directory, and health.
///
/// * **In:** a directory's path; what the parts say of themselves.
/// * **Out:** a [DataDirectory] that this process owns, or why not; a [Health] to ask.
/// * **Holds:** one process owns a data directory; a directory of a newer version is left untouched.
@NullMarked
package dev.selvage.toolkit.lifecycle;

import org.jspecify.annotations.NullMarked;
