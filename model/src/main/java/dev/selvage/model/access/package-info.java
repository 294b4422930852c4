/// Who asks, and what they may see: the door that the query side has to the management plane.
@NullMarked
package dev.selvage.model.access;

import org.jspecify.annotations.NullMarked;
