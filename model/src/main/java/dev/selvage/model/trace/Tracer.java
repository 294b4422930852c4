package dev.selvage.model.trace;

import java.time.Duration;

/// Says what would happen to a request: the door that the management plane has to an edge.
@FunctionalInterface
public interface Tracer {
    /// Knows no edge.
    Tracer BLIND = (_, _) -> new Answer.Unavailable();

    /// Follows a request through the phases, within `patience`.
    Answer trace(TraceRequest request, Duration patience);

    /// What came of it.
    sealed interface Answer {
        record Traced(Trace trace) implements Answer {}

        /// The edge would not read such a request; with the status that it would answer.
        record Malformed(int status, String reason) implements Answer {}

        /// No zone here has the host.
        record UnknownHost() implements Answer {}

        /// No edge answered in time.
        record Unavailable() implements Answer {}
    }
}
