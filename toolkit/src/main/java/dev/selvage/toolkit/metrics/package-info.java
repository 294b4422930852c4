/// Numbers for operators, in Prometheus' text format.
@NullMarked
package dev.selvage.toolkit.metrics;

import org.jspecify.annotations.NullMarked;
