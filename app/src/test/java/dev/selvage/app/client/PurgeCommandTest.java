package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.toolkit.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PurgeCommandTest {
    private static final String ID = "e".repeat(32);
    private static final String PURGE = "/zones/" + FakeApi.ZONE + "/purge_cache";

    @TempDir
    Path directory;

    private FakeApi api;
    private Commands commands;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        commands = new Commands(directory, api.url());
        api.on("POST", PURGE, _ -> FakeApi.ok("{\"id\":\"" + ID + "\"}"));
        api.on("POST", PURGE.replace("purge_", "invalidate_"), _ -> FakeApi.ok("{\"id\":\"" + ID + "\"}"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static String receipt(String state, String popState, int objects) {
        return """
                {"id":"%s","sequence":7,"accepted_at":"2026-03-01T12:00:00.123456Z","soft":false,"rewarm":0,
                 "purge":{"tags":["a"]},"entries":1,"state":"%s",
                 "effective":{"pops":1,"of":2,"p50_ms":3.5,"p99_ms":3.5,"last_ms":3.5},"objects":%d,"bytes":900,
                 "waiting_for":["FRA1"],"pops":[
                 {"pop":"AMS1","reachable":true,"state":"%s","received_at":"2026-03-01T12:00:00.124456Z",
                  "effective_at":"2026-03-01T12:00:00.126956Z","effective_ms":3.5,"objects_matched":%d,
                  "bytes_matched":900,"scanned":1.0,"reclaimed_at":null}]}
                """.formatted(ID, state, objects, popState, objects);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "--tag a --tag B                   | purge_cache      | {\"tags\":[\"a\",\"B\"]}",
                "--host www.example.com --soft     | invalidate_cache | {\"hosts\":[\"www.example.com\"]}",
                "--prefix example.com/a            | purge_cache      | {\"prefixes\":[\"example.com/a\"]}",
                "http://example.com/a http://example.com/b | purge_cache      | {\"files\":[\"http://example.com/a\",\"http://example.com/b\"]}",
                "--everything --confirm            | purge_cache?confirm=true | {\"purge_everything\":true}",
                "--tag a --rewarm 5 --confirm      | purge_cache?confirm=true&rewarm=5 | {\"tags\":[\"a\"]}",
            })
    void everyKindIsPurged(String options, String call, String body) {
        Commands.Ran ran = commands.run(("purge " + FakeApi.ZONE + " " + options).split(" +"));

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("the purge is accepted: " + ID);
        assertThat(ran.out()).isEmpty();
        assertThat(api.lines()).containsExactly("POST /zones/" + FakeApi.ZONE + "/" + call);
        assertThat(api.last().body()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource({
        "purge, name a zone",
        "purge example.com, name one kind",
        "purge example.com --tag a --host b, name one kind",
        "purge example.com --tag a --preview --wait, leave out",
        "purge example.com --everything, add --yes",
        "purge example.com --tag a --rewarm many, 'not an int'",
        "purge explain www.example.com, is no URL"
    })
    void whatIsNotMeantIsNotDone(String line, String reason) {
        Commands.Ran ran = commands.run(line.split(" "));

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains(reason);
        assertThat(api.lines()).noneMatch(call -> call.startsWith("POST"));
    }

    @Test
    void programsGetWhatTheApiAnswered() {
        assertThat(commands.run("purge", FakeApi.ZONE, "--tag", "a", "--json").out())
                .isEqualTo("{\"id\":\"" + ID + "\"}\n");
    }

    @Test
    void aPurgeThatNeedsConfirmationSaysHow() {
        api.on("POST", PURGE, _ -> FakeApi.refused(409, "{\"code\":1241,\"message\":\"It would drop 9 objects\"}"));

        Commands.Ran ran = commands.run("purge", FakeApi.ZONE, "--tag", "a");

        assertThat(ran.exit()).isNotZero();
        assertThat(ran.err()).contains("It would drop 9 objects").contains("--confirm does so; nothing was purged");
    }

    @Test
    void aPreviewShowsTheFigures() {
        api.on("POST", PURGE + "/preview", _ -> FakeApi.ok("""
                {"objects":30,"bytes":30000,"hits_last_hour":60,"share_of_hits":0.3,"origin_requests_per_second":2.5,
                 "neighbours":[],"confirmation":{"required":true,"above_percent":20},
                 "pops":[{"pop":"AMS1","objects":30,"bytes":30000,"hits_last_hour":60,
                          "origin_requests_per_second":2.5}],"unanswered":["FRA1"]}
                """));

        Commands.Ran ran = commands.run("purge", FakeApi.ZONE, "--prefix", "example.com/a", "--preview");

        assertThat(ran.out()).isEqualTo("""
                It would drop 30 objects of 30000 bytes, which answered 60 requests of the last hour: 30.0% of the zone's hits.
                About 2.5 requests per second would go to origins at first.
                The zone asks for confirmation above 20%: --confirm.
                Not known of FRA1.

                POP   OBJECTS  BYTES  HITS/H  ORIGIN/S
                AMS1  30       30000  60      2.5
                """);
        assertThat(api.last().body()).isEqualTo("{\"prefixes\":[\"example.com/a\"]}");
        assertThat(api.lines()).hasSize(1);
    }

    @Test
    void whoWaitsSeesEachPopOnItsWay() {
        AtomicInteger looks = new AtomicInteger();
        api.on(
                "GET",
                PURGE + "/" + ID,
                _ -> FakeApi.ok(
                        switch (looks.getAndIncrement()) {
                            case 0 -> receipt("waiting", "waiting", 0);
                            case 1 -> receipt("effective", "effective", 0);
                            default -> receipt("reclaimed", "reclaimed", 9);
                        }));

        Commands.Ran ran = commands.run("purge", FakeApi.ZONE, "--tag", "a", "--wait");

        assertThat(ran.exit()).isZero();
        assertThat(looks).hasValue(3);
        assertThat(ran.err()).endsWith("""
                selvage: AMS1: effective after 3.5 ms
                selvage: AMS1: reclaimed 9 objects, 900 bytes; effective after 3.5 ms
                """);
        assertThat(ran.out()).contains("State            reclaimed").contains("AMS1  reclaimed");
        looks.set(0);
        assertThat(Json.MAPPER
                        .readTree(commands.run("purge", FakeApi.ZONE, "--tag", "a", "--wait", "--json")
                                .out())
                        .path("state")
                        .asString())
                .isEqualTo("reclaimed");
    }

    @Test
    void aReceiptIsShown() {
        api.on("GET", PURGE + "/" + ID, _ -> FakeApi.ok(receipt("waiting", "effective", 9)));

        Commands.Ran ran = commands.run("purge", "show", "example.com", ID);

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("Selection        {\"tags\":[\"a\"]}")
                .contains("AMS1  effective  yes        2026-03-01T12:00:00Z  3.5       9        900");
        assertThat(Json.MAPPER
                        .readTree(commands.run("purge", "show", "example.com", ID, "--json")
                                .out())
                        .path("sequence")
                        .asInt())
                .isEqualTo(7);
    }

    @Test
    void aUrlIsExplainedByTheZoneOfItsHost() {
        api.on("GET", PURGE + "/explain", _ -> FakeApi.ok("""
                {"url":"https://a.b.example.com/x?y=1","host":"a.b.example.com","path":"/x","purges":[],
                 "pops":[{"pop":"AMS1","applied_sequence":7,"copies":[
                  {"key":"a.b.example.com/x","tags":["t"],"state":"fresh","stored_at":"2026-03-01T12:00:00.000000Z",
                   "sequence":6,"bytes":12,"hits_last_hour":3,
                   "purges":[{"id":"%s","meaning":"other_case","why":"It names another."}]}]},
                  {"pop":"FRA1","applied_sequence":6,"copies":[]}],
                 "unanswered":["LHR1"],"summary":"It is stored."}
                """.formatted(ID)));

        Commands.Ran ran = commands.run("purge", "explain", "https://a.b.example.com:8443/x?y=1");

        assertThat(ran.out()).isEqualTo("""
                It is stored.

                AMS1, purges applied up to 7
                  a.b.example.com/x
                    fresh, stored 2026-03-01T12:00:00.000000Z, 12 bytes, 3 hits in the last hour, tags t
                    %s  other case: It names another.

                FRA1, purges applied up to 6
                  nothing is stored

                Not known of LHR1
                """.formatted(ID));
        assertThat(api.last().parameter("url")).isEqualTo("https://a.b.example.com:8443/x?y=1");
        assertThat(commands.run("purge", "explain", "https://other.test/").exit())
                .isNotZero();
        assertThat(commands.run("purge", "explain", "--zone", FakeApi.ZONE, "https://other.test/")
                        .exit())
                .isZero();
    }
}
