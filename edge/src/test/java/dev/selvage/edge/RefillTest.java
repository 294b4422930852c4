package dev.selvage.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.tier.TierSettings;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How an edge fetches again what was purged.
class RefillTest {
    private final VersionedOrigin origin = new VersionedOrigin();
    private final List<RunningEdge> running = new ArrayList<>();
    private final ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor();

    RefillTest() throws IOException {}

    @AfterEach
    void stop() {
        visitors.shutdownNow();
        running.forEach(RunningEdge::close);
        origin.close();
    }

    /// @param limit refills a second
    private RunningEdge edge(int limit) throws IOException {
        RunningEdge edge = new RunningEdge(
                origin,
                TierSettings.NONE,
                0,
                zone -> zone.cache = new CacheSettings(CacheLevel.AGGRESSIVE, 0, 7_200, 0, false, false, limit));
        running.add(edge);
        return edge;
    }

    private List<Ask.Answer> all(int resources, RunningEdge edge) throws Exception {
        List<Callable<Ask.Answer>> asks = new ArrayList<>();
        for (int i = 0; i < resources; i++) {
            String target = "/" + i;
            asks.add(() -> Ask.get(edge.port(), target));
        }
        List<Ask.Answer> answers = new ArrayList<>();
        for (Future<Ask.Answer> each : visitors.invokeAll(asks, 60, TimeUnit.SECONDS)) {
            answers.add(each.get());
        }
        return answers;
    }

