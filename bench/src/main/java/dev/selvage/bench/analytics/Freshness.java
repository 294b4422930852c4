package dev.selvage.bench.analytics;

import dev.selvage.analytics.AnalyticsSettings;
import dev.selvage.edge.record.LoopRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// How soon a recorded request is in an answer.
final class Freshness {
    /// A loop's hand-over comes this much later than a request at most; it is added to what is measured.
    private static final double HAND_OVER = 0.25;

    private Freshness() {}

    /// The median and the worst, in seconds.
    static double[] measure(Path directory, Shapes shapes, int times) throws IOException, InterruptedException {
        Latency latency = new Latency();
        String zone = Zones.of(10_000, 0).known().getFirst().id();
        try (Client client = new Client(AnalyticsSettings.in(directory))) {
            client.ready(Duration.ofSeconds(60));
            Feed feed = new Feed(shapes, new Truth(shapes), 1);
            LoopRecorder recorder = Build.recorder("fresh", 1_000, client::offer);
            for (int i = 1; i <= times; i++) {
                long now = System.currentTimeMillis();
                long begun = System.nanoTime();
                feed.play(recorder, zone, 1, now, now + 1);
                if (!recorder.handOver()) {
                    throw new IOException("the store took no batch");
                }
                String body = "{\"query\":\"{viewer{zones(filter:{zoneTag:\\\"" + zone
                        + "\\\"}){httpRequestsAdaptiveGroups(filter:{datetime_geq:\\\""
                        + Instant.ofEpochMilli(now - 3_600_000) + "\\\"},limit:100){count dimensions{clientIP}}}}}\"}";
                while (count(client, body) < i) {
                    if (System.nanoTime() - begun > 30_000_000_000L) {
                        throw new IOException("a request was not in an answer after 30 s");
                    }
                }
                latency.add((System.nanoTime() - begun) / 1e9 + HAND_OVER);
            }
        }
        return new double[] {latency.quantile(0.5), latency.quantile(1)};
    }

    private static long count(Client client, String body) throws IOException, InterruptedException {
        long count = 0;
        for (var group : client.ask(body).at("/data/viewer/zones/0/httpRequestsAdaptiveGroups")) {
            count += group.path("count").asLong();
        }
        return count;
    }
}
