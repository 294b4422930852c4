/// How often something may be done: counters by key, for all loops together.
///
/// * **In:** keys of 64 bits, made from what is counted apart.
/// * **Out:** whether what a key stands for is over its limit, and for how long.
/// * **Holds:** memory is bounded; nobody waits for anybody; what there is no room for is not limited.
@NullMarked
package dev.selvage.edge.limit;

import org.jspecify.annotations.NullMarked;
