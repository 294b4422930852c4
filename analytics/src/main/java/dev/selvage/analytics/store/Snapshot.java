package dev.selvage.analytics.store;

import dev.selvage.analytics.duckdb.Session;
import java.util.List;

/// What is stored at one moment, held still for the time of a question: no commit, roll or merge changes
/// it, and no file of it is deleted before it is closed.
///
/// Relations are SQL texts to stand behind `FROM`; they hold no value that a caller wrote.
public interface Snapshot extends AutoCloseable {
    /// The columns of rows. Times are epoch milliseconds; `depth` is the thinnest tier that a row is in;
    /// `rate` and `mean_bytes` give its weight, see [dev.selvage.model.event.Sampling].
    List<String> ROW_COLUMNS = List.of(
            "zone",
            "started",
            "ray",
            "rate",
            "mean_bytes",
            "depth",
            "colo",
            "client_ip",
            "country",
            "method",
            "scheme",
            "host",
            "path",
            "query",
            "protocol",
            "tls_version",
            "referer",
            "referer_host",
            "user_agent",
            "browser",
            "device_type",
            "cache_status",
            "miss_reason",
            "status",
            "content_type",
            "origin_status",
            "origin_ip",
            "request_bytes",
            "response_bytes",
            "origin_requests",
            "origin_response_bytes",
            "first_byte_ms",
            "origin_ms",
            "visits",
            "rule",
            "rule_action");

    /// The session that its relations are to be asked through; a transaction is open in it.
    Session session();

    /// The pieces that may hold rows which began in `[from, until)`.
    List<Piece> pieces(long from, long until);

    /// The relation (`piece`, `zone`, `hour`, `tier`, `row_count`, `weight`, `byte_weight`): how many
    /// rows each tier of a piece holds of a zone and hour, and Σ w and Σ w · response_bytes, at least at
    /// the finest that there is. A tier without an entry was not written for this zone and hour of the
    /// piece, because the one above it is small; the thinner ones from tier 3 on are always written. An
    /// entry may say that a tier was written and holds nothing.
    String partitions(long from, long until);

    /// The relation of counters: `zone`, `bucket`, `kind`, `colo`, `cache_status`, `status_class`,
    /// `value` and the sums of [dev.selvage.model.event.Totals], several entries per key: only their sum
    /// is the truth.
    String counters(Level level, long from, long until);

    /// The relation (`zone`, `bucket`, `sketch`) of [Visitors], several entries per key.
    String visitors(Level level, long from, long until);

    @Override
    void close();
}
