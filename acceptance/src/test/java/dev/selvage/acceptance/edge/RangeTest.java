package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ranges and parts (RFC 9110 section 14; RFC 9111 sections 3.3, 3.4 and 4.3.5), with the origin as witness.
@Timeout(60)
class RangeTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int LARGEST = 4 << 20;

    /// Ten bytes are enough where only the rules matter.
    private static final byte[] DIGITS = ascii("0123456789");

    /// More than lies before a range that the edge passes on.
    private static final byte[] LONG = random(3 << 20);

    /// More than is stored.
    private static final byte[] TOO_LONG = random(LARGEST + (1 << 20));

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "cache.max-object: 4MiB\n");
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static Say with(Say say, String... fields) {
        Say all = say;
        for (String field : fields) {
            int colon = field.indexOf(':');
            all = all.header(
                    field.substring(0, colon), field.substring(colon + 1).strip());
        }
        return all;
    }

    /// The bytes from `first` to `last` as a 206.
    private static Say part(byte[] body, int first, int last, String... fields) {
        return with(Say.bytes(206, Arrays.copyOfRange(body, first, last + 1)), fields)
                .header("Content-Range", "bytes " + first + "-" + last + "/" + body.length);
    }

    /// An origin that knows its ranges, `If-Range` and `If-None-Match`.
    private static Function<Wire.Request, Say> ranged(byte[] body, String etag, String... fields) {
        return request -> {
            String[] all = Arrays.copyOf(fields, fields.length + 1);
            all[fields.length] = "ETag: " + etag;
            if (request.header("If-None-Match").filter(etag::equals).isPresent()) {
                return with(Say.raw("HTTP/1.1 304 Not Modified\r\n\r\n"), all);
            }
            Optional<String> range = request.header("Range");
            boolean same = request.header("If-Range").map(etag::equals).orElse(true);
            if (range.isEmpty() || !same || !range.get().matches("bytes=[0-9]*-[0-9]*")) {
                return with(Say.bytes(200, body), all);
            }
            int dash = range.get().indexOf('-');
            String from = range.get().substring(6, dash);
            String to = range.get().substring(dash + 1);
            int first = from.isEmpty() ? Math.max(0, body.length - Integer.parseInt(to)) : Integer.parseInt(from);
            int last =
                    from.isEmpty() || to.isEmpty() ? body.length - 1 : Math.min(body.length - 1, Integer.parseInt(to));
            if (first >= body.length) {
                return with(Say.bytes(416, new byte[0]), all).header("Content-Range", "bytes */" + body.length);
            }
            return part(body, first, last, all);
        };
    }

    private static Wire.Response range(String path, String range, String... fields) throws IOException {
        String[] all = Arrays.copyOf(fields, fields.length + 1);
        all[fields.length] = "Range: bytes=" + range;
        return site.get(path, all);
    }

    private static Optional<String> asked(String path, String field) {
        return site.last(path).header(field);
    }

    private static void assertPart(Wire.Response response, byte[] body, int first, int last) {
        assertThat(response.status()).isEqualTo(206);
        assertThat(response.header("Content-Range")).contains("bytes " + first + "-" + last + "/" + body.length);
        assertThat(response.header("Content-Length")).contains(Integer.toString(last - first + 1));
        assertThat(Arrays.equals(response.body(), Arrays.copyOfRange(body, first, last + 1)))
                .as("the bytes " + first + "-" + last)
                .isTrue();
    }

    private static void assertWhole(Wire.Response response, byte[] body) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Range")).isEmpty();
        assertThat(response.complete()).isTrue();
        assertThat(Arrays.equals(response.body(), body)).as("the whole").isTrue();
    }

    private static void assertHit(Wire.Response response) {
        assertThat(Site.status(response)).isEqualTo("HIT");
    }

    private static void stored(String path) throws Exception {
        Until.holds("stored: " + path, SOON, () -> Site.status(site.get(path)), "HIT"::equals);
    }

    // ---- several ranges

    private static Wire.Response several(String path, String ranges) throws Exception {
        byte[] body = ascii("0123456789".repeat(100));
        site.page(
                path, with(Say.bytes(200, body), "Cache-Control: max-age=60", "Content-Type: text/x-a", "ETag: \"s\""));
        stored(path);
        Wire.Response response = range(path, ranges);
        assertHit(response);
        assertThat(site.asked(path)).isEqualTo(1);
        return response;
    }

    @Test
    void severalRangesComeAsOneBodyOfSeveralParts() throws Exception {
        Wire.Response response = several("/several", "500-504, 0-0 ,-2");
        assertThat(response.status()).isEqualTo(206);
        assertThat(response.header("Content-Range"))
                .as("a multipart response has none of its own (RFC 9110 section 15.3.7.2)")
                .isEmpty();
        assertThat(response.header("ETag")).contains("\"s\"");
        String type = response.header("Content-Type").orElseThrow();
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        String boundary = type.substring(type.indexOf('=') + 1);
        assertThat(boundary).matches("[0-9a-f]{32,70}");
        assertThat(response.text()).isEqualTo("""
                --B
                Content-Type: text/x-a
                Content-Range: bytes 500-504/1000

                01234
                --B
                Content-Type: text/x-a
                Content-Range: bytes 0-0/1000

                0
                --B
                Content-Type: text/x-a
                Content-Range: bytes 998-999/1000

                89
                --B--
                """.replace("\n", "\r\n").replace("--B", "--" + boundary));
        assertThat(response.header("Content-Length"))
                .contains(Integer.toString(response.text().length()));
        assertThat(range("/several", "500-504,0-0").header("Content-Type").orElseThrow())
                .as("a boundary is said once")
                .doesNotContain(boundary);
    }

    @Test
    void theConnectionGoesOnAfterSeveralParts() throws Exception {
        several("/several-on", "0-0,-1");
        try (Client client = site.connect()) {
            client.send(("GET /several-on HTTP/1.1\r\nHost: localhost\r\nRange: bytes=900-904,1-3\r\n\r\n").repeat(2)
                    + "GET /several-on HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.response().text()).contains("\r\n\r\n01234\r\n--", "\r\n\r\n123\r\n--");
            assertThat(client.response().text()).contains("\r\n\r\n01234\r\n--", "\r\n\r\n123\r\n--");
            assertThat(client.response().body()).hasSize(1_000);
        }
    }

    @Test
    void largePartsInAnyOrderArriveWhole() throws Exception {
        site.page("/several-large", with(Say.bytes(200, LONG), "Cache-Control: max-age=60"));
        stored("/several-large");
        Wire.Response response = range("/several-large", "2000000-2999999,100-1299999,-100000");
        byte[] body = response.body();
        int at = 0;
        for (int[] part :
                new int[][] {{2_000_000, 2_999_999}, {100, 1_299_999}, {LONG.length - 100_000, LONG.length - 1}}) {
            String head = "Content-Range: bytes " + part[0] + "-" + part[1] + "/" + LONG.length + "\r\n\r\n";
            byte[] expected = Arrays.copyOfRange(LONG, part[0], part[1] + 1);
            at = new String(body, StandardCharsets.ISO_8859_1).indexOf(head, at) + head.length();
            assertThat(at).isGreaterThan(head.length());
            assertThat(Arrays.equals(Arrays.copyOfRange(body, at, at + expected.length), expected))
                    .isTrue();
            at += expected.length;
        }
        assertThat(response.complete()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5-9,5000-        | bytes 5-9/1000     | of several one can be had",
                "5-9,10-19,0-6    | bytes 0-19/1000    | they overlap or touch",
                "0-9,70-79        | bytes 0-79/1000    | the gap is smaller than a part's head",
                "0-0,0-,0-,0-,0-0 | bytes 0-999/1000   | the same again and again costs once",
                "-1,990-          | bytes 990-999/1000 | a suffix is a range like others",
            })
    void rangesThatComeToOneAreOnePart(String ranges, String contentRange, String why) throws Exception {
        Wire.Response response = several("/one-of-several", ranges);
        assertThat(response.status()).as(why).isEqualTo(206);
        assertThat(response.header("Content-Range")).contains(contentRange);
        assertThat(response.header("Content-Type")).contains("text/x-a");
    }

    @Test
    void severalRangesBeyondTheEndAre416() throws Exception {
        Wire.Response response = several("/several-beyond", "1000-,2000-2001,-0");
        assertThat(response.status()).isEqualTo(416);
        assertThat(response.header("Content-Range")).contains("bytes */1000");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void whoAsksForTooManyPartsGetsTheWhole() throws Exception {
        site.page("/many", with(Say.bytes(200, LONG), "Cache-Control: max-age=60"));
        stored("/many");
        StringBuilder ranges = new StringBuilder("0-0");
        for (int i = 1; i < 16; i++) {
            ranges.append(',').append(1_000 * i).append('-').append(1_000 * i);
        }
        assertThat(range("/many", ranges.toString()).status()).isEqualTo(206);
        assertWhole(range("/many", ranges + ",999999-999999"), LONG);
        assertWhole(range("/many", "0-0" + ",0-0".repeat(1_000)), LONG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bytes=5-4", "bytes=-", "bytes= 0-1", "bytes=0-1;2-3", "bytes=,", "lines=0-1", "bytes=0-1,5-4"})
    void whatIsNoRangeIsIgnored(String field) throws Exception {
        site.page("/no-range", with(Say.bytes(200, DIGITS), "Cache-Control: max-age=60"));
        stored("/no-range");
        assertWhole(site.get("/no-range", "Range: " + field), DIGITS);
    }

    @Test
    void theUnitIsReadInAnyCaseAndNumbersInAnySize() throws Exception {
        site.page("/odd-range", with(Say.bytes(200, DIGITS), "Cache-Control: max-age=60"));
        stored("/odd-range");
        assertPart(site.get("/odd-range", "Range: Bytes=1-2"), DIGITS, 1, 2);
        assertPart(range("/odd-range", "1-99999999999999999999999"), DIGITS, 1, 9);
        assertPart(range("/odd-range", "-99999999999999999999999"), DIGITS, 0, 9);
        assertThat(range("/odd-range", "99999999999999999999999-").status()).isEqualTo(416);
    }

    @Test
    void headKnowsNoRanges() throws Exception {
        site.page("/head-range", with(Say.bytes(200, DIGITS), "Cache-Control: max-age=60"));
        stored("/head-range");
        for (String range : List.of("1-2", "0-0,9-9", "100-")) {
            Wire.Response response = site.ask("HEAD", "/head-range", "", "Range: bytes=" + range);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("Content-Length")).contains("10");
            assertThat(response.header("Content-Range")).isEmpty();
        }
    }

    @Test
    void aDateProvesNothingWithinTheSecondOfTheChange() throws Exception {
        String changed = "Sun, 06 Nov 1994 08:49:37 GMT";
        site.page(
                "/young",
                with(
                        Say.bytes(200, DIGITS),
                        "Cache-Control: max-age=3153600000",
                        "Last-Modified: " + changed,
                        "Date: " + changed));
        site.get("/young");
        assertThat(range("/young", "1-2", "If-Range: " + changed).status()).isEqualTo(200);
        assertThat(range("/young", "1-2").status()).isEqualTo(206);
    }

    // ---- one fill for many ranges

    @Test
    void twentyVisitorsOfDifferentRangesCostTheOriginOneRequest() throws Exception {
        byte[] body = random(1 << 20);
        Say.Gate gate = new Say.Gate();
        site.page(
                "/twenty",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + body.length + "\r\n\r\n")
                        .thenTalk((_, out) -> {
                            out.write(body, 0, 100_000);
                            out.flush();
                            if (gate.await(SOON)) {
                                out.write(body, 100_000, body.length - 100_000);
                            }
                        }));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Wire.Response>> visits = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int first = i * 50_000;
                visits.add(threads.submit(() -> range("/twenty", first + "-" + (first + 9_999))));
            }
            for (int i = 0; i < 2; i++) {
                assertPart(visits.get(i).get(10, TimeUnit.SECONDS), body, i * 50_000, i * 50_000 + 9_999);
            }
            gate.open();
            for (int i = 2; i < 20; i++) {
                assertPart(visits.get(i).get(10, TimeUnit.SECONDS), body, i * 50_000, i * 50_000 + 9_999);
            }
        }
        assertThat(site.asked("/twenty")).isEqualTo(1);
        assertThat(asked("/twenty", "Range")).isEmpty();
        assertWhole(site.get("/twenty"), body);
        assertThat(site.asked("/twenty")).isEqualTo(1);
    }

    @Test
    void aRangeOfWhatIsNotStoredArrivesAndTheRestIsNotFetched() throws Exception {
        Say.Gate gone = new Say.Gate();
        byte[] piece = random(64 << 10);
        site.page(
                "/endless",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 9000000000\r\n\r\n")
                        .thenTalk((_, out) -> {
                            try {
                                for (int i = 0; i < 100_000; i++) {
                                    out.write(piece);
                                }
                            } catch (IOException left) {
                                gone.open();
                            }
                        }));
        try (Client client = site.connect()) {
            client.request("GET", "/endless", "", "Range: bytes=1000000-1000009");
            Wire.Response response = client.response();
            assertThat(response.status()).isEqualTo(206);
            assertThat(response.header("Content-Range")).contains("bytes 1000000-1000009/9000000000");
            assertThat(response.body())
                    .isEqualTo(Arrays.copyOfRange(piece, 1_000_000 % 65_536, 1_000_000 % 65_536 + 10));
            assertThat(gone.await(SOON)).as("the origin is let go").isTrue();
            client.request("GET", "/no-range-after", "");
            assertThat(client.response().status()).isEqualTo(404);
        }
    }
}
