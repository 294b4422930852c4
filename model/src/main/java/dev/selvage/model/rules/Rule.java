package dev.selvage.model.rules;

/// An enabled rule of a phase: what happens to which requests.
///
/// @param <A> what happens
/// @param id 32 lower-case hex digits
/// @param description the owner's words; may be empty
/// @param expression text in the rules language, checked for the scope of its phase
public record Rule<A>(String id, String description, String expression, A action) {}
