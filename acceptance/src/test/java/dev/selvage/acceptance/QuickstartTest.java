package dev.selvage.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `./selvage up ORIGIN_URL` puts a caching, measured edge in front of a site.
@Timeout(120)
class QuickstartTest {
    @TempDir
    Path directory;

    private Origin origin;
    private Program program;

    @BeforeEach
    void start() throws Exception {
        origin = Origin.answering(
                request -> Say.ok("you asked " + request.target()).header("Cache-Control", "max-age=60"));
        program = Program.in(directory).up(origin.uri());
    }

    @AfterEach
    void stop() throws Exception {
        program.close();
        origin.close();
    }

    @Test
    void theSecondRequestIsServedFromTheCacheOnAnyHostName() throws Exception {
        Wire.Response first = Client.get(program.edgePort(), "/a", "Host: shop.example");
        Wire.Response second = Client.get(program.edgePort(), "/a", "Host: shop.example:8080");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text()).isEqualTo("you asked /a");
        assertThat(first.header("CF-Cache-Status")).contains("MISS");
        assertThat(second.text()).isEqualTo("you asked /a");
        assertThat(second.header("CF-Cache-Status")).contains("HIT");
        assertThat(second.header("Cache-Status"))
                .hasValueSatisfying(status -> assertThat(status).contains("hit"));
        assertThat(second.header("Age")).isPresent();
        assertThat(second.header("CF-Ray"))
                .hasValueSatisfying(ray -> assertThat(ray).matches("[0-9a-f]{16}-DEV"));
        assertThat(origin.asked("/a")).isEqualTo(1);
    }

    @Test
    void purgingEverythingMakesTheNextRequestReachTheOrigin() throws Exception {
        Client.get(program.edgePort(), "/p");
        String zone = program.api().zone("quickstart.internal");

        assertThat(program.api()
                        .post("/zones/" + zone + "/purge_cache", "{\"purge_everything\":true}")
                        .status())
                .isEqualTo(200);

        Until.holds(
                "the origin is asked again",
                Duration.ofMillis(500),
                () -> {
                    Client.get(program.edgePort(), "/p");
                    return origin.asked("/p");
                },
                asked -> asked == 2);
        assertThat(Client.get(program.edgePort(), "/p").header("CF-Cache-Status"))
                .contains("HIT");
    }

    @Test
    void purgingAUrlLeavesTheOthers() throws Exception {
        Client.get(program.edgePort(), "/one", "Host: shop.example");
        Client.get(program.edgePort(), "/two", "Host: shop.example");
        String zone = program.api().zone("quickstart.internal");

        program.api()
                .post("/zones/" + zone + "/purge_cache", "{\"files\":[\"http://shop.example/one\"]}")
                .result();

        Until.holds(
                "the purged one is fetched again",
                Duration.ofMillis(500),
                () -> {
                    Client.get(program.edgePort(), "/one", "Host: shop.example");
                    return origin.asked("/one");
                },
                asked -> asked == 2);
        Client.get(program.edgePort(), "/two", "Host: shop.example");
        assertThat(origin.asked("/two")).isEqualTo(1);
    }

    @Test
    void aRequestIsSeenInTheAnalyticsWithinTwoSeconds() throws Exception {
        String zone = program.api().zone("quickstart.internal");
        Until.holds(
                "GraphQL is loaded",
                Duration.ofSeconds(60),
                () -> program.api()
                        .post("/graphql", "{\"query\":\"{viewer{zones(limit:1){zoneTag}}}\"}")
                        .status(),
                status -> status == 200);
        Client.get(program.edgePort(), "/seen");
        Client.get(program.edgePort(), "/seen");

        String since = Instant.now()
                .minus(10, ChronoUnit.MINUTES)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        String until = Instant.now()
                .plus(10, ChronoUnit.MINUTES)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        JsonNode groups = Until.holds(
                "both requests are counted",
                Duration.ofSeconds(2),
                () -> program.api()
                        .graphql("""
                                {viewer{zones(filter:{zoneTag:"%s"}){
                                  httpRequestsAdaptiveGroups(limit:10,
                                    filter:{datetime_geq:"%s",datetime_lt:"%s",clientRequestPath:"/seen"},
                                    orderBy:[count_DESC]){
                                    count dimensions{cacheStatus}}}}}
                                """.formatted(zone, since, until))
                        .at("/viewer/zones/0/httpRequestsAdaptiveGroups"),
                found -> found.size() == 2);
        assertThat(groups)
                .allSatisfy(group -> assertThat(group.path("count").asInt()).isEqualTo(1));
        assertThat(groups)
                .map(group -> group.at("/dimensions/cacheStatus").asString())
                .containsExactlyInAnyOrder("miss", "hit");
    }

    @Test
    void theDashboardHealthAndMetricsAreThere() throws Exception {
        assertThat(Client.get(program.apiPort(), "/").text()).containsIgnoringCase("<html");
        assertThat(Client.get(program.apiPort(), "/health/live").status()).isEqualTo(200);
        Wire.Response metrics = Client.get(program.apiPort(), "/metrics");
        assertThat(metrics.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(metrics.text()).contains("selvage_ready 1").contains("selvage_build");
    }

    @Test
    void theTokenIsMadeOnceAndOnlyItsOwnerMayReadIt() throws Exception {
        Path file = program.data().resolve("admin-token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(program.out()).contains(file.toString()).doesNotContain(program.token());
        assertThat(program.err()).doesNotContain(program.token());
        String token = program.token();

        program.terminate();
        program = Program.in(directory).up(origin.uri());

        assertThat(program.token()).isEqualTo(token);
        assertThat(program.api()
                        .get("/user/tokens/verify")
                        .result()
                        .path("status")
                        .asString())
                .isEqualTo("active");
    }

    @Test
    void anotherOriginReplacesTheFirstAndIsNotServedItsAnswers() throws Exception {
        Client.get(program.edgePort(), "/same");
        program.terminate();

        try (Origin other =
                Origin.answering(request -> Say.ok("the other site").header("Cache-Control", "max-age=60"))) {
            program = Program.in(directory).up(other.uri());
            assertThat(Client.get(program.edgePort(), "/same").text()).isEqualTo("the other site");
            assertThat(program.api().get("/zones").result()).hasSize(1);
        }
    }
}
