package dev.selvage.control.store;

import java.sql.SQLException;

/// The database could not do what it was asked: a full disk, a broken file, or a bug.
public final class StoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreFailure(SQLException cause) {
        super("the management store failed: " + cause.getMessage(), cause);
    }
}
