/// The rules language: what an owner may write as the condition of a rule, or as a value that is
/// computed for
/// each request.
///
/// * **In:** the text of an expression, and the [Scope] that it is written for; for evaluating, [Facts].
/// * **Out:** a typed tree ([Condition], [Value]), or a refusal that names line, column and what would
///   be right;
///   for a tree and facts, what it comes to.
/// * **Holds:** reading is total and bounded by the text's length and nesting; a tree is type-correct;
///   evaluating
///   never throws.
@NullMarked
package dev.selvage.rules;

import org.jspecify.annotations.NullMarked;
