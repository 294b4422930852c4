/// Purges: how soon they are effective everywhere, what they cost a hit, and what becomes of the space; beside Varnish
/// and nginx.
@NullMarked
package dev.selvage.bench.purge;

import org.jspecify.annotations.NullMarked;
