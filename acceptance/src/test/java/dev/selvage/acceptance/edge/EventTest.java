package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// One event per request, whatever became of it; the counters agree with what was sent and with what the origin saw.
@Timeout(90)
class EventTest {
    private static final Duration COUNTED = Duration.ofSeconds(10);

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "");
        Until.holds(
                "GraphQL is loaded",
                Duration.ofSeconds(60),
                () -> site.program()
                        .api()
                        .post("/graphql", "{\"query\":\"{viewer{zones(limit:1){zoneTag}}}\"}")
                        .status(),
                status -> status == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static String time(int minutes) {
        return Instant.now()
                .plus(minutes, ChronoUnit.MINUTES)
                .truncatedTo(ChronoUnit.MINUTES)
                .toString();
    }

    /// The zone's totals since the start.
    private static JsonNode totals() throws IOException {
        return query("httpRequests1mGroups", "sum{requests bytes cachedRequests originRequests originResponseBytes}")
                .path(0)
                .path("sum");
    }

    private static JsonNode query(String dataset, String selection) throws IOException {
        String zone = site.program().api().zone("quickstart.internal");
        return site.program()
                .api()
                .graphql("""
                        {viewer{zones(filter:{zoneTag:"%s"}){
                          %s(limit:100,filter:{datetime_geq:"%s",datetime_lt:"%s"}){%s}}}}
                        """.formatted(zone, dataset, time(-30), time(30), selection))
                .at("/viewer/zones/0/" + dataset);
    }

    private static Map<String, Integer> byStatus() throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (JsonNode group : query("httpRequestsAdaptiveGroups", "count dimensions{cacheStatus}")) {
            counts.merge(
                    group.at("/dimensions/cacheStatus").asString(),
                    group.path("count").asInt(),
                    Integer::sum);
        }
        return counts;
    }

    @Test
    void everyRequestIsCountedOnceAndSoIsWhatTheOriginSaw() throws Exception {
        Map<String, Integer> sent = new TreeMap<>();

        site.page("/cached", Say.ok("cached").header("Cache-Control", "max-age=60"));
        site.page("/dynamic", Say.ok("dynamic"));
        site.page("/bypass", Say.ok("bypass").header("Cache-Control", "no-store"));
        for (int i = 0; i < 10; i++) {
            site.get("/cached");
            sent.merge(i == 0 ? "miss" : "hit", 1, Integer::sum);
            site.ask("POST", "/dynamic", "body");
            sent.merge("dynamic", 1, Integer::sum);
            site.get("/bypass");
            sent.merge("bypass", 1, Integer::sum);
        }
        // On one connection, a part, a 304, and a HEAD.
        try (Client client = site.connect()) {
            client.request("GET", "/cached", "", "Range: bytes=1-2");
            assertThat(client.response().status()).isEqualTo(206);
            client.request("HEAD", "/cached", "");
            client.response("HEAD");
            sent.merge("hit", 2, Integer::sum);
        }
        // The edge's own answers.
        site.get("/loop", "CDN-Loop: selvage, selvage, selvage");
        sent.merge("none", 1, Integer::sum);
        // An error of the origin.
        site.page("/fails", Say.raw("nonsense\r\n\r\n").thenClose());
        assertThat(site.get("/fails").status()).isEqualTo(520);
        sent.merge("miss", 1, Integer::sum);

        // Left while it waits for what cannot be stored.
        Say.Gate gone = new Say.Gate();
        site.page("/waits", Say.nothing().untilGone(gone));
        try (Client client = site.connect()) {
            client.request("POST", "/waits", "body");
            Until.holds("asked", COUNTED, () -> site.asked("/waits"), asked -> asked == 1);
            client.reset();
        }
        sent.merge("dynamic", 1, Integer::sum);
        assertThat(gone.await(COUNTED)).isTrue();

        // Left within the body, of what can be stored: the rest of it counts as the origin's all the same.
        Say.Gate rest = new Say.Gate();
        site.page(
                "/leaves",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 100005\r\n\r\nstart")
                        .await(rest)
                        .then("x".repeat(100_000)));
        try (Client client = site.connect()) {
            client.request("GET", "/leaves", "");
            assertThat(client.head().line()).contains("200");
            client.reset();
        }
        rest.open();
        sent.merge("miss", 1, Integer::sum);
        Until.holds(
                "it is stored",
                COUNTED,
                () -> {
                    sent.merge("hit", 1, Integer::sum);
                    return Site.status(site.get("/leaves"));
                },
                "HIT"::equals);

        // Left in the middle of an upload.
        site.page("/upload", Say.ok("thanks"));
        try (Client client = site.connect()) {
            client.send("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf");
            Until.holds(
                    "it begins",
                    COUNTED,
                    () -> site.origin().begun().stream()
                            .filter(head -> head.line().contains("/upload"))
                            .count(),
                    begun -> begun == 1);
            client.reset();
        }
        sent.merge("dynamic", 1, Integer::sum);
        Until.holds(
                "the origin sees it broken",
                COUNTED,
                () -> site.origin().broken().size(),
                broken -> broken == 1);

        // Refused before it was anybody's: counted for no zone.
        try (Client client = site.connect()) {
            client.send("GET / HTTP/1.1\r\nHost : a\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(400);
        }

        int requests = sent.values().stream().mapToInt(Integer::intValue).sum();
        JsonNode totals = Until.holds(
                "all are counted",
                COUNTED,
                EventTest::totals,
                sum -> sum.path("requests").asInt() >= requests
                        && sum.path("originResponseBytes").asLong() > 100_000);
        assertThat(totals.path("requests").asInt()).isEqualTo(requests);
        assertThat(byStatus()).isEqualTo(sent);
        assertThat(totals.path("cachedRequests").asInt()).isEqualTo(sent.get("hit"));
        assertThat(totals.path("originRequests").asInt())
                .as("what the origin saw")
                .isEqualTo(site.origin().begun().size());
        assertThat(totals.path("bytes").asLong()).isPositive();
    }
}
