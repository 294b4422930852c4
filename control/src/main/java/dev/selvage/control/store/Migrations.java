package dev.selvage.control.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// Brings a database to the schema that this program knows.
///
/// The schema's version is SQLite's `user_version`, so that a start with nothing to do costs one read.
/// Each script
/// runs in a transaction of its own together with the new version: a crash leaves a version, never half
/// of one.
final class Migrations {
    /// Marks the file as a management store: `SLVG`.
    private static final int APPLICATION = 0x534c_5647;

    /// In order; the first makes version 1.
    private static final List<String> SCRIPTS = List.of(
            "V1__zones.sql",
            "V2__tokens.sql",
            "V3__dns.sql",
            "V4__pagerules.sql",
            "V5__scale.sql",
            "V6__rulesets.sql",
            "V7__purges.sql");

    private Migrations() {}

    /// @throws IOException when the database is of another program or of a newer version; it is then
    ///     untouched
    static void check(Connection connection, Path file) throws SQLException, IOException {
        int application = number(connection, "pragma application_id");
        int version = number(connection, "pragma user_version");
        boolean empty = number(connection, "select count(*) from sqlite_schema") == 0;
        if (!empty && application != APPLICATION) {
            throw new IOException(file + " is an SQLite database, but not one of Selvage; move it away or choose"
                    + " another data directory");
        }
        if (version > SCRIPTS.size()) {
            throw new IOException(file + " was written by a newer version of Selvage (schema " + version
                    + ", this version knows " + SCRIPTS.size() + "); start that version, or use a copy of the data"
                    + " directory from before the upgrade");
        }
    }

    static void run(Connection connection) throws SQLException {
        int version = number(connection, "pragma user_version");
        for (int next = version + 1; next <= SCRIPTS.size(); next++) {
            String script = script(SCRIPTS.get(next - 1));
            execute(connection, "begin immediate");
            try {
                execute(connection, script);
                execute(connection, "pragma application_id = " + APPLICATION);
                execute(connection, "pragma user_version = " + next);
                execute(connection, "commit");
            } catch (SQLException failure) {
                execute(connection, "rollback");
                throw failure;
            }
        }
    }

    private static String script(String name) {
        try (InputStream in = Migrations.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the migration " + name + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new IllegalStateException("the migration " + name + " cannot be read", failure);
        }
    }

    private static int number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
