package dev.selvage.control.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/// One connection and its prepared statements, which are kept to be used again. For one thread at a time.
final class Session implements AutoCloseable {
    /// Most prepared statements that wait for their next use; those used longest ago go first.
    static final int KEPT = 200;

    /// KiB of pages that a connection keeps.
    private static final int CACHE = 8 << 10;

    private final Connection connection;
    private final Map<String, PreparedStatement> idle = new LinkedHashMap<>();

    private Session(Connection connection) {
        this.connection = connection;
    }

    /// @param reader may not write
    static Session open(Path file, boolean reader) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(10_000);
        config.setCacheSize(-CACHE);
        Session session = new Session(config.createConnection(url(file)));
        if (reader) {
            session.execute("pragma query_only = on");
        }
        return session;
    }

    /// As a file: URI, because the driver takes what follows a ? in a plain path for settings.
    static String url(Path file) {
        return "jdbc:sqlite:" + file.toAbsolutePath().toUri();
    }

    Connection connection() {
        return connection;
    }

    /// Prepared statements that wait for their next use.
    int kept() {
        return idle.size();
    }

    /// Runs a statement without arguments.
    void execute(String sql) {
        update(sql);
    }

    /// Runs a statement and answers how many rows it touched.
    int update(String sql, @Nullable Object... arguments) {
        try {
            PreparedStatement statement = take(sql);
            try {
                bind(statement, arguments);
                int touched = statement.executeUpdate();
                keep(sql, statement);
                return touched;
            } catch (SQLException | RuntimeException failure) {
                statement.close();
                throw failure;
            }
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }

    /// The first rows of a query, at most `most`.
    <T> List<T> query(int most, Function<Row, T> form, String sql, @Nullable Object... arguments) {
        try {
            PreparedStatement statement = take(sql);
            try {
                bind(statement, arguments);
                List<T> list = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    Row row = new Row(rows);
                    while (list.size() < most && rows.next()) {
                        list.add(form.apply(row));
                    }
                }
                keep(sql, statement);
                return list;
            } catch (SQLException | RuntimeException failure) {
                statement.close();
                throw failure;
            }
        } catch (SQLException failure) {
            throw new StoreFailure(failure);
        }
    }

    @Override
    public void close() throws SQLException {
        idle.clear();
        connection.close();
    }

    /// A statement that nobody else uses: not even the form of a row, which may run the same SQL.
    private PreparedStatement take(String sql) throws SQLException {
        PreparedStatement statement = idle.remove(sql);
        return statement == null ? connection.prepareStatement(sql) : statement;
    }

    private void keep(String sql, PreparedStatement statement) throws SQLException {
        // The arguments would stay in memory: a body may be large.
        statement.clearParameters();
        PreparedStatement other = idle.put(sql, statement);
        if (other != null) {
            other.close();
        }
        if (idle.size() > KEPT) {
            var eldest = idle.entrySet().iterator();
            PreparedStatement oldest = eldest.next().getValue();
            eldest.remove();
            oldest.close();
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case null -> statement.setObject(i + 1, null);
                case Boolean flag -> statement.setInt(i + 1, flag ? 1 : 0);
                case Integer number -> statement.setInt(i + 1, number);
                case Long number -> statement.setLong(i + 1, number);
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case String text -> statement.setString(i + 1, text);
                default -> throw new IllegalArgumentException("an argument of " + arguments[i].getClass());
            }
        }
    }
}
