package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Times;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeReport;
import dev.selvage.model.purge.PurgeReport.Reclaim;
import dev.selvage.model.purge.PurgeSelection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class PurgeReceiptsTest {
    private static final String EVERYTHING = "{\"purge_everything\":true}";

    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String purge;
    private final List<FakePop> pops = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory);
        zone = api.zone("example.com");
        purge = "/zones/" + zone + "/purge_cache";
    }

    @AfterEach
    void stop() {
        pops.forEach(FakePop::close);
        api.close();
    }

    private FakePop pop(String name) {
        return pop(name, false);
    }

    private FakePop pop(String name, boolean down) {
        FakePop pop = new FakePop(name, api.control, down);
        pops.add(pop);
        return pop;
    }

    private void reopen() throws Exception {
        pops.forEach(FakePop::close);
        pops.clear();
        api = api.reopen();
    }

    private JsonNode receipt(String id) throws Exception {
        return api.get(purge + "/" + id).ok().result();
    }

    @Test
    void aReceiptSaysHowFarEachPopIs() throws Exception {
        pop("AMS1");
        pop("FRA1");
        String id = api.send("POST", purge + "?rewarm=5", "{\"prefixes\":[\"example.com/A\",\"example.com/A\"]}")
                .ok()
                .id();
        PurgeCommand command = api.purges(1).getFirst();
        api.control.purgeReports().report(FakePop.report(command, "AMS1", new Reclaim(7, 700, 0.5, 0)));
        JsonNode receipt = receipt(id);
        assertThat(receipt.get("id").stringValue()).isEqualTo(id);
        assertThat(receipt.get("sequence").longValue()).isEqualTo(1);
        assertThat(receipt.get("accepted_at").stringValue()).isEqualTo(Times.text(command.acceptedAt()));
        assertThat(receipt.get("soft").booleanValue()).isFalse();
        assertThat(receipt.get("rewarm").intValue()).isEqualTo(5);
        assertThat(receipt.get("purge").toString()).isEqualTo("{\"prefixes\":[\"example.com/A\"]}");
        assertThat(receipt.get("state").stringValue()).isEqualTo("effective");
        assertThat(receipt.get("effective").toString())
                .isEqualTo("{\"pops\":2,\"of\":2,\"p50_ms\":3.0,\"p99_ms\":3.0,\"last_ms\":3.0}");
        assertThat(receipt.get("objects").longValue()).isEqualTo(7);
        assertThat(receipt.get("bytes").longValue()).isEqualTo(700);
        assertThat(receipt.get("waiting_for").isEmpty()).isTrue();
        JsonNode first = receipt.at("/pops/0");
        assertThat(first.get("pop").stringValue()).isEqualTo("AMS1");
        assertThat(first.get("reachable").booleanValue()).isTrue();
        assertThat(first.get("state").stringValue()).isEqualTo("effective");
        assertThat(first.get("received_at").stringValue()).isEqualTo(Times.text(command.acceptedAt() + 1_000));
        assertThat(first.get("effective_ms").doubleValue()).isEqualTo(3);
        assertThat(first.get("scanned").doubleValue()).isEqualTo(0.5);
        assertThat(first.get("reclaimed_at").isNull()).isTrue();

        long ended = command.acceptedAt() + 9_000;
        api.control.purgeReports().report(FakePop.report(command, "AMS1", new Reclaim(9, 900, 1, ended)));
        assertThat(receipt(id).get("state").stringValue()).isEqualTo("effective");
        api.control.purgeReports().report(FakePop.report(command, "FRA1", new Reclaim(1, 100, 1, ended)));
        receipt = receipt(id);
        assertThat(receipt.get("state").stringValue()).isEqualTo("reclaimed");
        assertThat(receipt.get("objects").longValue()).isEqualTo(10);
        assertThat(receipt.at("/pops/1/reclaimed_at").stringValue()).isEqualTo(Times.text(ended));
    }

    @Test
    void quantilesAreOfThePopsThatHaveIt() throws Exception {
        String id = api.send("POST", purge, EVERYTHING).ok().id();
        assertThat(receipt(id).get("effective").toString())
                .isEqualTo("{\"pops\":0,\"of\":0,\"p50_ms\":null,\"p99_ms\":null,\"last_ms\":null}");
        assertThat(receipt(id).get("state").stringValue()).isEqualTo("waiting");
        PurgeCommand command = api.purges(1).getFirst();
        for (int i = 1; i <= 200; i++) {
            long at = command.acceptedAt() + 1_000L * i;
            api.control.purgeReports().report(new PurgeReport(id, zone, 1, "P" + i, at, at, Reclaim.AHEAD));
        }
        // A clock that is behind takes no time away from others.
        api.control
                .purgeReports()
                .report(new PurgeReport(id, zone, 1, "EARLY", 1, command.acceptedAt() - 5_000, Reclaim.AHEAD));
        assertThat(receipt(id).get("effective").toString())
                .isEqualTo("{\"pops\":201,\"of\":201,\"p50_ms\":100.0,\"p99_ms\":198.0,\"last_ms\":200.0}");
    }

    @Test
    void waitingAnswersWithTheReceiptWhenAllPopsHaveIt() throws Exception {
        pop("AMS1");
        pop("FRA1");
        Result result = api.send("POST", purge + "?wait=effective", EVERYTHING).ok();
        assertThat(result.result().get("state").stringValue()).isEqualTo("effective");
        assertThat(result.result().at("/effective/pops").intValue()).isEqualTo(2);
        assertThat(result.body().get("messages").isEmpty()).isTrue();
        assertThat(receipt(result.id())).isEqualTo(result.result());
    }

    @Test
    void waitingNamesThePopsThatAreDown() throws Exception {
        pop("AMS1");
        pop("FRA1", true);
        long begun = System.nanoTime();
        Result result = api.send("POST", purge + "?wait=effective&timeout=1", EVERYTHING)
                .ok();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(result.body().at("/messages/0/code").intValue()).isEqualTo(1244);
        assertThat(result.body().at("/messages/0/message").stringValue())
                .isEqualTo("The purge is accepted and durable. After 1 s it is not known to be effective at FRA1; its"
                        + " receipt will say when");
        assertThat(result.result().get("state").stringValue()).isEqualTo("waiting");
        assertThat(result.result().get("waiting_for").toString()).isEqualTo("[\"FRA1\"]");
        assertThat(result.result().at("/pops/1/reachable").booleanValue()).isFalse();
        assertThat(result.result().at("/pops/1/state").stringValue()).isEqualTo("waiting");

        PurgeCommand command = api.purges(1).getFirst();
        api.control.purgeReports().report(FakePop.report(command, "FRA1", Reclaim.AHEAD));
        assertThat(receipt(result.id()).get("state").stringValue()).isEqualTo("effective");
    }

    /// It would take a second otherwise, each time.
    @Test
    void whoDoesNotWaitIsNotHeldUpByPopsThatAreDown() throws Exception {
        pop("AMS1");
        pop("FRA1", true);
        long begun = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            api.send("POST", purge, EVERYTHING).ok();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
        String id = api.purges(20).getLast().id();
        assertThat(receipt(id).get("waiting_for").toString()).isEqualTo("[\"FRA1\"]");
    }

    @Test
    void receiptsAreThereAfterARestart() throws Exception {
        pop("AMS1");
        pop("FRA1", true);
        String id = api.send("POST", purge, "{\"tags\":[\"a\"]}").ok().id();
        PurgeCommand command = api.purges(1).getFirst();
        long ended = command.acceptedAt() + 9_000;
        api.control.purgeReports().report(FakePop.report(command, "AMS1", new Reclaim(3, 333, 1, ended)));
        JsonNode before = receipt(id);
        reopen();
        JsonNode after = receipt(id);
        assertThat(after.at("/pops/0/reachable").booleanValue()).isFalse();
        assertThat(after.get("waiting_for")).isEqualTo(before.get("waiting_for"));
        assertThat(after.get("effective")).isEqualTo(before.get("effective"));
        assertThat(after.at("/pops/0/reclaimed_at")).isEqualTo(before.at("/pops/0/reclaimed_at"));
        assertThat(after.get("objects").longValue()).isEqualTo(3);
        // A PoP that starts anew, with nothing in its cache, tells of purges of the past once more.
        api.control
                .purgeReports()
                .report(new PurgeReport(id, zone, 1, "AMS1", ended * 2, ended * 2, new Reclaim(0, 0, 1, ended * 2)));
        assertThat(receipt(id).get("effective")).isEqualTo(before.get("effective"));
        assertThat(receipt(id).get("objects").longValue()).isEqualTo(3);
        reopen();
        assertThat(receipt(id).get("effective")).isEqualTo(before.get("effective"));
        assertThat(receipt(id).get("objects").longValue()).isEqualTo(3);
    }

    @Test
    void popsThatJoinLaterAreWaitedForAsWell() throws Exception {
        pop("AMS1");
        String id = api.send("POST", purge, EVERYTHING).ok().id();
        assertThat(receipt(id).get("state").stringValue()).isEqualTo("effective");
        pop("FRA1", true);
        assertThat(receipt(id).get("waiting_for").toString()).isEqualTo("[\"FRA1\"]");
    }

    @Test
    void otherIdsAndOtherZonesHaveNoReceiptHere() throws Exception {
        String id = api.send("POST", purge, EVERYTHING).ok().id();
        String other = api.zone("other.example");
        api.get(purge + "/" + "0".repeat(32)).refused(404, 1240);
        api.get(purge + "/nonsense").refused(404, 7003);
        api.get("/zones/" + other + "/purge_cache/" + id).refused(404, 1240);
        api.get("/zones/" + "0".repeat(32) + "/purge_cache/" + id).refused(404, 1001);
    }

    @Test
    void whoMayPurgeAndWhoMayReadTheZoneSeesReceipts() throws Exception {
        String id = api.send("POST", purge, EVERYTHING).ok().id();
        for (Permission permission : List.of(Permission.ZONE_READ, Permission.ZONE_WRITE, Permission.CACHE_PURGE)) {
            api.sendAs(api.zoneToken(zone, permission), "GET", purge + "/" + id, null)
                    .ok();
        }
        api.sendAs(api.zoneToken(zone, Permission.DNS_READ), "GET", purge + "/" + id, null)
                .refused(403, 10_000);
        api.sendAs(api.zoneToken(zone, Permission.ZONE_READ), "POST", purge, EVERYTHING)
                .refused(403, 10_000);
    }

    @Test
    void theLatestPurgesAreListedNewestFirst() throws Exception {
        pop("AMS1");
        for (int i = 1; i <= 5; i++) {
            api.send("POST", purge, "{\"tags\":[\"t" + i + "\"]}").ok();
        }
        Result page = api.get(purge + "?page=2&per_page=2").ok();
        assertThat(page.result().size()).isEqualTo(2);
        assertThat(page.result().at("/0/purge/tags/0").stringValue()).isEqualTo("t3");
        assertThat(page.result().at("/1/sequence").longValue()).isEqualTo(2);
        assertThat(page.result().at("/1/state").stringValue()).isEqualTo("effective");
        assertThat(page.body().at("/result_info/total_count").longValue()).isEqualTo(5);
        assertThat(api.get(purge + "?page=9").ok().result().isEmpty()).isTrue();
        api.get(purge + "?per_page=51").refused(400, 1004);
    }

    @Test
    void aListShowsTheFirstOfManyEntriesAndTheReceiptAll() throws Exception {
        pop("AMS1");
        StringBuilder tags = new StringBuilder("{\"tags\":[\"t0\"");
        IntStream.range(1, 500).forEach(i -> tags.append(",\"t").append(i).append('"'));
        String id = api.send("POST", purge, tags + "]}").ok().id();
        JsonNode listed = api.get(purge).ok().result().get(0);
        assertThat(listed.at("/purge/tags").size()).isEqualTo(20);
        assertThat(listed.get("entries").intValue()).isEqualTo(500);
        assertThat(receipt(id).at("/purge/tags").size()).isEqualTo(500);
    }

    @Test
    void hundredsOfWaitersDisturbNobody() throws Exception {
        pop("AMS1", true);
        List<Callable<Result>> calls = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            calls.add(() -> api.send("POST", purge + "?wait=effective&timeout=60", EVERYTHING));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Result>> waiting = calls.stream().map(threads::submit).toList();
            List<PurgeCommand> commands = api.purges(400);
            assertThat(waiting).noneMatch(Future::isDone);
            // Others read and write meanwhile.
            api.get(purge).ok();
            api.send("PATCH", "/zones/" + zone, "{\"paused\":true}").ok();
            commands.forEach(
                    command -> api.control.purgeReports().report(FakePop.report(command, "AMS1", Reclaim.AHEAD)));
            for (Future<Result> call : waiting) {
                assertThat(call.get().ok().result().get("state").stringValue()).isEqualTo("effective");
            }
        }
    }

    @Test
    void manyReportsAreTakenAtOnceAndAllOfThemStored() throws Exception {
        List<PurgeCommand> commands = new ArrayList<>();
        pop("P0");
        for (int i = 0; i < 50; i++) {
            api.send("POST", purge, EVERYTHING).ok();
        }
        commands.addAll(api.purges(50));
        long begun = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int thread = 0; thread < 4; thread++) {
                int first = thread * 200;
                threads.submit(() -> {
                    for (int pop = first; pop < first + 200; pop++) {
                        for (PurgeCommand command : commands) {
                            api.control.purgeReports().report(FakePop.report(command, "P" + pop, Reclaim.AHEAD));
                        }
                    }
                });
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
        // Those of nobody's purge, and of another zone's, are passed over.
        PurgeCommand stranger = new PurgeCommand("f".repeat(32), zone, 1, 1, false, PurgeSelection.EVERYTHING, 0);
        api.control.purgeReports().report(FakePop.report(stranger, "P0", Reclaim.AHEAD));
        assertThat(receipt(commands.getFirst().id()).at("/effective/pops").intValue())
                .isEqualTo(800);
        Await.until(() -> api.metrics.scrape().contains("selvage_control_purge_reports_waiting 0"));
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(took).as("40,000 reports on disk").isLessThan(Duration.ofSeconds(20));
        reopen();
        assertThat(receipt(commands.getLast().id()).at("/effective/pops").intValue())
                .isEqualTo(800);
    }

    @Test
    void receiptsAreKeptForAWeek() throws Exception {
        pop("AMS1");
        String old = api.send("POST", purge, EVERYTHING).ok().id();
        api.clock.advance(Duration.ofDays(6));
        String young = api.send("POST", purge, EVERYTHING).ok().id();
        api.clock.advance(Duration.ofDays(1).plusSeconds(1));
        Await.until(() -> api.get(purge + "/" + old).status() == 404);
        receipt(young);
        api.send("DELETE", "/zones/" + zone, null).ok();
        assertThat(api.zone("example.com")).isNotEqualTo(zone);
    }
}
