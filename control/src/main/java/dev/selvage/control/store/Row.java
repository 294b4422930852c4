package dev.selvage.control.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The current row of a query's answer.
public final class Row {
    private final ResultSet rows;

    Row(ResultSet rows) {
        this.rows = rows;
    }

    /// The text of a column that is never null.
    public String text(String column) {
        String text = textOrNull(column);
        if (text == null) {
            throw new IllegalStateException("the column " + column + " is null");
        }
        return text;
    }

    public @Nullable String textOrNull(String column) {
        try {
            return rows.getString(column);
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }

    /// The number of a column that is never null.
    public long number(String column) {
        try {
            return rows.getLong(column);
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }

    public @Nullable Long numberOrNull(String column) {
        try {
            long number = rows.getLong(column);
            return rows.wasNull() ? null : number;
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }

    /// True when the column is 1.
    public boolean flag(String column) {
        return number(column) == 1;
    }

    public byte @Nullable [] bytesOrNull(String column) {
        try {
            return rows.getBytes(column);
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }
}
