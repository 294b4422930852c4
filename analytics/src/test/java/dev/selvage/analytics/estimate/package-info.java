/// Tests of estimates and their intervals.
@NullMarked
package dev.selvage.analytics.estimate;

import org.jspecify.annotations.NullMarked;