    @Test
    void whatWasPurgedComesBackAtThePaceThatTheOwnerAllows() throws Exception {
        RunningEdge edge = edge(10);
        assertThat(all(30, edge)).allMatch(answer -> answer.body().equals("1"));
        assertThat(edge.metric("selvage_edge_refills_queued"))
                .as("what nobody purged is not limited")
                .isZero();
        origin.next();
        edge.purge(false, 0, PurgeSelection.EVERYTHING);

        long began = System.nanoTime();
        assertThat(all(30, edge)).allMatch(answer -> answer.body().equals("2"));

        assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(2_500));
        assertThat(edge.metric("selvage_edge_refills_queued")).isGreaterThanOrEqualTo(25);
        assertThat(edge.metric("selvage_edge_refills_waiting")).isZero();
        assertThat(all(30, edge))
                .allMatch(answer -> answer.first("cf-cache-status").equals("HIT"));
        assertThat(origin.asked()).isEqualTo(60);
    }

    @Test
    void onlyWhatThePurgeCoversIsLimited() throws Exception {
        RunningEdge edge = edge(1);
        all(3, edge);
        edge.purge(false, 0, PurgeSelection.ofPrefixes(List.of("site.example/0")));

        for (int i = 10; i < 20; i++) {
            Ask.get(edge.port(), "/" + i);
        }
        assertThat(edge.metric("selvage_edge_refills_queued")).isZero();
        Ask.get(edge.port(), "/0");
        Ask.get(edge.port(), "/0/below");
        assertThat(edge.metric("selvage_edge_refills_queued")).isEqualTo(1);
    }

    @Test
    void manyWhoWantTheSameTakeOneTurn() throws Exception {
        RunningEdge edge = edge(1);
        Ask.get(edge.port(), "/first");
        edge.purge(false, 0, PurgeSelection.EVERYTHING);
        Ask.get(edge.port(), "/first");

        List<Callable<Ask.Answer>> same = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            same.add(() -> Ask.get(edge.port(), "/a"));
        }
        for (Future<Ask.Answer> each : visitors.invokeAll(same, 20, TimeUnit.SECONDS)) {
            assertThat(each.get().status()).isEqualTo(200);
        }
        assertThat(edge.metric("selvage_edge_refills_queued")).isEqualTo(1);
        assertThat(origin.asked()).isEqualTo(3);
    }

    @Test
    void aPurgeWhileItWaitsFindsItUnborn() throws Exception {
        RunningEdge edge = edge(1);
        Ask.get(edge.port(), "/first");
        edge.purge(false, 0, PurgeSelection.EVERYTHING);
        Ask.get(edge.port(), "/first");
        Future<Ask.Answer> waits = visitors.submit(() -> Ask.get(edge.port(), "/a"));
        TierTest.until(() -> edge.metric("selvage_edge_refills_waiting") == 1);
        int newest = origin.next();
        edge.purge(false, 0, PurgeSelection.EVERYTHING);
        Future<Ask.Answer> joins = visitors.submit(() -> Ask.get(edge.port(), "/a"));

        String body = Integer.toString(newest);
        assertThat(waits.get(20, TimeUnit.SECONDS).body()).isEqualTo(body);
        assertThat(joins.get(20, TimeUnit.SECONDS).body()).isEqualTo(body);
        assertThat(Ask.get(edge.port(), "/a").first("cf-cache-status")).isEqualTo("HIT");
        assertThat(origin.asked()).isEqualTo(3);
    }

    @Test
    void whatASoftPurgeMadeStaleIsServedWhereThereIsNoTurn() throws Exception {
        RunningEdge edge = edge(1);
        all(10, edge);
        origin.next();
        edge.purge(true, 0, PurgeSelection.EVERYTHING);

        List<Ask.Answer> answers = all(10, edge);

        assertThat(answers).allMatch(answer -> answer.status() == 200);
        assertThat(answers).filteredOn(answer -> answer.body().equals("2")).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.first("cf-cache-status").equals("UPDATING"))
                .hasSize(9);
        assertThat(edge.metric("selvage_edge_refills_stale")).isEqualTo(9);
        assertThat(edge.metric("selvage_edge_refills_queued")).isZero();
    }

    @Test
    void whatMustNotBeServedStaleWaits() throws Exception {
        RunningEdge edge = edge(2);
        origin.fields("Cache-Control: max-age=600, must-revalidate\r\n");
        all(3, edge);
        origin.next();
        edge.purge(true, 0, PurgeSelection.EVERYTHING);

        assertThat(all(3, edge)).allMatch(answer -> answer.body().equals("2"));
        assertThat(edge.metric("selvage_edge_refills_queued")).isEqualTo(2);
    }

    @Test
    void whoseTurnIsTooFarAwayIsToldWhenToComeBack() throws Exception {
        RunningEdge edge = edge(1);
        Ask.get(edge.port(), "/0");
        edge.purge(false, 0, PurgeSelection.EVERYTHING);

        List<Future<Ask.Answer>> asks = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String target = "/" + i;
            asks.add(visitors.submit(() -> Ask.get(edge.port(), target)));
        }
        TierTest.until(() -> asks.stream().filter(RefillTest::refused).count() >= 20);
        for (Future<Ask.Answer> each : asks) {
            if (refused(each)) {
                assertThat(Integer.parseInt(each.resultNow().first("retry-after")))
                        .isBetween(1, 20);
            }
        }
    }

    private static boolean refused(Future<Ask.Answer> asked) {
        return asked.state() == Future.State.SUCCESS && asked.resultNow().status() == 503;
    }

    @Test
    void theHottestAreFetchedAgainByThemselves() throws Exception {
        RunningEdge edge = edge(0);
        all(10, edge);
        for (int i = 0; i < 3; i++) {
            Ask.get(edge.port(), "/4");
            Ask.get(edge.port(), "/7");
        }
        origin.next();
        edge.purge(false, 2, PurgeSelection.EVERYTHING);

        TierTest.until(() -> edge.metric("selvage_edge_rewarm_fetched") == 2);
        assertThat(edge.metric("selvage_edge_rewarm_waiting")).isZero();
        assertThat(origin.asked()).isEqualTo(12);
        for (String target : List.of("/4", "/7")) {
            Ask.Answer answer = Ask.get(edge.port(), target);
            assertThat(answer.first("cf-cache-status")).isEqualTo("HIT");
            assertThat(answer.body()).isEqualTo("2");
        }
        assertThat(Ask.get(edge.port(), "/0").first("cf-cache-status")).isEqualTo("MISS");
        running.remove(edge);
        edge.close();
        assertThat(edge.requests()).as("visitors' alone").isEqualTo(19);
    }
}
