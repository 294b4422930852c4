@NullMarked
package dev.selvage.app;

import org.jspecify.annotations.NullMarked;
