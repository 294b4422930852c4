package dev.selvage.analytics.duckdb;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.duckdb.DuckDBAppender;

/// Adds rows to a table, column by column; they are in it after [#close].
public final class Appender implements AutoCloseable {
    private final DuckDBAppender appender;

    Appender(DuckDBAppender appender) {
        this.appender = appender;
    }

    private interface Step {
        void run() throws SQLException;
    }

    private Appender step(Step step) throws EngineFailure {
        try {
            step.run();
            return this;
        } catch (SQLException failure) {
            throw Session.failure(failure);
        }
    }

    public Appender beginRow() throws EngineFailure {
        return step(appender::beginRow);
    }

    /// A value of a column of type BIGINT.
    public Appender append(long value) throws EngineFailure {
        return step(() -> appender.append(value));
    }

    /// A value of a column of type DOUBLE.
    public Appender append(double value) throws EngineFailure {
        return step(() -> appender.append(value));
    }

    /// A value of a column of type VARCHAR.
    public Appender append(String value) throws EngineFailure {
        return step(() -> appender.append(value));
    }

    /// A value of a column of type VARCHAR; the bytes are UTF-8 already.
    public Appender append(byte[] utf8, int offset, int length) throws EngineFailure {
        return append(new String(utf8, offset, length, StandardCharsets.UTF_8));
    }

    /// A value of a column of type BLOB.
    public Appender appendBlob(byte[] bytes) throws EngineFailure {
        return step(() -> appender.append(bytes));
    }

    public Appender endRow() throws EngineFailure {
        return step(appender::endRow);
    }

    /// Adds what was appended; on failure none of it.
    @Override
    public void close() throws EngineFailure {
        step(appender::close);
    }
}
