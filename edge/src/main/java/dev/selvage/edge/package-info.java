@NullMarked
package dev.selvage.edge;

import org.jspecify.annotations.NullMarked;
