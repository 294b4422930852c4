@NullMarked
package dev.selvage.dashboard;

import org.jspecify.annotations.NullMarked;
