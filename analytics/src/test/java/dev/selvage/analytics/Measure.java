package dev.selvage.analytics;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Measures the store and the API; prints the figures of the decision record. No test: it only says how fast.
final class Measure {
    private static final int ROWS = 1_000_000;
    private static final int PER_BATCH = 5_000;

    private Measure() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("selvage-measure");
        for (int i = 0; i < 4; i++) {
            long before = System.nanoTime();
            Analytics analytics = Analytics.open(
                    AnalyticsSettings.in(directory.resolve("empty")), new FakeAccess(), new Health(), new Metrics());
            long returned = System.nanoTime();
            Traffic traffic = new Traffic("edge-0");
            analytics.offer(traffic.add(Traffic.request(i, 0).done()).batch());
            analytics.close();
            System.out.printf(
                    "open %d: returns after %.1f ms, opened, committed and closed after %.0f ms%n",
                    i, (returned - before) / 1e6, (System.nanoTime() - before) / 1e6);
        }
        try (Api api = new Api(directory.resolve("full"))) {
            Random random = new Random(1);
            Traffic traffic = new Traffic("edge-0");
            CacheStatus[] statuses = {CacheStatus.HIT, CacheStatus.HIT, CacheStatus.HIT, CacheStatus.MISS};
            long now = System.currentTimeMillis();
            List<dev.selvage.model.event.TrafficBatch> batches = new ArrayList<>();
            for (int i = 0; i < ROWS; i++) {
                long started = now - 86_400_000L + (long) i * 86_400_000L / ROWS;
                traffic.add(Traffic.request(i, started)
                        .path("/p/" + (int) Math.pow(random.nextInt(10_000), 0.9))
                        .clientIp("192.0." + random.nextInt(100) + "." + random.nextInt(250))
                        .cache(statuses[random.nextInt(4)])
                        .bytes(random.nextInt(100_000))
                        .done());
                if ((i + 1) % PER_BATCH == 0) {
                    batches.add(traffic.batch());
                }
            }
            Api.await(() -> api.metrics.scrape().contains("analytics_watermark_seconds"));
            long before = System.nanoTime();
            for (var batch : batches) {
                while (!api.analytics.offer(batch)) {
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                }
            }
            api.record(traffic.add(Traffic.request(-1, now).done()).batch());
            System.out.printf(
                    "ingest: %,.0f rows/s, to durable and queryable%n", ROWS / ((System.nanoTime() - before) / 1e9));
            String zone = "{viewer{zones(filter:{zoneTag:\"" + FakeAccess.ZONE + "\"}){";
            String day = "datetime_geq:\"" + Instant.ofEpochMilli(now - 86_400_000L) + "\",datetime_lt:\""
                    + Instant.ofEpochMilli(now + 60_000) + "\"";
            Map<String, String> queries = new LinkedHashMap<>();
            queries.put(
                    "total from counters",
                    "httpRequestsAdaptiveGroups(limit:1,filter:{}){count sum{edgeResponseBytes}}");
            queries.put(
                    "15-minute buckets by cacheStatus from counters",
                    "httpRequestsAdaptiveGroups(limit:1000,filter:{}){count dimensions{datetimeFifteenMinutes cacheStatus}}");
            queries.put(
                    "1h groups with every map and uniques",
                    "httpRequests1hGroups(limit:100,filter:{}){uniq{uniques} dimensions{datetime} sum{requests"
                            + " countryMap{clientCountryName requests} responseStatusMap{edgeResponseStatus requests}}}");
            queries.put(
                    "top 15 paths of 1 M rows",
                    "httpRequestsAdaptiveGroups(limit:15,filter:{" + day
                            + "},orderBy:count_DESC){count sum{edgeResponseBytes} dimensions{clientRequestPath}}");
            queries.put(
                    "top 15 missed paths of 1 M rows",
                    "httpRequestsAdaptiveGroups(limit:15,filter:{" + day
                            + ",cacheStatus:\"miss\"},orderBy:count_DESC){count dimensions{clientRequestPath}}");
            queries.put(
                    "one hour of rows, by host",
                    "httpRequestsAdaptiveGroups(limit:15,filter:{datetime_geq:\""
                            + Instant.ofEpochMilli(now - 3_600_001)
                            + "\"},orderBy:count_DESC){count dimensions{clientRequestHTTPHost}}");
            for (Map.Entry<String, String> query : queries.entrySet()) {
                List<Double> times = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    long start = System.nanoTime();
                    Api.Reply reply = api.ask(zone + query.getValue() + "}}}");
                    times.add((System.nanoTime() - start) / 1e6);
                    if (reply.status() != 200) {
                        throw new AssertionError(reply.json().toString());
                    }
                }
                times.sort(null);
                System.out.printf("%s: p50 %.1f ms, p95 %.1f ms%n", query.getKey(), times.get(15), times.get(28));
            }
            System.out.printf(
                    "file: %,d bytes%n", Files.size(directory.resolve("full").resolve("analytics.duckdb")));
        }
    }
}
