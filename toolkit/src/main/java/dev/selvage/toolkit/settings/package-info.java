/// Settings: read strictly, reported whole, documented once.
///
/// * **In:** a [Schema] of [Key]s, a YAML file, and what the command line overrides.
/// * **Out:** [Values], or every problem with its place.
/// * **Holds:** an unknown key refuses the whole; one table drives parser, limits, defaults and documentation; the
/// command line wins over the file.
@NullMarked
package dev.selvage.toolkit.settings;

import org.jspecify.annotations.NullMarked;
