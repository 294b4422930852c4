/// The edge beside nginx and Varnish, on one origin, the same objects and the same load.
///
/// * **In:** the contenders' programs and `wrk`, as they are installed.
/// * **Out:** requests per second, latencies, CPU and memory of each, and their ratios.
/// * **Holds:** every contender's bytes are compared with the origin's before anything is measured; a round in which
/// the origin was asked or a request failed does not count; rounds of different contenders alternate.
@NullMarked
package dev.selvage.bench.edge;

import org.jspecify.annotations.NullMarked;
