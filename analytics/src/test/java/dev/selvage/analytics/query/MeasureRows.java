package dev.selvage.analytics.query;

import dev.selvage.analytics.duckdb.DuckDb;
import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Session;
import dev.selvage.analytics.store.Level;
import dev.selvage.analytics.store.Piece;
import dev.selvage.analytics.store.Snapshot;
import dev.selvage.model.event.Sampling;
import dev.selvage.model.purge.PurgeHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Measures how long the dashboard's questions take at several budgets of rows: 30 days in files of a
/// day, one busy zone with all its tiers beside others.
///
/// Arguments: a directory, and how many rows an hour of the busy zone keeps.
final class MeasureRows {
    private static final long HOUR = Level.HOUR.milliseconds();
    private static final Instant NOW = Instant.parse("2026-02-03T00:00:00Z");
    private static final int DAYS = 30;
    private static final int ASKED = 40;

    private MeasureRows() {}

    public static void main(String[] arguments) throws EngineFailure, IOException {
        Path directory = Path.of(arguments[0]);
        Files.createDirectories(directory);
        try (DuckDb engine = DuckDb.open(
                        directory.resolve("engine"),
                        Map.of("threads", "2", "memory_limit", "256MB", "preserve_insertion_order", "false"));
                Session session = engine.session()) {
            if (!Files.exists(directory.resolve("index.parquet"))) {
                fill(directory, session, Integer.parseInt(arguments[1]));
            }
            for (long budget : new long[] {50_000, 100_000, 250_000, 500_000}) {
                try (QueryEngine queries = new QueryEngine(
                        () -> Optional.of(() -> stored(directory, session)),
                        PurgeHistory.NONE,
                        new QueryEngine.Limits(
                                budget,
                                Duration.ofDays(30),
                                Duration.ofDays(30),
                                Duration.ofDays(30),
                                Duration.ofDays(365)),
                        Clock.fixed(NOW, ZoneOffset.UTC))) {
                    questions().forEach((name, question) -> measure(budget, name, question, queries));
                }
            }
        }
    }

    private static void measure(long budget, String name, Question question, QueryEngine queries) {
        double[] took = new double[ASKED];
        long rows = 0;
        for (int i = -5; i < ASKED; i++) {
            Asking asking =
                    new Asking(System.nanoTime() + Duration.ofSeconds(60).toNanos());
            long before = System.nanoTime();
            queries.ask(question, asking).join();
            if (i >= 0) {
                took[i] = (System.nanoTime() - before) / 1e6;
            }
            rows = asking.rows();
        }
        Arrays.sort(took);
        System.out.printf(
                "budget %,9d  %-22s rows %,9d  p50 %6.1f ms  p95 %6.1f ms%n",
                budget, name, rows, took[ASKED / 2], took[ASKED * 95 / 100]);
    }

    private static Map<String, Question> questions() {
        List<String> sums = List.of("sum_edgeResponseBytes", "sum_originRequests", "sum_originResponseBytes");
        Condition missed = new Condition.Compare(
                RowAnswerTest.dimension("cacheStatus"), Operator.IN, List.of("miss", "expired", "revalidated"));
        Condition host = new Condition.Compare(
                RowAnswerTest.dimension("clientRequestHTTPHost"), Operator.EQUAL, List.of("h1.example"));
        Condition country = new Condition.Compare(
                RowAnswerTest.dimension("clientCountryName"), Operator.IN, List.of("C1", "C2", "C3"));
        Condition status =
                new Condition.Compare(RowAnswerTest.dimension("edgeResponseStatus"), Operator.EQUAL, List.of(200L));
        return new java.util.TreeMap<>(Map.of(
                "1 paths by requests", question(List.of("clientRequestPath"), sums, "count", List.of()),
                "2 paths by bytes", question(List.of("clientRequestPath"), sums, sums.getFirst(), List.of()),
                "3 misses",
                        question(
                                List.of("clientRequestHTTPHost", "clientRequestPath", "cacheStatus", "missReason"),
                                sums,
                                "count",
                                List.of(missed)),
                "4 three filters",
                        question(List.of("clientRequestPath"), sums, "count", List.of(host, country, status)),
                "5 series, filtered",
                        question(List.of("datetimeHour", "cacheStatus"), sums, "datetimeHour", List.of(host))));
    }

    private static Question question(List<String> by, List<String> sums, String order, List<Condition> filter) {
        List<Condition> all = new ArrayList<>(filter);
        all.add(new Condition.Compare(
                RowAnswerTest.dimension("datetime"),
                Operator.AT_LEAST,
                List.of(NOW.minus(Duration.ofDays(DAYS)).toEpochMilli())));
        List<String> fields = new ArrayList<>(sums);
        fields.add("count");
        return new Question(
                Dataset.ADAPTIVE,
                "q",
                "q",
                "zone",
                List.of("busy"),
                by.stream().map(RowAnswerTest::dimension).toList(),
                Set.copyOf(fields),
                new Condition.All(all),
                List.of(new Question.Order(order, true)),
                10);
    }

    private static String path(Path directory, int day, int tier) {
        return "'" + directory.resolve("rows-" + day + "-" + tier + ".parquet") + "'";
    }

