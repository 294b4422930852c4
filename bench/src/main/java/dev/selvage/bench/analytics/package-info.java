/// Analytics at all sizes: what recording, ingest and queries cost, and how good the estimates are.
@NullMarked
package dev.selvage.bench.analytics;

import org.jspecify.annotations.NullMarked;
