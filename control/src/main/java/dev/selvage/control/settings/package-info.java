/// The settings of a zone: one value by name, with a default.
///
/// * **Holds:** a stored value is one that its setting accepts; development mode ends by itself.
@NullMarked
package dev.selvage.control.settings;

import org.jspecify.annotations.NullMarked;
