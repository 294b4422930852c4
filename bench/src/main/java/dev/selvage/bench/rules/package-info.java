/// What rules cost.
///
/// * **In:** a thousand rules of three kinds, and requests.
/// * **Out:** time and memory of a request and of compiling, beside nginx with the same rules.
@NullMarked
package dev.selvage.bench.rules;

import org.jspecify.annotations.NullMarked;
