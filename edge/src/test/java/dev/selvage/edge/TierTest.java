package dev.selvage.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.tier.TierSecret;
import dev.selvage.edge.tier.TierSettings;
import dev.selvage.edge.tier.UpperAddress;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two edges, one the other's upper, before one origin; purges reach each when the test says.
class TierTest {
    private static final String SECRET = "a secret that nobody can guess, really";

    private final VersionedOrigin origin = new VersionedOrigin();
    private final List<RunningEdge> running = new ArrayList<>();
    private final ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor();

    TierTest() throws IOException {}

    @AfterEach
    void stop() {
        visitors.shutdownNow();
        running.forEach(RunningEdge::close);
        origin.close();
    }

    private RunningEdge running(int port, TierSettings tier) throws IOException {
        RunningEdge edge = new RunningEdge(origin, tier, port, _ -> {});
        running.add(edge);
        return edge;
    }

    private static TierSettings secret(String text, int upper) {
        return new TierSettings(upper == 0 ? null : new UpperAddress("127.0.0.1", upper, false), new TierSecret(text));
    }

    private RunningEdge upper() throws IOException {
        return running(0, secret(SECRET, 0));
    }

    private RunningEdge below(RunningEdge upper) throws IOException {
        return running(0, secret(SECRET, upper.port()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Future<Ask.Answer> asking(Callable<Ask.Answer> asks) {
        return visitors.submit(asks);
    }

    private static Ask.Answer got(Future<Ask.Answer> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /// Waits for a condition, not for ever.
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("it does not happen");
            }
            Thread.onSpinWait();
        }
    }

    // ---- through the upper

    @Test
    void whatTheLowerHasNotTheUpperIsAsked() throws Exception {
        RunningEdge upper = upper();
        RunningEdge lower = below(upper);

        Ask.Answer first = lower.get("User-Agent: someone");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.body()).isEqualTo("1");
        assertThat(first.all("cache-status"))
                .as("the upper's word first (RFC 9211 section 2)")
                .hasSize(2)
                .allMatch(said -> said.startsWith("Selvage; fwd=uri-miss; fwd-status=200; stored; ttl="));
        assertThat(first.all("cache-tag")).isEmpty();
        assertThat(first.all("selvage-tier")).isEmpty();
        assertThat(first.all("cf-ray")).hasSize(1);
        assertThat(upper.get().first("cf-cache-status")).isEqualTo("HIT");
        assertThat(lower.get().first("cf-cache-status")).isEqualTo("HIT");
        assertThat(origin.asked()).isEqualTo(1);
        String head = origin.heads().getFirst();
        assertThat(head).contains("x-forwarded-for: 127.0.0.1\r\n").doesNotContain("selvage-tier");
        assertThat(head).contains("host: site.example\r\n").contains("cdn-loop: selvage, selvage\r\n");
        assertThat(head).contains("cf-ray: " + first.first("cf-ray").toLowerCase(Locale.ROOT));
    }

    @Test
    void tagsReachTheLower() throws Exception {
        RunningEdge upper = upper();
        RunningEdge lower = below(upper);
        origin.fields("Cache-Tag: one,two\r\n");
        lower.get();
        origin.next();

        lower.purge(false, 0, PurgeSelection.ofTags(List.of("two")));
        upper.purge(false, 0, PurgeSelection.ofTags(List.of("two")));

        assertThat(lower.get().body()).isEqualTo("2");
        assertThat(lower.get().all("cache-tag")).isEmpty();
    }

    @Test
    void theTimeAtTheUpperCounts() throws Exception {
        RunningEdge upper = upper();
        origin.fields("Age: 50\r\n");
        upper.get();

        Ask.Answer answer = below(upper).get();

        assertThat(Integer.parseInt(answer.first("age"))).isBetween(50, 60);
        assertThat(answer.all("cache-status").getFirst()).startsWith("Selvage; hit");
        assertThat(origin.asked()).isEqualTo(1);
    }

    @Test
    void aTierFetchIsNoVisitorsRequest() throws Exception {
        RunningEdge upper = upper();
        RunningEdge lower = below(upper);
        lower.get();
        lower.close();
        upper.close();

        assertThat(lower.requests()).isEqualTo(1);
        assertThat(upper.requests()).isZero();
        assertThat(lower.originRequests()).as("the upper is no origin").isZero();
        assertThat(upper.originRequests()).isEqualTo(1);
    }