    private static void fill(Path directory, Session session, int perHour) throws EngineFailure {
        long start = NOW.minus(Duration.ofDays(DAYS)).toEpochMilli();
        session.execute("CREATE TABLE part (piece BIGINT, zone VARCHAR, hour BIGINT, tier BIGINT, row_count BIGINT,"
                + " weight DOUBLE, byte_weight DOUBLE)");
        session.execute("CREATE TABLE counter (zone VARCHAR, bucket BIGINT, kind BIGINT, colo VARCHAR,"
                + " cache_status VARCHAR, status_class BIGINT, value VARCHAR, requests BIGINT, request_bytes BIGINT,"
                + " response_bytes BIGINT, origin_requests BIGINT, origin_response_bytes BIGINT, page_views BIGINT,"
                + " visits BIGINT)");
        for (int day = 0; day < DAYS; day++) {
            long from = start + day * 24L * HOUR;
            // The traffic of an hour is between a tenth and all of the most.
            session.execute("CREATE OR REPLACE TABLE rows_of_day AS SELECT CASE WHEN i % 50 = 0 THEN 'z' || (i % 997)"
                    + " ELSE 'busy' END AS zone, started, ray, 0.01::DOUBLE AS rate, 20000.0::DOUBLE AS mean_bytes,"
                    + " CAST(least(6, floor(-log10(random() + 1e-9))) AS BIGINT) AS depth, 'DEV' AS colo,"
                    + " '192.0.2.' || (ray % 250) AS client_ip, 'C' || (ray % 17) AS country, 'GET' AS method,"
                    + " 'https' AS scheme, 'h' || (ray % 3) || '.example' AS host,"
                    + " '/assets/path/' || CAST(floor(20000 * pow(random(), 4)) AS BIGINT) AS path, '' AS query,"
                    + " 'HTTP/2' AS protocol, 'TLSv1.3' AS tls_version, '' AS referer, '' AS referer_host,"
                    + " 'agent ' || (ray % 300) AS user_agent, 'Firefox' AS browser, 'desktop' AS device_type,"
                    + " (['hit','hit','hit','hit','miss','expired','dynamic'])[1 + ray % 7] AS cache_status,"
                    + " 'first_seen' AS miss_reason, CASE WHEN ray % 20 = 0 THEN 404 ELSE 200 END::BIGINT AS status,"
                    + " 'html' AS content_type, 200::BIGINT AS origin_status, '198.51.100.1' AS origin_ip,"
                    + " 300::BIGINT AS request_bytes, CAST(exp(8 + 2 * (random() + random() + random() - 1.5)) AS BIGINT)"
                    + " AS response_bytes, (ray % 2)::BIGINT AS origin_requests, 1000::BIGINT AS origin_response_bytes,"
                    + " (ray % 90)::BIGINT AS first_byte_ms, (ray % 200)::BIGINT AS origin_ms, (ray % 3)::BIGINT AS"
                    + " visits, '' AS rule, '' AS rule_action FROM (SELECT i, CAST(hash(i + " + day
                    + " * 100000000::BIGINT) // 4 AS BIGINT) AS"
                    + " ray, " + from + " + (i % 24) * " + HOUR + " + CAST(random() * " + (HOUR - 1)
                    + " AS BIGINT) AS started FROM range(" + 24L * perHour + ") t(i) WHERE random() < 0.1 + 0.9 * (i %"
                    + " 24) / 24)");
            for (int tier = 0; tier < Sampling.TIERS; tier++) {
                session.execute("COPY (SELECT " + String.join(", ", Snapshot.ROW_COLUMNS)
                        + " FROM rows_of_day WHERE depth >= " + tier + " ORDER BY zone, started) TO "
                        + path(directory, day, tier)
                        + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 30720)");
                session.execute("INSERT INTO part SELECT " + day + ", zone, started - started % " + HOUR + ", " + tier
                        + ", count(*), count(*) * 100 * pow(10, " + tier + "), sum(response_bytes) * 100 * pow(10, "
                        + tier + ") FROM rows_of_day WHERE depth >= " + tier + " GROUP BY ALL");
            }
            session.execute("INSERT INTO counter SELECT zone, started - started % " + 24 * HOUR
                    + ", 0, colo, cache_status, status // 100, '', 100 * count(*), 100 * sum(request_bytes), 100 *"
                    + " sum(response_bytes), 100 * sum(origin_requests), 100 * sum(origin_response_bytes), 0, 100 *"
                    + " sum(visits) FROM rows_of_day GROUP BY ALL");
        }
        for (String table : List.of("part", "counter")) {
            session.execute("COPY (SELECT * FROM " + table + " ORDER BY zone) TO '"
                    + directory.resolve(table.equals("part") ? "index.parquet" : "counter.parquet")
                    + "' (FORMAT parquet, ROW_GROUP_SIZE 30720)");
        }
    }

    private static Snapshot stored(Path directory, Session session) {
        return new Snapshot() {
            @Override
            public Session session() {
                return session;
            }

            @Override
            public List<Piece> pieces(long from, long until) {
                List<Piece> pieces = new ArrayList<>();
                for (int day = 0; day < DAYS; day++) {
                    List<String> tiers = new ArrayList<>();
                    for (int tier = 0; tier < Sampling.TIERS; tier++) {
                        tiers.add("read_parquet([" + path(directory, day, tier) + "])");
                    }
                    pieces.add(new Piece(day, 0, Long.MAX_VALUE, tiers));
                }
                return pieces;
            }

            @Override
            public String partitions(long from, long until) {
                return "read_parquet(['" + directory.resolve("index.parquet") + "'])";
            }

            @Override
            public String counters(Level level, long from, long until) {
                return "read_parquet(['" + directory.resolve("counter.parquet") + "'])";
            }

            @Override
            public String visitors(Level level, long from, long until) {
                throw new IllegalStateException("not asked");
            }

            @Override
            public void close() {}
        };
    }
}
