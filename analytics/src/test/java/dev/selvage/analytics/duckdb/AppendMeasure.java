package dev.selvage.analytics.duckdb;

import dev.selvage.analytics.store.Snapshot;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.EventRows.Text;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.RuleAction;
import dev.selvage.model.event.Sampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Measures how fast encoded rows reach a table of the engine. No test: it only says how fast.
final class AppendMeasure {
    private static final int ROWS = 1_500_000;

    private static final Set<String> FRACTIONS = Set.of("rate", "mean_bytes");
    private static final Set<String> SMALL = Set.of("depth", "status", "origin_status", "visits");
    private static final Set<String> NUMBERS = Set.of(
            "started",
            "ray",
            "request_bytes",
            "response_bytes",
            "origin_requests",
            "origin_response_bytes",
            "first_byte_ms",
            "origin_ms");

    private AppendMeasure() {}

    /// @param arguments how many rows a transaction has; 150,000 when absent
    public static void main(String[] arguments) throws Exception {
        int batch = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 150_000;
        Path directory = Files.createTempDirectory("selvage-measure");
        EventRows rows = rows(new Random(1), batch);
        System.out.printf("%,d bytes per encoded row%n", rows.length() / rows.count());
        long opening = System.nanoTime();
        // In memory a checkpoint writes nothing; it would compress the rows, which costs more than appending them.
        try (DuckDb engine = DuckDb.open(directory, Map.of("threads", "1", "checkpoint_threshold", "1TB"));
                Session session = engine.session()) {
            session.execute("SELECT 1");
            System.out.printf("opened after %.0f ms%n", (System.nanoTime() - opening) / 1e6);
            for (int round = 0; round < 4; round++) {
                session.execute("CREATE OR REPLACE TABLE event (" + columns() + ")");
                long began = System.nanoTime();
                Duration cpu = cpu();
                for (int i = 0; i < ROWS / batch; i++) {
                    session.execute("BEGIN TRANSACTION");
                    try (Appender appender = session.appender("event")) {
                        append(rows, appender);
                    }
                    session.execute("COMMIT");
                }
                double wall = (System.nanoTime() - began) / 1e9;
                double busy = cpu().minus(cpu).toNanos() / 1e9;
                session.query(
                        "SELECT count(*) FROM event",
                        List.of(),
                        Long.MAX_VALUE,
                        row -> System.out.printf(
                                "%,d rows, %,d a transaction: %,.0f rows/s, %,.0f rows per second of CPU%n",
                                row.getLong(0), batch, row.getLong(0) / wall, row.getLong(0) / busy));
            }
        }
    }

    /// What the whole process has used.
    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static String columns() {
        StringBuilder columns = new StringBuilder();
        for (String column : Snapshot.ROW_COLUMNS) {
            columns.append(columns.isEmpty() ? "" : ", ").append(column).append(type(column));
        }
        return columns.toString();
    }

    private static String type(String column) {
        if (FRACTIONS.contains(column)) {
            return " DOUBLE NOT NULL";
        }
        if (SMALL.contains(column)) {
            return " SMALLINT NOT NULL";
        }
        return NUMBERS.contains(column) ? " BIGINT NOT NULL" : " VARCHAR NOT NULL";
    }

    /// One of a thousand, the low ones more often.
    private static long popular(Random random) {
        double skewed = random.nextDouble() * random.nextDouble();
        return (long) (1_000 * skewed);
    }

