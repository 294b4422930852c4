package dev.selvage.analytics.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// The tables and the steps that lead to them.
///
/// Times are epoch milliseconds (UTC) in `BIGINT`: every bucket of the API is then plain integer arithmetic.
final class Schema {
    /// The version that this program writes.
    static final int VERSION = 2;

    static final String TOTALS =
            "requests, request_bytes, response_bytes, origin_requests, origin_response_bytes, page_views, visits";

    private static final String COUNTER_COLUMNS = """
            (zone VARCHAR NOT NULL, bucket BIGINT NOT NULL, kind SMALLINT NOT NULL,
             colo VARCHAR NOT NULL, cache_status VARCHAR NOT NULL, status_class SMALLINT NOT NULL, value VARCHAR NOT NULL,
             requests BIGINT NOT NULL, request_bytes BIGINT NOT NULL, response_bytes BIGINT NOT NULL,
             origin_requests BIGINT NOT NULL, origin_response_bytes BIGINT NOT NULL,
             page_views BIGINT NOT NULL, visits BIGINT NOT NULL)""";

    private static final String EVENT = """
            CREATE TABLE event (
             zone VARCHAR NOT NULL, started BIGINT NOT NULL, ray BIGINT NOT NULL, weight DOUBLE NOT NULL,
             colo VARCHAR NOT NULL, client_ip VARCHAR NOT NULL, country VARCHAR NOT NULL,
             method VARCHAR NOT NULL, scheme VARCHAR NOT NULL, host VARCHAR NOT NULL,
             path VARCHAR NOT NULL, query VARCHAR NOT NULL, protocol VARCHAR NOT NULL, tls_version VARCHAR NOT NULL,
             referer VARCHAR NOT NULL, referer_host VARCHAR NOT NULL,
             user_agent VARCHAR NOT NULL, browser VARCHAR NOT NULL, device_type VARCHAR NOT NULL,
             cache_status VARCHAR NOT NULL, miss_reason VARCHAR NOT NULL,
             status INTEGER NOT NULL, content_type VARCHAR NOT NULL,
             origin_status INTEGER NOT NULL, origin_ip VARCHAR NOT NULL,
             request_bytes BIGINT NOT NULL, response_bytes BIGINT NOT NULL,
             origin_requests BIGINT NOT NULL, origin_response_bytes BIGINT NOT NULL,
             first_byte_ms BIGINT NOT NULL, origin_ms BIGINT NOT NULL, visits BIGINT NOT NULL)""";

    private Schema() {}

    /// Brings the file to [#VERSION].
    ///
    /// @throws NewerVersion when a newer program wrote it; nothing is changed then
    static void migrate(Connection connection) throws SQLException, NewerVersion {
        int version = version(connection);
        if (version > VERSION) {
            throw new NewerVersion("the analytics store has schema version " + version
                    + ", written by a newer Selvage; this one knows versions up to " + VERSION
                    + ": start the newer one, or move the file away to begin anew");
        }
        for (int next = version + 1; next <= VERSION; next++) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("BEGIN TRANSACTION");
                for (String step : steps(next)) {
                    statement.execute(step);
                }
                statement.execute("COMMIT");
            }
        }
    }

    private static List<String> steps(int version) {
        List<String> steps = new ArrayList<>();
        if (version == 1) {
            steps.add("CREATE TABLE schema_version (version INTEGER NOT NULL)");
            steps.add("INSERT INTO schema_version VALUES (1)");
            steps.add("CREATE TABLE mark (name VARCHAR NOT NULL, value BIGINT NOT NULL)");
            steps.add("CREATE TABLE " + Level.HOT_COUNTERS + " " + COUNTER_COLUMNS);
            steps.add("CREATE TABLE " + Level.HOT_VISITORS
                    + " (zone VARCHAR NOT NULL, bucket BIGINT NOT NULL, sketch BLOB NOT NULL)");
            for (Level level : Level.values()) {
                steps.add("CREATE TABLE " + level.counters() + " " + COUNTER_COLUMNS);
                steps.add("CREATE TABLE " + level.visitors()
                        + " (zone VARCHAR NOT NULL, bucket BIGINT NOT NULL, sketch BLOB NOT NULL)");
            }
            steps.add(EVENT);
        }
        if (version == 2) {
            // What was kept before there were rules is of none.
            steps.add("ALTER TABLE event ADD COLUMN rule VARCHAR DEFAULT ''");
            steps.add("ALTER TABLE event ADD COLUMN rule_action VARCHAR DEFAULT ''");
            steps.add("INSERT INTO schema_version VALUES (2)");
        }
        return steps;
    }

    private static int version(Connection connection) throws SQLException {
        try (PreparedStatement known = connection.prepareStatement(
                        "SELECT count(*) FROM information_schema.tables WHERE table_name = 'schema_version'");
                ResultSet answer = known.executeQuery()) {
            answer.next();
            if (answer.getLong(1) == 0) {
                return 0;
            }
        }
        try (PreparedStatement version = connection.prepareStatement("SELECT max(version) FROM schema_version");
                ResultSet answer = version.executeQuery()) {
            answer.next();
            return answer.getInt(1);
        }
    }
}
