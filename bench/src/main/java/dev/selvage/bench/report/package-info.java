/// What a benchmark found, and where it is written down.
@NullMarked
package dev.selvage.bench.report;

import org.jspecify.annotations.NullMarked;
