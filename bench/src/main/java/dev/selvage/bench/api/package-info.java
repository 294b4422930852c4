/// The management API under load: reads, durable writes, and lists of a million zones.
@NullMarked
package dev.selvage.bench.api;

import org.jspecify.annotations.NullMarked;
