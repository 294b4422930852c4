package dev.selvage.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.purge.PurgeHistory;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AnalyticsTest {
    private static final String TOTAL = "{viewer{zones(filter:{zoneTag:\"" + FakeAccess.ZONE
            + "\"}){counted:httpRequests1dGroups(limit:10,filter:{}){sum{requests}}"
            + " rows:httpRequestsAdaptiveGroups(limit:10,filter:{clientRequestPath_neq:\"\"}){count}}}}";

    @TempDir
    private Path directory;

    private static long counted(Api api) throws Exception {
        Api.Reply reply = api.ask(TOTAL);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        long sum = 0;
        for (var day : reply.groups("counted")) {
            sum += day.at("/sum/requests").asLong();
        }
        return sum;
    }

    private static long rows(Api api) throws Exception {
        return api.ask(TOTAL).groups("rows").at("/0/count").asLong(0);
    }

    @Test
    void openingReturnsAtOnceAndNeverKeepsTheProgramFromBeingReady() throws Exception {
        long fastest = Long.MAX_VALUE;
        Health health = new Health();
        // The first loads the classes; of the others the fastest is what opening takes on a machine that does other
        // things.
        for (int i = 0; i < 5; i++) {
            long before = System.nanoTime();
            Analytics analytics = Analytics.open(
                    AnalyticsSettings.in(directory.resolve("store" + i)),
                    new FakeAccess(),
                    PurgeHistory.NONE,
                    health,
                    new Metrics());
            fastest = Math.min(fastest, System.nanoTime() - before);
            try (analytics) {
                assertThat(health.ready()).isTrue();
                assertThat(health.reports()).containsKey("analytics");
            }
        }
        assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(50));
        assertThat(health.reports()).doesNotContainKey("analytics");
    }

    @Test
    void anEventIsQueryableWithinTwoSeconds() throws Exception {
        try (Api api = new Api(directory)) {
            Api.await(() -> answers(api));
            List<Duration> took = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                long happened = System.nanoTime();
                Traffic traffic = new Traffic("edge-" + i);
                assertThat(api.analytics.offer(traffic.add(Traffic.request(i, System.currentTimeMillis())
                                        .done())
                                .batch()))
                        .isTrue();
                int wanted = i;
                Api.await(() -> {
                    try {
                        return counted(api) == wanted && rows(api) == wanted;
                    } catch (Exception failure) {
                        throw new AssertionError(failure);
                    }
                });
                took.add(Duration.ofNanos(System.nanoTime() - happened));
            }
            // The rest of the two seconds is the edge's; one slow answer of a busy machine proves nothing.
            assertThat(took.stream().sorted().toList().get(2))
                    .as("median of " + took)
                    .isLessThan(Duration.ofSeconds(1));
        }
    }

    private static boolean answers(Api api) {
        try {
            return api.ask(TOTAL).status() == 200;
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void aRestartKeepsEverything() throws Exception {
        for (int run = 1; run <= 3; run++) {
            try (Api api = new Api(directory)) {
                Traffic traffic = new Traffic("edge-0-" + run);
                traffic.add(Traffic.request(run, System.currentTimeMillis()).done());
                api.record(traffic.batch());
                assertThat(counted(api)).isEqualTo(run);
                assertThat(rows(api)).isEqualTo(run);
            }
        }
    }

    @Test
    void aStoreOfANewerVersionIsAnswered503AndTheProgramServesOn() throws Exception {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("MANIFEST"), "selvage-analytics 99\nsomething else altogether");
        try (Api api = new Api(directory)) {
            Api.await(() -> Health.State.DEGRADED
                    == java.util.Objects.requireNonNull(api.health.reports().get("analytics"))
                            .state());
            assertThat(api.health.ready()).isTrue();
            Api.Reply reply = api.ask(TOTAL);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.message()).isEqualTo("unable to execute query, please try again later");
            assertThat(reply.json().at("/extensions/watermark").isNull()).isTrue();
        }
        assertThat(directory.resolve("MANIFEST")).content().endsWith("something else altogether");
        assertThat(directory.resolve("rows")).doesNotExist();
    }

    @Test
    void aDepletedBudgetIsRefusedUntilTheWindowEnds() throws Exception {
        AnalyticsSettings all = AnalyticsSettings.in(directory);
        AnalyticsSettings two = new AnalyticsSettings(
                all.directory(),
                10,
                64,
                1,
                all.diskBytes(),
                all.hotRows(),
                all.keepRows(),
                all.keepThin(),
                all.keepMinutes(),
                all.keepHours(),
                2);
        try (Api api = new Api(two)) {
            Api.await(() -> {
                try {
                    return api.ask("Bearer one", "{cost}", Map.of()).status() != 503;
                } catch (Exception failure) {
                    throw new AssertionError(failure);
                }
            });
            assertThat(api.ask(TOTAL).status()).isEqualTo(200);
            Api.Reply reply = api.ask(TOTAL);
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.message()).isEqualTo("rate limiter budget depleted, try again after 5 minutes");
            assertThat(reply.json().at("/errors/0/extensions/code").asString()).isEqualTo("budget");
        }
    }

    @Test
    void estimatesSayThatTheyAreAndHowSure() throws Exception {
        try (Api api = new Api(directory)) {
            Traffic traffic = new Traffic("edge-0");
            long now = System.currentTimeMillis();
            for (int i = 0; i < 20; i++) {
                traffic.add(Traffic.request(i, now).weight(10).bytes(100).done());
            }
            for (int i = 20; i < 203; i++) {
                traffic.count(Traffic.request(i, now).bytes(100).done());
            }
            api.record(traffic.batch());
            String interval = "{estimate lower upper sampleSize isValid}";
            String fields = "count avg{sampleInterval} confidence(level:0.95){level count" + interval
                    + " sum{edgeResponseBytes" + interval + "}}";
            Api.Reply estimated = api.ask(dataset("filter:{clientRequestPath:\"/\"}", fields));
            assertThat(estimated.json().at("/extensions/exact").asBoolean()).isFalse();
            var group = estimated.groups("httpRequestsAdaptiveGroups").path(0);
            assertThat(group.path("count").asLong())
                    .as(estimated.json().toString())
                    .isEqualTo(203);
            assertThat(group.at("/avg/sampleInterval").asDouble()).isEqualTo(10.15);
            assertThat(group.at("/confidence/level").asDouble()).isEqualTo(0.95);
            assertThat(group.at("/confidence/count/sampleSize").asInt()).isEqualTo(20);
            assertThat(group.at("/confidence/count/isValid").asBoolean()).isTrue();
            // A path that all rows are of is all there is, but for what no row was seen of.
            assertThat(group.at("/confidence/count/lower").asDouble()).isBetween(120.0, 140.0);
            assertThat(group.at("/confidence/count/upper").asDouble()).isEqualTo(203);
            assertThat(group.at("/confidence/sum/edgeResponseBytes/estimate").asDouble())
                    .isEqualTo(20_300);
            JsonNode dataset = estimated.json().at("/extensions/datasets").path("zones/0/httpRequestsAdaptiveGroups");
            assertThat(dataset.path("exact").asBoolean()).isFalse();
            assertThat(dataset.at("/calibratedTo/requests").asInt()).isEqualTo(203);
            assertThat(dataset.at("/tiers/0").toString()).isEqualTo("{\"tier\":0,\"rows\":20,\"share\":1.0}");
            assertThat(estimated.json().at("/extensions/hitRatio/id").asString())
                    .isNotEmpty();
            // The total of the same traffic is exact.
            Api.Reply exact = api.ask(dataset("filter:{}", fields));
            assertThat(exact.json().at("/extensions/exact").asBoolean()).isTrue();
            assertThat(exact.groups("httpRequestsAdaptiveGroups").at("/0/count").asLong())
                    .isEqualTo(203);
            assertThat(exact.groups("httpRequestsAdaptiveGroups")
                            .at("/0/confidence/count")
                            .toString())
                    .isEqualTo(
                            "{\"estimate\":203.0,\"lower\":203.0,\"upper\":203.0,\"sampleSize\":203,\"isValid\":true}");
            assertThat(api.ask(dataset("filter:{}", "confidence(level:1.5){level}"))
                            .status())
                    .isEqualTo(400);
        }
    }

    private static String dataset(String filter, String fields) {
        return "{viewer{zones(filter:{zoneTag:\"" + FakeAccess.ZONE + "\"}){httpRequestsAdaptiveGroups(limit:10,"
                + filter + "){" + fields + "}}}}";
    }

    @Test
    @Timeout(120)
    void aKilledProcessLosesAtMostItsLastMoments() throws Exception {
        Path said = directory.resolve("said");
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Recorder.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(said.toFile())
                .start();
        Api.await(() -> {
            assertThat(child.isAlive()).as("the child lives").isTrue();
            return numbers(said).size() >= 400;
        });
        // Batches by number, with the number that had been offered two seconds before.
        long safe = numbers(said).getLast()[1];
        child.destroyForcibly();
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        long last = numbers(said).getLast()[0];
        try (Api api = new Api(directory)) {
            Api.await(() -> answers(api));
            long counted = counted(api);
            // Counters and rows of a commit are there together or not at all.
            assertThat(rows(api)).isEqualTo(counted);
            assertThat(counted).isBetween(safe, last + 1);
            assertThat(safe).isPositive();
            Traffic traffic = new Traffic("edge-0-after");
            api.record(
                    traffic.add(Traffic.request(-1, System.currentTimeMillis()).done())
                            .batch());
            assertThat(counted(api)).isEqualTo(counted + 1);
        }
    }

    /// The whole lines of a child's output.
    private static List<long[]> numbers(Path said) {
        try {
            return Files.readAllLines(said).stream()
                    .filter(line -> line.endsWith("."))
                    .map(line -> line.substring(0, line.length() - 1).split(" ", -1))
                    .map(parts -> new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[1])})
                    .toList();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    /// A process that records one request every ten milliseconds until it is killed.
    static final class Recorder {
        private Recorder() {}

        /// @param arguments the store's directory
        public static void main(String[] arguments) throws IOException {
            Metrics metrics = new Metrics();
            Analytics analytics = Analytics.open(
                    AnalyticsSettings.in(Path.of(arguments[0])),
                    new FakeAccess(),
                    PurgeHistory.NONE,
                    new Health(),
                    metrics);
            Traffic traffic = new Traffic("edge-0");
            long[] offeredAt = new long[100_000];
            long safe = 0;
            Instant end = Instant.now().plusSeconds(90);
            for (int i = 1; Instant.now().isBefore(end); i++) {
                traffic.add(Traffic.request(i, System.currentTimeMillis()).done());
                if (!analytics.offer(traffic.batch())) {
                    throw new IOException("refused");
                }
                offeredAt[i] = System.nanoTime();
                while (offeredAt[(int) safe + 1] != 0
                        && offeredAt[(int) safe + 1] < System.nanoTime() - 2_000_000_000L) {
                    safe++;
                }
                System.out.println(i + " " + safe + ".");
                // Before the first commit the store is loading, and its time is not what is measured.
                if (i == 1) {
                    Api.await(() -> !metrics.scrape().contains("selvage_analytics_commits_total 0.0"));
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }
}
