/// The management plane: the API, its store, and publishing.
///
/// * **In:** calls of the API, and the URL of the command line.
/// * **Out:** the change log that the edges follow, and the door that says who may ask about zones.
/// * **Holds:** a change is acknowledged when it is on disk, and published soon after, whatever happens
///   in between.
@NullMarked
package dev.selvage.control;

import org.jspecify.annotations.NullMarked;
