/// JSON as this project reads and writes it.
@NullMarked
package dev.selvage.toolkit.json;

import org.jspecify.annotations.NullMarked;
