package dev.selvage.edge.fill;

import dev.selvage.edge.cache.Entry;

/// How much of a resource a fill asks its origin for.
public sealed interface Extent {
    /// All of it. One such fill serves visitors of any of its ranges.
    record Whole() implements Extent {}

    /// What the visitor's own `Range` field says.
    record AsAsked() implements Extent {}

    /// What follows a stored part.
    ///
    /// @param held the part, retained by the caller for the fill
    record Rest(Entry held) implements Extent {}

    /// All of it.
    Extent WHOLE = new Whole();
}
