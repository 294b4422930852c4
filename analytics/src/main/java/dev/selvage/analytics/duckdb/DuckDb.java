package dev.selvage.analytics.duckdb;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/// The one DuckDB of this process; its database is in memory.
public final class DuckDb implements AutoCloseable {
    private final DuckDBConnection first;

    private DuckDb(DuckDBConnection first) {
        this.first = first;
    }

    /// Opens it.
    ///
    /// @param directory where the engine's native library is unpacked once per version, and where large
    /// queries put what does not fit into memory
    /// @param options of the engine, such as `memory_limit`
    public static DuckDb open(Path directory, Map<String, String> options) throws EngineFailure {
        Properties properties = new Properties();
        properties.putAll(options);
        properties.setProperty("temp_directory", directory.resolve("tmp").toString());
        try {
            return new DuckDb(DuckDBConnection.newConnection("jdbc:duckdb:", false, null, properties));
        } catch (SQLException failure) {
            throw Session.failure(failure);
        }
    }

    /// A session of its own: one thread at a time, one transaction.
    public Session session() throws EngineFailure {
        try {
            return new Session(first.duplicate());
        } catch (SQLException failure) {
            throw Session.failure(failure);
        }
    }

    @Override
    public void close() {
        try {
            first.close();
        } catch (SQLException _) {
            // Nothing in it has to last.
        }
    }
}
