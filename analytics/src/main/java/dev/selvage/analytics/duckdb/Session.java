package dev.selvage.analytics.duckdb;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/// One user of the engine at a time: statements run one after the other, in one transaction when `BEGIN`
/// was executed.
///
/// [#cancel] alone may be called from another thread.
public final class Session implements AutoCloseable {
    private final DuckDBConnection connection;
    private volatile @Nullable PreparedStatement running;

    Session(DuckDBConnection connection) {
        this.connection = connection;
    }

    /// Executes a statement whose result is of no interest.
    ///
    /// @param values to bind, in order: `Long`, `Integer`, `Double`, `String`, `byte[]`
    public void execute(String sql, Object... values) throws EngineFailure {
        query(sql, List.of(values), Long.MAX_VALUE, _ -> {});
    }

    /// Executes a query and hands over its rows.
    ///
    /// @param deadline of [System#nanoTime]; later the query ends with [EngineFailure.Kind#LATE].
    /// `Long.MAX_VALUE` for none
    public void query(String sql, List<?> values, long deadline, Row.Taker each) throws EngineFailure {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            if (deadline != Long.MAX_VALUE) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new EngineFailure(EngineFailure.Kind.LATE, "no time was left");
                }
                statement.setQueryTimeout((int) Math.max(1, Math.ceilDiv(left, 1_000_000_000L)));
            }
            running = statement;
            if (statement.execute()) {
                try (ResultSet result = statement.getResultSet()) {
                    JdbcRow row = new JdbcRow(result);
                    while (result.next()) {
                        each.take(row);
                    }
                }
            }
        } catch (SQLException failure) {
            throw failure(failure);
        } finally {
            running = null;
        }
    }

    /// An appender to a table of the database, in this session's transaction.
    public Appender appender(String table) throws EngineFailure {
        try {
            return new Appender(connection.createAppender(table));
        } catch (SQLException failure) {
            throw failure(failure);
        }
    }

    /// Ends the running statement early; it fails with [EngineFailure.Kind#LATE]. From any thread.
    public void cancel() {
        PreparedStatement statement = running;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException _) {
                // It has ended by itself.
            }
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException _) {
            // Nothing in it has to last.
        }
    }

    static EngineFailure failure(SQLException failure) {
        String message = String.valueOf(failure.getMessage());
        EngineFailure.Kind kind = message.contains("INTERRUPT") || message.contains("timeout")
                ? EngineFailure.Kind.LATE
                : message.contains("Out of Memory")
                        ? EngineFailure.Kind.MEMORY
                        : message.contains("IO Error") ? EngineFailure.Kind.FILE : EngineFailure.Kind.OTHER;
        return new EngineFailure(kind, message);
    }

    private record JdbcRow(ResultSet result) implements Row {
        private interface Get<T> {
            T get() throws SQLException;
        }

        private static <T> T of(Get<T> get) {
            try {
                return get.get();
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        }

        @Override
        public long getLong(int column) {
            return of(() -> result.getLong(column + 1));
        }

        @Override
        public double getDouble(int column) {
            return of(() -> result.getDouble(column + 1));
        }

        @Override
        public String getString(int column) {
            String text = of(() -> result.getString(column + 1));
            return text == null ? "" : text;
        }

        @Override
        public byte[] getBytes(int column) {
            byte[] bytes = of(() -> result.getBytes(column + 1));
            return bytes == null ? new byte[0] : bytes;
        }

        @Override
        public boolean isNull(int column) {
            return of(() -> result.getObject(column + 1)) == null;
        }
    }
}
