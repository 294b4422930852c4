package dev.selvage.analytics.duckdb;

/// The engine did not do what it was asked.
public final class EngineFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /// What kind of failure it is.
    public enum Kind {
        /// The time for it was over, or it was cancelled.
        LATE,
        /// It needed more memory than the engine may take.
        MEMORY,
        /// A file could not be read or written, a full disk included.
        FILE,
        /// The statement is wrong, or the engine is.
        OTHER
    }

    private final Kind kind;

    public EngineFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
