package dev.selvage.rules.program;

import dev.selvage.rules.Facts;

/// The request at hand, as programs see it. One per event loop, reused from request to request; not
/// thread-safe.
public final class Evaluation {
    private final Facts facts;

    public Evaluation(Facts facts) {
        this.facts = facts;
    }

    /// Forgets what was found out about the request before. To be called for each request, and whenever
    /// what
    /// its facts say has changed.
    public void begin() {
        // Nothing is remembered yet.
    }

    Facts facts() {
        return facts;
    }
}
