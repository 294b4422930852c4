package dev.selvage.edge.request;

/// What a phase decided: go on to another phase, or wait.
///
/// A phase is itself a decision, so `return LOOKUP` allocates nothing.
sealed interface Next permits Phase, Next.Park {
    /// Wait: whoever was asked resumes the exchange.
    enum Park implements Next {
        PARK
    }
}
