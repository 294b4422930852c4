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

    /// The failure that the engine reports with one of its codes, `duckdb_error_type`.
    static EngineFailure of(int code, String message) {
        return new EngineFailure(
                switch (code) {
                    case 28, 34 -> Kind.FILE;
                    case 29 -> Kind.LATE;
                    case 33 -> Kind.MEMORY;
                    default -> Kind.OTHER;
                },
                message);
    }

    /// The failure that the engine reports in words alone: they begin with its type.
    static EngineFailure of(String message) {
        return new EngineFailure(
                message.startsWith("IO Error") || message.startsWith("Permission Error")
                        ? Kind.FILE
                        : message.startsWith("INTERRUPT Error")
                                ? Kind.LATE
                                : message.startsWith("Out of Memory Error") ? Kind.MEMORY : Kind.OTHER,
                message);
    }

    public Kind kind() {
        return kind;
    }
}
