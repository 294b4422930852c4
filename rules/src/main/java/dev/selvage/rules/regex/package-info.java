/// Regular expressions as deterministic automata over bytes.
///
/// RE2/J says what is a pattern and what it means; here it is compiled so that looking for it costs one step
/// per byte and allocates nothing.
///
/// * **In:** a pattern that RE2/J accepts, each of whose characters is a byte.
/// * **Out:** whether it is found in a range of bytes; texts without one of which it cannot be found.
/// * **Holds:** the answers are RE2/J's; a pattern whose automaton would be larger than the bounds has none.
@NullMarked
package dev.selvage.rules.regex;

import org.jspecify.annotations.NullMarked;
