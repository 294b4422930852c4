/// `./selvage demo`: a real access log, replayed through the real edge.
///
/// * **In:** the bundled log, and a way to start the program in front of an origin ([Launch]).
/// * **Out:** requests over real sockets, and at the end what the cache did for them.
/// * **Holds:** the log's order and its relative pace are kept; requests in flight are bounded; no body is held in
/// memory.
@NullMarked
package dev.selvage.app.demo;

import org.jspecify.annotations.NullMarked;
