package dev.selvage.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What was counted stays counted, and sums and rows agree.
@Timeout(180)
class AnalyticsTest {
    /// What a kill may take: the last second.
    private static final Duration AT_RISK = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    @Test
    void aKilledProgramLosesTheLastSecondAtMostAndNeverHalfABatch() throws Exception {
        List<Long> ended = new ArrayList<>();
        long killed;
        try (Origin origin = Origin.answering(_ -> Say.ok("here").header("Cache-Control", "max-age=60"))) {
            try (Program program = start(directory, origin.uri())) {
                Until.holds(
                        "GraphQL is loaded",
                        Duration.ofSeconds(60),
                        () -> program.api()
                                .post("/graphql", "{\"query\":\"{viewer{zones(limit:1){zoneTag}}}\"}")
                                .status(),
                        status -> status == 200);
                long begun = System.nanoTime();
                // For three seconds, so that some of it is older than what is at risk.
                while (System.nanoTime() - begun < 3_000_000_000L && ended.size() < 20_000) {
                    Client.get(program.edgePort(), "/page" + ended.size() % 7);
                    ended.add(System.nanoTime());
                }
                program.kill();
                killed = System.nanoTime();
            }
            long old =
                    ended.stream().filter(at -> killed - at > AT_RISK.toNanos()).count();
            try (Program program = start(directory, origin.uri())) {
                String zone = program.api().zone("quickstart.internal");
                Until.holds(
                        "GraphQL is loaded",
                        Duration.ofSeconds(60),
                        () -> program.api()
                                .post("/graphql", "{\"query\":\"{viewer{zones(limit:1){zoneTag}}}\"}")
                                .status(),
                        status -> status == 200);
                long counted = sum(program, zone, "cacheStatus");
                long rows = sum(program, zone, "clientRequestPath");
                assertThat(counted).isBetween(old, (long) ended.size()).isPositive();
                assertThat(rows).isEqualTo(counted);
            }
        }
    }

    @Test
    @Timeout(120)
    void prometheusSeesWhatEachZoneServed(@TempDir Path directory) throws Exception {
        try (Origin origin = Origin.answering(_ -> Say.ok("here").header("Cache-Control", "max-age=60"));
                Program program = start(directory, origin.uri())) {
            for (int i = 0; i < 5; i++) {
                Client.get(program.edgePort(), "/page");
            }
            Until.holds(
                    "five requests are counted",
                    Duration.ofSeconds(60),
                    () -> metrics(program, "Bearer " + program.token()).body(),
                    text -> text.lines()
                            .anyMatch(line -> line.startsWith(
                                            "cloudflare_zone_requests_total{zone=\"quickstart.internal\",account=")
                                    && line.endsWith("} 5")));
            HttpResponse<String> stranger = metrics(program, null);
            assertThat(stranger.statusCode()).isEqualTo(200);
            assertThat(stranger.body()).contains("selvage_").doesNotContain("cloudflare_zone");
            assertThat(metrics(program, "Bearer nobody").statusCode()).isEqualTo(401);
        }
    }

    private static HttpResponse<String> metrics(Program program, @Nullable String authorization) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + program.apiPort() + "/metrics"));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /// Every request of these few seconds has its row: what is estimated would be rounded group by group.
    private static Program start(Path directory, URI origin) throws Exception {
        return Program.in(directory)
                .settings("analytics.rows-per-second: 50000\n")
                .up(origin);
    }

    private static long sum(Program program, String zone, String dimension) throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        JsonNode groups = program.api()
                .graphql(
                        """
                        {viewer{zones(filter:{zoneTag:"%s"}){
                          httpRequestsAdaptiveGroups(limit:100, filter:{datetime_geq:"%s",datetime_lt:"%s"}){
                            count dimensions{%s}}}}}
                        """.formatted(zone, now.minus(1, ChronoUnit.HOURS), now.plus(5, ChronoUnit.MINUTES), dimension))
                .at("/viewer/zones/0/httpRequestsAdaptiveGroups");
        long sum = 0;
        for (JsonNode group : groups) {
            sum += group.path("count").asLong();
        }
        return sum;
    }
}
