package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.Appender;
import dev.selvage.analytics.duckdb.DuckDb;
import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Session;
import dev.selvage.analytics.store.CounterKind;
import dev.selvage.analytics.store.Level;
import dev.selvage.analytics.store.Piece;
import dev.selvage.analytics.store.Snapshot;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/// A store in tables: counters of all events, and of rows what the sampler kept, in pieces and tiers.
final class StoredEvents implements AutoCloseable {
    private static final int FLOOR = 300;
    private static final String TOTALS =
            "requests, request_bytes, response_bytes, origin_requests, origin_response_bytes, page_views, visits";

    private final Session session;
    private final int pieces;

    /// @param events all there were; those that their own rate keeps become rows
    /// @param piece which piece a row is in
    StoredEvents(DuckDb engine, List<RequestEvent> events, int pieces, ToIntFunction<RequestEvent> piece)
            throws EngineFailure {
        session = engine.session();
        this.pieces = pieces;
        StringBuilder columns = new StringBuilder();
        for (String column : Snapshot.ROW_COLUMNS) {
            columns.append(columns.isEmpty() ? "" : ", ")
                    .append(column)
                    .append(' ')
                    .append(type(column));
        }
        session.execute("CREATE OR REPLACE TABLE stored (piece BIGINT, kept BIGINT, " + columns + ")");
        try (Appender appender = session.appender("stored")) {
            for (RequestEvent event : events) {
                append(appender, event, piece.applyAsInt(event));
            }
        }
        session.execute("CREATE OR REPLACE TABLE partition AS SELECT * FROM (SELECT piece, zone,"
                + " started - started % 3600000 AS hour, tier, count(*) AS row_count, sum(w) AS weight,"
                + " sum(w * response_bytes) AS byte_weight FROM (SELECT *, greatest(1.0, 1.0 / ((CASE tier WHEN 0 THEN"
                + " rate ELSE least(rate, 1.0) * pow(10, -tier) END) * (0.5 + 0.5 * response_bytes /"
                + " greatest(1.0, mean_bytes)))) AS w FROM (SELECT *, unnest(range(depth + 1)) AS tier FROM stored"
                + " WHERE kept = 1)) GROUP BY ALL)");
        for (int tier = 1; tier <= 2; tier++) {
            session.execute("DELETE FROM partition WHERE tier = " + tier + " AND (piece, zone, hour) NOT IN (SELECT"
                    + " (piece, zone, hour) FROM partition WHERE tier = " + (tier - 1) + " AND row_count > " + FLOOR
                    + ")");
        }
        String sums = "count(*) AS requests, CAST(sum(request_bytes) AS BIGINT) AS request_bytes,"
                + " CAST(sum(response_bytes) AS BIGINT) AS response_bytes,"
                + " CAST(sum(origin_requests) AS BIGINT) AS origin_requests,"
                + " CAST(sum(origin_response_bytes) AS BIGINT) AS origin_response_bytes,"
                + " 0::BIGINT AS page_views, CAST(sum(visits) AS BIGINT) AS visits";
        String keys = "SELECT zone, started - started % 60000 AS bucket, ";
        session.execute("CREATE OR REPLACE TABLE counter AS " + keys
                + "0::BIGINT AS kind, colo, cache_status, status // 100 AS status_class, '' AS value, " + sums
                + " FROM stored GROUP BY ALL");
        for (CounterKind kind : List.of(CounterKind.STATUS, CounterKind.COUNTRY)) {
            session.execute("INSERT INTO counter " + keys + kind.code() + ", '', '', 0, CAST("
                    + (kind == CounterKind.STATUS ? "status" : "country") + " AS VARCHAR) AS value, " + sums
                    + " FROM stored GROUP BY ALL");
        }
    }

