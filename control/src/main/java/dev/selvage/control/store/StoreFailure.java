package dev.selvage.control.store;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The database could not do what it was asked. Nothing of the transaction stays.
public final class StoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /// What is in the way.
    public enum Reason {
        /// The disk has no room left.
        FULL,
        /// The disk or the file cannot be written, or cannot be read.
        UNUSABLE,
        /// The file does not hold what it should.
        BROKEN,
        /// The statement was wrong: a bug.
        BUG
    }

    StoreFailure(SQLException cause) {
        super("the management store failed: " + cause.getMessage(), cause);
        reason = reason(cause);
    }

    /// The same failure for another caller whose work was in the same commit.
    StoreFailure(StoreFailure shared) {
        super(shared.getMessage(), shared);
        reason = shared.reason;
    }

    public Reason reason() {
        return reason;
    }

    private static Reason reason(SQLException cause) {
        SQLiteErrorCode code =
                cause instanceof SQLiteException own ? own.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        if (code == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE) {
            // The index of the write-ahead log could not grow.
            return Reason.FULL;
        }
        // The low byte is the primary code (https://sqlite.org/rescode.html).
        return switch (code.code & 0xff) {
            case 13 -> Reason.FULL;
            // permission, busy, locked, out of memory, read-only, I/O, cannot open
            case 3, 5, 6, 7, 8, 10, 14 -> Reason.UNUSABLE;
            // corrupt, not a database
            case 11, 26 -> Reason.BROKEN;
            default -> Reason.BUG;
        };
    }
}
