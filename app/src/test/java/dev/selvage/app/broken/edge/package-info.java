/// Classes that break the rules of the house on purpose, to prove that the rules are held.
@NullMarked
package dev.selvage.app.broken.edge;

import org.jspecify.annotations.NullMarked;
