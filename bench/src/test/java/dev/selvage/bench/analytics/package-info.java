/// Tests of the simulations of the sample.
@NullMarked
package dev.selvage.bench.analytics;

import org.jspecify.annotations.NullMarked;
