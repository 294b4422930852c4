/// The tools of the black-box scenarios: the real program in a process of its own, an origin and a client that say and
/// see exact bytes.
///
/// * **In:** a scenario: what the origin says, what the client asks.
/// * **Out:** what the client saw, what the origin was asked, what the API answers.
/// * **Holds:** nothing here shares code with the program; every wait is bounded; everything is on loopback.
@NullMarked
package dev.selvage.acceptance;

import org.jspecify.annotations.NullMarked;