    private static String type(String column) {
        return switch (column) {
            case "rate", "mean_bytes" -> "DOUBLE";
            case "depth",
                    "started",
                    "ray",
                    "status",
                    "origin_status",
                    "request_bytes",
                    "response_bytes",
                    "origin_requests",
                    "origin_response_bytes",
                    "first_byte_ms",
                    "origin_ms",
                    "visits" -> "BIGINT";
            default -> "VARCHAR";
        };
    }

    private static void append(Appender appender, RequestEvent event, int piece) throws EngineFailure {
        double size = Sampling.size(event.edgeResponseBytes(), event.meanBytes());
        boolean kept = Sampling.kept(event.rayId(), event.rate(), size);
        appender.beginRow()
                .append(piece)
                .append(kept ? 1 : 0)
                .append(event.zone())
                .append(event.startedAt())
                .append(event.rayId())
                .append(event.rate())
                .append(event.meanBytes())
                .append((long) Sampling.depth(event.rayId(), event.rate(), size))
                .append(event.colo())
                .append(event.clientIp())
                .append(event.country())
                .append(event.method())
                .append(event.scheme())
                .append(event.host())
                .append(event.path())
                .append(event.query())
                .append(event.protocol())
                .append(event.tlsVersion())
                .append(event.referer())
                .append("")
                .append(event.userAgent())
                .append(event.browser())
                .append(event.deviceType())
                .append(event.cacheStatus().wire())
                .append(event.missReason().wire())
                .append((long) event.status())
                .append(event.contentType())
                .append((long) event.originStatus())
                .append(event.originIp())
                .append(event.edgeRequestBytes())
                .append(event.edgeResponseBytes())
                .append((long) event.originRequests())
                .append(event.originResponseBytes())
                .append((long) event.timeToFirstByte())
                .append((long) event.originDuration())
                .append(event.visit() ? 1L : 0L)
                .append(event.rule())
                .append(event.ruleAction().wire())
                .endRow();
    }

    /// Loses rows: their requests stay counted.
    void lose(String where) throws EngineFailure {
        session.execute("UPDATE stored SET kept = 0 WHERE " + where);
        session.execute("DELETE FROM partition WHERE tier = 0 AND FALSE");
        session.execute("UPDATE partition SET row_count = (SELECT count(*) FROM stored s WHERE s.kept = 1"
                + " AND s.piece = partition.piece AND s.zone = partition.zone"
                + " AND s.started - s.started % 3600000 = partition.hour AND s.depth >= partition.tier)");
        session.execute("UPDATE partition SET weight = row_count WHERE tier = 0");
    }

    Session session() {
        return session;
    }

    /// A moment of it, which needs no closing.
    Snapshot snapshot() {
        return new Snapshot() {
            @Override
            public Session session() {
                return session;
            }

            @Override
            public List<Piece> pieces(long from, long until) {
                List<Piece> all = new ArrayList<>();
                for (int i = 0; i < pieces; i++) {
                    List<String> tiers = new ArrayList<>();
                    for (int tier = 0; tier < Sampling.TIERS; tier++) {
                        // Nothing but what was written.
                        tiers.add("(SELECT * FROM stored WHERE kept = 1 AND depth >= " + tier + " AND piece = " + i
                                + " AND (zone, started - started % 3600000) IN (SELECT (zone, hour) FROM partition"
                                + " WHERE piece = " + i + " AND tier = " + tier + "))");
                    }
                    all.add(new Piece(i, 0, Long.MAX_VALUE, tiers));
                }
                return all;
            }

            @Override
            public String partitions(long from, long until) {
                return "partition";
            }

            @Override
            public String counters(Level level, long from, long until) {
                return "(SELECT zone, bucket - bucket % " + level.milliseconds()
                        + " AS bucket, kind, colo, cache_status, status_class, value, " + TOTALS + " FROM counter)";
            }

            @Override
            public String visitors(Level level, long from, long until) {
                return "(SELECT '' AS zone, 0::BIGINT AS bucket, ''::BLOB AS sketch WHERE FALSE)";
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {
        session.close();
    }
}
