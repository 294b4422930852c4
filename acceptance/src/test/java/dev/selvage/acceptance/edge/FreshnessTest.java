package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a time passing does to what is stored, and ranges; the rest of the standard is in the scenarios of `rfc`.
@Timeout(60)
class FreshnessTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "");
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static String date(long secondsFromNow) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(secondsFromNow));
    }

    /// Asks until the answer is no longer served fresh from the cache, and gives the first that is not.
    private static Wire.Response expired(String path, String... fields) throws Exception {
        return Until.holds(
                "it expires",
                SOON,
                () -> site.get(path, fields),
                response -> !Site.status(response).equals("HIT"));
    }

    private static void assertNotStored(String path, String... fields) throws Exception {
        for (int i = 0; i < 2; i++) {
            Wire.Response response = site.get(path, fields);
            assertThat(Site.status(response)).isEqualTo("BYPASS");
            assertThat(response.header("Cache-Status"))
                    .as("the reason is said")
                    .hasValueSatisfying(status -> assertThat(status).contains("detail="));
            assertThat(response.header("Age")).isEmpty();
        }
        assertThat(site.asked(path)).isEqualTo(2);
    }

    // ---- how long

    @Test
    void maxAgeBoundsFreshnessAndAgeGrows() throws Exception {
        site.page("/max-age", Say.ok("young").header("Cache-Control", "max-age=2"));
        assertThat(Site.status(site.get("/max-age"))).isEqualTo("MISS");
        assertThat(site.get("/max-age").header("Age")).contains("0");
        Until.holds(
                "the age grows", SOON, () -> site.get("/max-age").header("Age").orElse("none"), "1"::equals);
        assertThat(Site.status(expired("/max-age"))).isEqualTo("EXPIRED");
        assertThat(site.asked("/max-age")).isEqualTo(2);
    }

    @Test
    void theAgeThatAResponseArrivesWithCounts() throws Exception {
        site.page("/aged", Say.ok("old").header("Cache-Control", "max-age=60").header("Age", "50"));
        site.get("/aged");
        assertThat(Integer.parseInt(site.get("/aged").header("Age").orElseThrow()))
                .isBetween(50, 59);
        site.page(
                "/too-old",
                Say.ok("too old").header("Cache-Control", "max-age=60").header("Age", "61"));
        assertNotStoredButAged("/too-old", 61);
    }

    @Test
    void theAgeOfWhatPassesThroughIsTheOrigins() throws Exception {
        site.page(
                "/passing",
                Say.ok("passing").header("Cache-Control", "no-store").header("Age", "7"));
        assertNotStoredButAged("/passing", 7);
    }

    private static void assertNotStoredButAged(String path, int age) throws Exception {
        Wire.Response response = site.get(path);
        assertThat(Site.status(response)).isEqualTo("BYPASS");
        assertThat(response.head().headers("Age")).containsExactly(String.valueOf(age));
    }

    @Test
    void whatForbidsStoringIsObeyed() throws Exception {
        site.page("/no-store", Say.ok("x").header("Cache-Control", "no-store, max-age=60"));
        assertNotStored("/no-store");
        site.page("/private", Say.ok("x").header("Cache-Control", "private, max-age=60"));
        assertNotStored("/private");
        site.page(
                "/vary-star", Say.ok("x").header("Cache-Control", "max-age=60").header("Vary", "*"));
        assertNotStored("/vary-star");
        site.page("/asked-not-to", Say.ok("x").header("Cache-Control", "max-age=60"));
        assertNotStored("/asked-not-to", "Cache-Control: no-store");
    }

    @Test
    void noCacheIsStoredAndAskedForEachTime() throws Exception {
        site.page(
                "/no-cache",
                request -> (request.header("If-None-Match").isPresent()
                                ? Say.raw("HTTP/1.1 304 Same\r\n\r\n")
                                : Say.ok("checked"))
                        .header("ETag", "\"n\"")
                        .header("Cache-Control", "no-cache"));
        assertThat(Site.status(site.get("/no-cache"))).isEqualTo("MISS");
        for (int i = 0; i < 2; i++) {
            Wire.Response response = site.get("/no-cache");
            assertThat(Site.status(response)).isEqualTo("REVALIDATED");
            assertThat(response.text()).isEqualTo("checked");
        }
        assertThat(site.asked("/no-cache")).isEqualTo(3);
    }

    // ---- conditions

    private static void validated(String path, String control) {
        site.page(
                path,
                Say.ok("validated")
                        .header("ETag", "\"v1\"")
                        .header("Last-Modified", MODIFIED)
                        .header("X-Other", "other")
                        .header("Cache-Control", control));
    }

    @Test
    void aConditionOnAMissDoesNotKeepTheWholeFromTheCache() throws Exception {
        validated("/conditional-miss", "max-age=60");
        assertThat(site.get("/conditional-miss", "If-None-Match: \"v1\"").status())
                .isEqualTo(304);
        assertThat(site.last("/conditional-miss").header("If-None-Match")).isEmpty();
        assertThat(site.get("/conditional-miss").text()).isEqualTo("validated");
        assertThat(site.asked("/conditional-miss")).isEqualTo(1);
    }

    // ---- revalidation

    @Test
    void whatTheOriginConfirmsIsServedWithItsNewFields() throws Exception {
        site.page(
                "/confirmed",
                request ->
                        request.header("If-None-Match").filter("\"c\""::equals).isPresent()
                                ? Say.raw(
                                        "HTTP/1.1 304 Same\r\nETag: \"c\"\r\nCache-Control: max-age=60\r\nX-Round: 2\r\n\r\n")
                                : Say.ok("the body")
                                        .header("ETag", "\"c\"")
                                        .header("Last-Modified", MODIFIED)
                                        .header("Cache-Control", "max-age=1")
                                        .header("X-Round", "1")
                                        .header("X-Kept", "kept"));
        assertThat(site.get("/confirmed").header("X-Round")).contains("1");
        Wire.Response confirmed = expired("/confirmed");
        assertThat(Site.status(confirmed)).isEqualTo("REVALIDATED");
        assertThat(confirmed.status()).isEqualTo(200);
        assertThat(confirmed.text()).isEqualTo("the body");
        assertThat(confirmed.head().headers("X-Round")).containsExactly("2");
        assertThat(confirmed.header("X-Kept")).contains("kept");
        assertThat(confirmed.header("Cache-Control")).contains("max-age=60");
        assertThat(site.last("/confirmed").header("If-Modified-Since")).contains(MODIFIED);
        Wire.Response fresh = site.get("/confirmed");
        assertThat(Site.status(fresh)).isEqualTo("HIT");
        assertThat(fresh.header("X-Round")).contains("2");
        assertThat(site.asked("/confirmed")).isEqualTo(2);
    }

    @Test
    void whatTheOriginReplacesIsServedNew() throws Exception {
        AtomicInteger version = new AtomicInteger();
        site.page("/replaced", _ -> {
            int now = version.incrementAndGet();
            return Say.ok("version " + now)
                    .header("ETag", "\"" + now + "\"")
                    .header("Cache-Control", now == 1 ? "max-age=1" : "max-age=60");
        });
        assertThat(site.get("/replaced").text()).isEqualTo("version 1");
        Wire.Response replaced = expired("/replaced");
        assertThat(Site.status(replaced)).isEqualTo("EXPIRED");
        assertThat(replaced.text()).isEqualTo("version 2");
        assertThat(site.last("/replaced").header("If-None-Match")).contains("\"1\"");
        assertThat(site.get("/replaced").text()).isEqualTo("version 2");
        assertThat(site.asked("/replaced")).isEqualTo(2);
    }

    @Test
    void whileItIsRevalidatedTheStaleOneIsServed() throws Exception {
        Say.Gate gate = new Say.Gate();
        AtomicInteger round = new AtomicInteger();
        site.page(
                "/swr",
                _ -> round.incrementAndGet() == 1
                        ? Say.ok("old").header("Cache-Control", "max-age=1, stale-while-revalidate=60")
                        : Say.nothing()
                                .await(gate)
                                .then("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 3\r\n\r\nnew"));
        site.get("/swr");
        Wire.Response updating = expired("/swr");
        assertThat(Site.status(updating)).isEqualTo("UPDATING");
        assertThat(updating.text()).isEqualTo("old");
        for (int i = 0; i < 5; i++) {
            assertThat(site.get("/swr").text()).as("nobody waits").isEqualTo("old");
        }
        gate.open();
        Wire.Response fresh = Until.holds(
                "the new one is there",
                SOON,
                () -> site.get("/swr"),
                response -> response.text().equals("new"));
        assertThat(Site.status(fresh)).isEqualTo("HIT");
        assertThat(site.asked("/swr")).as("one revalidation for all").isEqualTo(2);
    }

    @Test
    void whenTheOriginDiesTheStaleOneIsServedWhereAllowed() throws Exception {
        site.page("/stale", Say.ok("old").header("Cache-Control", "max-age=1"));
        site.get("/stale");
        site.page("/stale", Say.nothing().thenClose());
        Wire.Response stale = expired("/stale");
        assertThat(Site.status(stale)).isEqualTo("STALE");
        assertThat(stale.status()).isEqualTo(200);
        assertThat(stale.text()).isEqualTo("old");
    }

    @Test
    void staleIfErrorCoversAnErrorOfTheOrigin() throws Exception {
        site.page("/sie", Say.ok("old").header("Cache-Control", "max-age=1, stale-if-error=60"));
        site.get("/sie");
        site.page("/sie", Say.status(503, "tired"));
        Wire.Response stale = expired("/sie");
        assertThat(Site.status(stale)).isEqualTo("STALE");
        assertThat(stale.text()).isEqualTo("old");

        site.page("/sie-none", Say.ok("old").header("Cache-Control", "max-age=1"));
        site.get("/sie-none");
        site.page("/sie-none", Say.status(503, "tired"));
        assertThat(expired("/sie-none").status())
                .as("an answer of the origin is an answer")
                .isEqualTo(503);
    }

    // ---- ranges

    @Test
    void partsOfAStoredEntryAreServedFromIt() throws Exception {
        site.page("/range", Say.ok("0123456789").header("ETag", "\"r\"").header("Cache-Control", "max-age=60"));
        site.get("/range");
        String[][] parts = {
            {"bytes=2-4", "bytes 2-4/10", "234"},
            {"bytes=7-", "bytes 7-9/10", "789"},
            {"bytes=-2", "bytes 8-9/10", "89"},
            {"bytes=5-99", "bytes 5-9/10", "56789"},
            {"bytes=0-0", "bytes 0-0/10", "0"}
        };
        for (String[] part : parts) {
            Wire.Response response = site.get("/range", "Range: " + part[0]);
            assertThat(response.status()).as(part[0]).isEqualTo(206);
            assertThat(Site.status(response)).isEqualTo("HIT");
            assertThat(response.header("Content-Range")).contains(part[1]);
            assertThat(response.text()).isEqualTo(part[2]);
        }
        for (String ignored : new String[] {"bytes=4-2", "lines=1-2", "bytes=a-b"}) {
            assertThat(site.get("/range", "Range: " + ignored).text())
                    .as(ignored)
                    .isEqualTo("0123456789");
        }
        assertThat(site.asked("/range")).isEqualTo(1);
    }

    @Test
    void aRangeBeyondTheEndIs416() throws Exception {
        site.page("/beyond", Say.ok("0123456789").header("Cache-Control", "max-age=60"));
        site.get("/beyond");
        Wire.Response response = site.get("/beyond", "Range: bytes=10-");
        assertThat(response.status()).isEqualTo(416);
        assertThat(response.header("Content-Range")).contains("bytes */10");
        assertThat(response.text()).isEmpty();
    }

    @Test
    void ifRangeDecidesBetweenPartAndWhole() throws Exception {
        site.page(
                "/if-range",
                Say.ok("0123456789")
                        .header("ETag", "\"r\"")
                        .header("Last-Modified", MODIFIED)
                        .header("Cache-Control", "max-age=60"));
        site.get("/if-range");
        assertThat(site.get("/if-range", "Range: bytes=1-2", "If-Range: \"r\"").text())
                .isEqualTo("12");
        assertThat(site.get("/if-range", "Range: bytes=1-2", "If-Range: " + MODIFIED)
                        .text())
                .isEqualTo("12");
        for (String other : new String[] {"\"s\"", "W/\"r\"", date(0)}) {
            Wire.Response whole = site.get("/if-range", "Range: bytes=1-2", "If-Range: " + other);
            assertThat(whole.status()).as(other).isEqualTo(200);
            assertThat(whole.text()).isEqualTo("0123456789");
        }
    }

    @Test
    void aRangeOfAMissFetchesTheWholeForTheCache() throws Exception {
        byte[] body = new byte[300_000];
        new java.util.Random(1).nextBytes(body);
        site.page("/range-miss", Say.bytes(200, body).header("Cache-Control", "max-age=60"));
        Wire.Response part = site.get("/range-miss", "Range: bytes=200000-200009");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(body, 200_000, 200_010));
        assertThat(site.last("/range-miss").header("Range")).isEmpty();
        Wire.Response whole = site.get("/range-miss");
        assertThat(whole.body()).isEqualTo(body);
        assertThat(site.asked("/range-miss")).isEqualTo(1);
    }
}
