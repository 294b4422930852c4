/// Tests of the analytics plane as its users see it.
@NullMarked
package dev.selvage.analytics;

import org.jspecify.annotations.NullMarked;
