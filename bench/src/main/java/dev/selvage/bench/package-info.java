@NullMarked
package dev.selvage.bench;

import org.jspecify.annotations.NullMarked;
