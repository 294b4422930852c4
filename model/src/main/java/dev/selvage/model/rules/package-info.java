/// The rules language: what an owner may write as the condition of a rule.
///
/// * **In:** the text of an expression.
/// * **Out:** an [Expression], or a refusal that names the column and what would be right.
/// * **Holds:** parsing is total and bounded; an expression that was accepted evaluates without allocating.
@NullMarked
package dev.selvage.model.rules;

import org.jspecify.annotations.NullMarked;