    @Test
    void whatSeveralLowersWantIsFetchedOnce() throws Exception {
        RunningEdge upper = upper();
        RunningEdge one = below(upper);
        RunningEdge other = below(upper);
        CountDownLatch answering = origin.hold();
        Future<Ask.Answer> first = asking(one::get);
        origin.awaitAsked(1);
        Future<Ask.Answer> second = asking(other::get);
        until(() -> upper.metric("selvage_edge_tier_served") == 2);
        answering.countDown();

        assertThat(got(first).body()).isEqualTo("1");
        assertThat(got(second).body()).isEqualTo("1");
        assertThat(origin.asked()).isEqualTo(1);
    }

    // ---- what goes wrong

    @Test
    void whoDoesNotKnowTheSecretIsAVisitorWhoseAnswerIsNotTaken() throws Exception {
        RunningEdge upper = upper();
        upper.get();
        RunningEdge stranger = running(0, secret("another secret that nobody can guess", upper.port()));
        origin.next();

        assertThat(stranger.get().body()).as("of the origin").isEqualTo("2");
        assertThat(upper.metric("selvage_edge_tier_served")).isZero();
        assertThat(stranger.metric("selvage_edge_upper_fallbacks")).isEqualTo(1);
        assertThat(origin.heads()).allMatch(head -> !head.contains("selvage-tier"));
    }

