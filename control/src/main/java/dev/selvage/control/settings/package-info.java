/// The settings of a zone: one value by name, with a default; and those of the cache that have endpoints
/// of their own.
///
/// * **In:** calls below `/zones/{zone}/settings`, `/argo` and `/cache`.
/// * **Out:** rows; for the edge, `CacheSettings` and `SslMode`.
/// * **Holds:** a stored value is one that its setting accepts; development mode ends by itself; where
///   the edge does not act on a setting, who sets it is told.
@NullMarked
package dev.selvage.control.settings;

import org.jspecify.annotations.NullMarked;
