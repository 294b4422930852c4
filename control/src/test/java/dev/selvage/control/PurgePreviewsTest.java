package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.control.api.Permission;
import dev.selvage.control.purge.PurgeLimits;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgePreview;
import dev.selvage.model.purge.PurgePreview.Neighbour;
import dev.selvage.toolkit.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class PurgePreviewsTest {
    private static final String PREFIX = "{\"prefixes\":[\"example.com/bar\"]}";

    @TempDir
    Path directory;

    private TestControl api;
    private String zone;
    private String purge;
    private FakePop ams;
    private FakePop fra;

    @BeforeEach
    void start() throws Exception {
        api = TestControl.open(directory, new PurgeLimits(500, 1, 10, 1_000));
        zone = api.zone("example.com");
        purge = "/zones/" + zone + "/purge_cache";
        ams = new FakePop("AMS1", api.control);
        fra = new FakePop("FRA1", api.control);
        ams.preview = preview("AMS1", 10, 30, 100);
        fra.preview = preview("FRA1", 20, 30, 100);
    }

    @AfterEach
    void stop() {
        ams.close();
        fra.close();
        api.close();
    }

    private static PurgePreview preview(String pop, long objects, long hits, long zoneHits) {
        return new PurgePreview(
                pop,
                objects,
                objects * 1_000,
                hits,
                zoneHits,
                1.25,
                List.of(new Neighbour("example.com/bar", "example.com/barn")));
    }

    private void confirmationAbove(int percent) throws Exception {
        api.send("PATCH", "/zones/" + zone + "/settings/purge_confirmation_share", "{\"value\":" + percent + "}")
                .ok();
    }

    @Test
    void aPreviewSaysWhatAPurgeWouldDropAndDropsNothing() throws Exception {
        Result result = api.send("POST", purge + "/preview", PREFIX).ok();
        assertThat(result.result()).isEqualTo(Json.MAPPER.readTree("""
                {"objects":30,"bytes":30000,"hits_last_hour":60,"share_of_hits":0.3,"origin_requests_per_second":2.5,
                 "neighbours":[{"prefix":"example.com/bar","other":"example.com/barn"}],
                 "confirmation":{"required":false,"above_percent":0},
                 "pops":[{"pop":"AMS1","objects":10,"bytes":10000,"hits_last_hour":30,"origin_requests_per_second":1.25},
                         {"pop":"FRA1","objects":20,"bytes":20000,"hits_last_hour":30,"origin_requests_per_second":1.25}],
                 "unanswered":[]}
                """));
        assertThat(result.body().at("/messages/0/code").intValue()).isEqualTo(1245);
        assertThat(result.body().at("/messages/0/message").stringValue())
                .isEqualTo("\"example.com/bar\" covers whole path segments, and not \"example.com/barn\"; to purge that"
                        + " too, name it as a prefix");
        assertThat(result.body().get("messages").size()).isEqualTo(1);
        assertThat(api.control.changeLog().commands("purges").entries()).isEmpty();
        assertThat(api.get(purge).ok().result().isEmpty()).isTrue();
    }

    @Test
    void popsThatDoNotAnswerAreNamed() throws Exception {
        fra.preview = null;
        JsonNode result = api.send("POST", purge + "/preview", PREFIX).ok().result();
        assertThat(result.get("unanswered").toString()).isEqualTo("[\"FRA1\"]");
        assertThat(result.get("objects").longValue()).isEqualTo(10);
        confirmationAbove(90);
        result = api.send("POST", purge + "/preview", PREFIX).ok().result();
        assertThat(result.get("confirmation").toString()).isEqualTo("{\"required\":true,\"above_percent\":90}");
    }

    @Test
    void aPopThatNeverAnswersHoldsUpForFiveSecondsOnly() throws Exception {
        fra.stuck = new CountDownLatch(1);
        long begun = System.nanoTime();
        JsonNode result = api.send("POST", purge + "/preview", PREFIX).ok().result();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(20));
        assertThat(result.get("unanswered").toString()).isEqualTo("[\"FRA1\"]");
        // And a purge for a part of a second.
        begun = System.nanoTime();
        assertThat(api.send("POST", purge, PREFIX).ok().body().get("messages").size())
                .isOne();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aPreviewIsRefusedAsThePurgeIs() throws Exception {
        api.send("POST", purge + "/preview", "{}").refused(400, 1012);
        api.send("POST", purge + "/preview", "{\"tags\":1}").refused(400, 1014);
        api.send("POST", purge + "/preview", "{\"files\":[\"x\"]}").refused(400, 1016);
        api.send("POST", purge + "/preview", "{\"hosts\":[\"com\"]}").refused(400, 1134);
        api.sendAs(api.zoneToken(zone, Permission.ZONE_READ), "POST", purge + "/preview", PREFIX)
                .refused(403, 10_000);
        for (int i = 0; i < 10; i++) {
            api.send("POST", purge + "/preview", PREFIX).ok();
        }
        api.send("POST", purge + "/preview", PREFIX).refused(429, 971);
    }

    @Test
    void neighboursAreRemarkedOnWhenAPurgeIsAccepted() throws Exception {
        JsonNode messages = api.send("POST", purge, PREFIX).ok().body().get("messages");
        assertThat(messages.at("/0/code").intValue()).isEqualTo(1245);
        assertThat(messages.size()).isEqualTo(1);
        // Of what names no prefix nobody is asked.
        assertThat(api.send("POST", purge, "{\"tags\":[\"a\"]}")
                        .ok()
                        .body()
                        .get("messages")
                        .isEmpty())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"29, true", "30, false", "31, false", "0, false"})
    void aPurgeAboveTheShareNeedsConfirmation(int percent, boolean refused) throws Exception {
        confirmationAbove(percent);
        if (!refused) {
            api.send("POST", purge, PREFIX).ok();
            return;
        }
        for (String path : List.of(purge, "/zones/" + zone + "/invalidate_cache")) {
            Result result = api.send("POST", path, PREFIX).refused(409, 1241);
            assertThat(result.message())
                    .isEqualTo(
                            "It would drop 30 objects with 30.0% of the hits of the last hour, and about 2.5 requests"
                                    + " per second would go to origins. The zone's purge_confirmation_share asks for"
                                    + " confirmation above 29% or where the share is not known: send it again with"
                                    + " confirm=true");
            assertThat(result.response().headers().firstValue("x-should-retry")).hasValue("false");
        }
        assertThat(api.get(purge).ok().result().isEmpty()).isTrue();
        api.send("POST", purge + "?confirm=true", PREFIX).ok();
        assertThat(api.purges(1)).extracting(PurgeCommand::sequence).containsExactly(1L);
    }

    @Test
    void everythingNeedsConfirmationToo() throws Exception {
        confirmationAbove(29);
        api.send("POST", purge, "{\"purge_everything\":true}").refused(409, 1241);
        api.send("POST", purge + "?confirm=true", "{\"purge_everything\":true}").ok();
    }

    @Test
    void whatIsNotKnownNeedsConfirmation() throws Exception {
        confirmationAbove(100);
        api.send("POST", purge, PREFIX).ok();
        fra.preview = null;
        assertThat(api.send("POST", purge, PREFIX).refused(409, 1241).message())
                .startsWith("It would drop 10 objects with 30.0% of the hits of the last hour, and about 1.3 requests"
                        + " per second would go to origins; FRA1 did not say in time what it would drop there.");
        ams.preview = null;
        assertThat(api.send("POST", purge, PREFIX).refused(409, 1241).message())
                .startsWith("AMS1, FRA1 did not say in time what it would drop there.");
    }

    @Test
    void aZoneWithoutHitsNeedsNone() throws Exception {
        confirmationAbove(1);
        ams.preview = preview("AMS1", 10, 0, 0);
        fra.preview = preview("FRA1", 10, 0, 0);
        api.send("POST", purge, PREFIX).ok();
    }

    @Test
    void theSettingsAreThoseOfTheZone() throws Exception {
        String settings = "/zones/" + zone + "/settings/";
        api.send("PATCH", settings + "purge_confirmation_share", "{\"value\":101}")
                .refused(400, 1007);
        api.send("PATCH", settings + "purge_refill_limit", "{\"value\":-1}").refused(400, 1007);
        assertThat(api.get(settings + "purge_refill_limit")
                        .ok()
                        .result()
                        .get("value")
                        .intValue())
                .isZero();
        Result set = api.send("PATCH", settings + "purge_refill_limit", "{\"value\":250}")
                .ok();
        assertThat(set.body().get("messages").isEmpty()).isTrue();
        assertThat(api.published(zone, config -> config.cache().refillsPerSecond() > 0)
                        .cache()
                        .refillsPerSecond())
                .isEqualTo(250);
        api.get("/zones/" + zone + "/settings").ok();
    }
}