    @Test
    void aVisitorCannotPassForALowerEdge() throws Exception {
        RunningEdge upper = upper();
        origin.fields("Cache-Tag: inner\r\nSelvage-Tier: caught-up\r\n");
        for (String field : List.of("Selvage-Tier: at=1; zone=x; code=00", "Selvage_Tier: x", "selvage-tier: ;;;")) {
            Ask.Answer answer = upper.get(field);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.all("cache-tag")).isEmpty();
            assertThat(answer.all("selvage-tier")).isEmpty();
        }
        assertThat(origin.heads()).allMatch(head -> !head.contains("selvage-tier") && !head.contains("selvage_tier"));
    }

    @Test
    void whereTheUpperIsDownTheOriginIsAsked() throws Exception {
        RunningEdge lower = running(0, secret(SECRET, freePort()));

        for (int i = 0; i < 5; i++) {
            assertThat(Ask.get(lower.port(), "/" + i).body()).isEqualTo("1");
        }
        assertThat(lower.metric("selvage_edge_upper_fallbacks")).isEqualTo(3);
        assertThat(lower.metric("selvage_edge_upper_passed_by")).isEqualTo(2);
        assertThat(origin.asked()).isEqualTo(5);
    }

    @Test
    void edgesThatAreEachOthersUpperAnswer() throws Exception {
        int port = freePort();
        RunningEdge one = running(0, secret(SECRET, port));
        RunningEdge other = running(port, secret(SECRET, one.port()));

        assertThat(one.get().body()).isEqualTo("1");
        assertThat(origin.asked()).isEqualTo(1);
        assertThat(one.metric("selvage_edge_upper_requests") + other.metric("selvage_edge_upper_requests"))
                .as("the loop ends")
                .isEqualTo(3);
    }

    @Test
    void anEdgeThatIsItsOwnUpperAnswers() throws Exception {
        int port = freePort();
        RunningEdge edge = running(port, secret(SECRET, port));

        assertThat(edge.get().body()).isEqualTo("1");
    }

    // ---- purges

    @Test
    void aPurgeThatReachesTheLowerFirstIsWaitedForByTheUpper() throws Exception {
        RunningEdge upper = upper();
        RunningEdge lower = below(upper);
        lower.get();
        origin.next();

        lower.purge();
        Future<Ask.Answer> answer = asking(lower::get);
        until(() -> upper.metric("selvage_edge_tier_waited") > 0);
        assertThat(answer.isDone()).isFalse();
        upper.purge();

        assertThat(got(answer).body()).isEqualTo("2");
        assertThat(upper.metric("selvage_edge_tier_behind")).isZero();
        assertThat(origin.asked()).isEqualTo(2);
    }

    @Test
    void aPurgeThatDoesNotReachTheUpperSendsItsLowersToTheOrigin() throws Exception {
        RunningEdge upper = upper();
        RunningEdge lower = below(upper);
        lower.get();
        origin.next();

        lower.purge();

        Ask.Answer answer = lower.get();
        assertThat(answer.body()).isEqualTo("2");
        assertThat(answer.all("cache-status").getFirst())
                .isEqualTo("Selvage; fwd=bypass; fwd-status=200; detail=purged");
        assertThat(upper.metric("selvage_edge_tier_behind")).isEqualTo(1);
        assertThat(lower.get().first("cf-cache-status")).isEqualTo("HIT");
        assertThat(upper.get().body()).as("it has not heard of it").isEqualTo("1");
    }

    @Test
    void aPurgeThatReachesTheUpperFirstHoldsAtTheLowerWhenItComes() throws Exception {
        RunningEdge upper = upper();
        RunningEdge lower = below(upper);
        lower.get();
        origin.next();

        upper.purge();
        assertThat(lower.get().body()).as("it has not heard of it").isEqualTo("1");
        lower.purge();

        assertThat(lower.get().body()).isEqualTo("2");
        assertThat(upper.get().body()).isEqualTo("2");
        assertThat(origin.asked()).isEqualTo(2);
    }

    @Test
    void whatASoftPurgeMadeStaleAtTheUpperIsNotFreshAtTheLower() throws Exception {
        RunningEdge upper = upper();
        RunningEdge lower = below(upper);
        origin.fields("Cache-Control: max-age=600, stale-while-revalidate=600, stale-if-error=600\r\n");
        lower.get();
        origin.next();

        lower.purge(false, 0, PurgeSelection.EVERYTHING);
        upper.purge(true, 0, PurgeSelection.EVERYTHING);

        assertThat(lower.get().body()).isEqualTo("2");
    }

    @Test
    void aFillOfBeforeThePurgeIsFreshAtNeither() throws Exception {
        RunningEdge upper = upper();
        RunningEdge lower = below(upper);
        CountDownLatch answering = origin.hold();
        Future<Ask.Answer> before = asking(lower::get);
        origin.awaitAsked(1);
        origin.next();
        lower.purge();
        upper.purge();
        answering.countDown();

        assertThat(got(before).body()).as("who asked before may get it").isEqualTo("1");
        assertThat(lower.get().body()).isEqualTo("2");
        assertThat(upper.get().body()).isEqualTo("2");
    }

    /// @param seed of the interleaving
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noVisitorGetsWhatWasPurgedWhereHeAsks(long seed) throws Exception {
        Random random = new Random(seed);
        RunningEdge upper = upper();
        RunningEdge lower = below(upper);
        List<RunningEdge> edges = List.of(lower, upper);
        int[] versionAtPurge = new int[64];
        List<Future<@Nullable String>> asked = new ArrayList<>();
        int purges = 0;
        for (int step = 0; step < 60; step++) {
            int what = random.nextInt(10);
            if (what == 0 && purges < versionAtPurge.length - 1) {
                versionAtPurge[++purges] = origin.next();
            } else if (what < 4) {
                RunningEdge edge = edges.get(random.nextInt(2));
                if (edge.sequence() < purges) {
                    boolean byUrl = random.nextBoolean();
                    edge.purge(
                            random.nextInt(4) == 0,
                            0,
                            byUrl
                                    ? PurgeSelection.ofUrls(List.of(PurgedUrl.of("http://site.example/a")))
                                    : PurgeSelection.EVERYTHING);
                }
            } else {
                RunningEdge edge = edges.get(random.nextInt(2));
                int least = versionAtPurge[(int) edge.sequence()];
                origin.slow(random.nextInt(3) == 0 ? random.nextInt(20) : 0);
                asked.add(visitors.submit(() -> {
                    Ask.Answer answer = edge.get();
                    boolean old = answer.status() != 200 || Integer.parseInt(answer.body()) < least;
                    return old ? (edge == lower ? "lower" : "upper") + " wants " + least + " gets " + answer : null;
                }));
                if (random.nextInt(3) == 0) {
                    Thread.onSpinWait();
                    asked.getLast().get(20, TimeUnit.SECONDS);
                }
            }
        }
        for (Future<@Nullable String> each : asked) {
            assertThat(each.get(20, TimeUnit.SECONDS)).isNull();
        }
        // Both have heard of all: what is old is nowhere.
        for (RunningEdge edge : edges) {
            while (edge.sequence() < purges) {
                edge.purge();
            }
        }
        for (RunningEdge edge : edges) {
            assertThat(Integer.parseInt(edge.get().body())).isGreaterThanOrEqualTo(versionAtPurge[purges]);
        }
    }
}