    private static EventRows rows(Random random, int batch) {
        List<RequestEvent> events = new ArrayList<>();
        String[] agents = new String[200];
        for (int i = 0; i < agents.length; i++) {
            agents[i] = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"
                    + (100 + i) + ".0.0.0 Safari/537.36";
        }
        for (int i = 0; i < batch; i++) {
            boolean hit = random.nextInt(10) > 0;
            String zone = "%032x".formatted(popular(random) * 0x9E3779B97F4AL);
            String host = "www.zone" + zone.substring(24) + ".example";
            events.add(new RequestEvent(
                    random.nextLong(),
                    zone,
                    1_700_000_000_000L + i,
                    random.nextInt(2) == 0 ? Sampling.ALL : 0.01,
                    20_000,
                    "FRA",
                    "203.0." + random.nextInt(256) + "." + random.nextInt(256),
                    random.nextInt(2) == 0 ? "DE" : "US",
                    "GET",
                    "https",
                    host,
                    "/assets/pictures/" + random.nextInt(10_000) + "/large.jpg",
                    random.nextInt(3) == 0 ? "?v=" + random.nextInt(1_000_000) : "",
                    "HTTP/1.1",
                    "TLSv1.3",
                    random.nextInt(2) == 0 ? "https://" + host + "/page/" + random.nextInt(1_000) : "",
                    agents[random.nextInt(agents.length)],
                    "Chrome",
                    "desktop",
                    hit ? CacheStatus.HIT : CacheStatus.MISS,
                    hit ? MissReason.NONE : MissReason.FIRST_SEEN,
                    200,
                    "jpeg",
                    hit ? 0 : 200,
                    hit ? "" : "198.51.100.7",
                    400,
                    random.nextInt(100_000),
                    hit ? 0 : 1,
                    hit ? 0 : 40_000,
                    5,
                    hit ? 0 : 60,
                    false,
                    "",
                    RuleAction.NONE));
        }
        return EventRows.of(events);
    }

    private static void append(EventRows rows, Appender to) throws EngineFailure {
        EventRows.Cursor row = rows.cursor();
        while (row.next()) {
            long ray = row.i64(EventRows.RAY);
            double rate = row.f64(EventRows.RATE);
            double mean = row.f64(EventRows.MEAN_BYTES);
            long bytes = row.i64(EventRows.RESPONSE_BYTES);
            to.beginRow();
            text(to, row, Text.ZONE);
            to.append(row.i64(EventRows.STARTED_AT)).append(ray).append(rate).append(mean);
            to.append(Sampling.depth(ray, rate, Sampling.size(bytes, mean)));
            text(to, row, Text.COLO);
            text(to, row, Text.CLIENT_IP);
            text(to, row, Text.COUNTRY);
            text(to, row, Text.METHOD);
            text(to, row, Text.SCHEME);
            text(to, row, Text.HOST);
            text(to, row, Text.PATH);
            text(to, row, Text.QUERY);
            text(to, row, Text.PROTOCOL);
            text(to, row, Text.TLS_VERSION);
            text(to, row, Text.REFERER);
            text(to, row, row.length(Text.REFERER) == 0 ? Text.REFERER : Text.HOST);
            text(to, row, Text.USER_AGENT);
            text(to, row, Text.BROWSER);
            text(to, row, Text.DEVICE_TYPE);
            text(to, row, Text.CACHE_STATUS);
            text(to, row, Text.MISS_REASON);
            to.append(row.u16(EventRows.STATUS));
            text(to, row, Text.CONTENT_TYPE);
            to.append(row.u16(EventRows.ORIGIN_STATUS));
            text(to, row, Text.ORIGIN_IP);
            to.append(row.i64(EventRows.REQUEST_BYTES)).append(bytes);
            to.append(row.i32(EventRows.ORIGIN_REQUESTS)).append(row.i64(EventRows.ORIGIN_RESPONSE_BYTES));
            to.append(row.i32(EventRows.FIRST_BYTE)).append(row.i32(EventRows.ORIGIN_DURATION));
            to.append(row.visit() ? 1L : 0L);
            text(to, row, Text.RULE);
            text(to, row, Text.RULE_ACTION);
            to.endRow();
        }
    }

    private static void text(Appender to, EventRows.Cursor row, Text text) throws EngineFailure {
        to.append(row.bytes(), row.offset(text), row.length(text));
    }
}
