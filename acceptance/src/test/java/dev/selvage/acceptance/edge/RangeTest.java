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
import java.util.concurrent.atomic.AtomicInteger;
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
            client.request("GET", "/several-on", "", "Range: bytes=900-904,1-3");
            client.request("GET", "/several-on", "", "Range: bytes=900-904,1-3");
            client.request("GET", "/several-on", "");
            assertThat(client.response().text()).contains("\r\n\r\n01234\r\n--", "\r\n\r\n123\r\n--");
            assertThat(client.response().text()).contains("\r\n\r\n01234\r\n--", "\r\n\r\n123\r\n--");
            assertThat(client.response().body()).hasSize(1_000);
        }
    }

    @Test
    void severalRangesOfWhatIsStillComingAreSentInTheirOrder() throws Exception {
        byte[] body = random(300_000);
        Say.Gate gate = new Say.Gate();
        site.page(
                "/several-miss",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + body.length + "\r\n\r\n")
                        .thenTalk((_, out) -> {
                            out.write(body, 0, 100_000);
                            out.flush();
                            if (gate.await(SOON)) {
                                out.write(body, 100_000, body.length - 100_000);
                            }
                        }));
        try (Client client = site.connect()) {
            client.request("GET", "/several-miss", "", "Range: bytes=250000-250009,10-19");
            Until.holds("asked", SOON, () -> site.asked("/several-miss"), asked -> asked == 1);
            gate.open();
            Wire.Response response = client.response();
            String text = new String(response.body(), StandardCharsets.ISO_8859_1);
            String later = new String(body, 250_000, 10, StandardCharsets.ISO_8859_1);
            String early = new String(body, 10, 10, StandardCharsets.ISO_8859_1);
            assertThat(response.status()).isEqualTo(206);
            assertThat(text).contains("bytes 250000-250009/300000\r\n\r\n" + later + "\r\n--");
            assertThat(text).contains("bytes 10-19/300000\r\n\r\n" + early + "\r\n--");
        }
        assertThat(site.asked("/several-miss")).isEqualTo(1);
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
        assertWhole(range("/many", "0-0,0-0" + ",0-0".repeat(1_000)), LONG);
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

    // ---- ranges that are passed on

    @ParameterizedTest
    @CsvSource({"deep, 2000000-2000009, 2000000, 2000009", "suffix, -10, 3145718, 3145727"})
    void aRangeThatBeginsDeepOrCountsFromTheEndIsPassedOnAndItsPartStored(
            String name, String range, int first, int last) throws Exception {
        String path = "/passed-" + name;
        site.page(path, ranged(LONG, "\"p\"", "Cache-Control: max-age=60"));
        Wire.Response miss = range(path, range);
        assertPart(miss, LONG, first, last);
        assertThat(Site.status(miss)).isEqualTo("MISS");
        assertThat(miss.header("Cache-Status").orElse("")).contains("fwd-status=206", "stored");
        assertThat(asked(path, "Range")).contains("bytes=" + range);
        Wire.Response again = range(path, range);
        assertPart(again, LONG, first, last);
        assertHit(again);
        assertThat(again.header("Age")).isPresent();
        assertPart(range(path, (first + 2) + "-" + (first + 4)), LONG, first + 2, first + 4);
        Wire.Response several = range(path, first + "-" + first + "," + last + "-" + last);
        assertPart(several, LONG, first, last);
        assertThat(range(path, "3145728-").status()).as("the length is known").isEqualTo(416);
        assertThat(site.asked(path)).isEqualTo(1);

        assertWhole(site.get(path), LONG);
        assertThat(asked(path, "Range")).as("its front is missing").isEmpty();
        assertPart(range(path, "5-9"), LONG, 5, 9);
        assertThat(site.asked(path)).isEqualTo(2);
    }

    @Test
    void aStoredPartAnswersSuffixesAndOpenEndsThatItReaches() throws Exception {
        site.page("/tail", ranged(LONG, "\"t\"", "Cache-Control: max-age=60"));
        range("/tail", "-100");
        int end = LONG.length - 1;
        assertPart(range("/tail", "-7"), LONG, end - 6, end);
        assertPart(range("/tail", (end - 50) + "-"), LONG, end - 50, end);
        assertThat(site.asked("/tail")).isEqualTo(1);
        assertPart(range("/tail", "-101"), LONG, end - 100, end);
        assertThat(site.asked("/tail")).isEqualTo(2);
    }

    @Test
    void headIsNotAnsweredFromAPart() throws Exception {
        site.page("/head-part", ranged(LONG, "\"h\"", "Cache-Control: max-age=60"));
        range("/head-part", "-100");
        Wire.Response response = site.ask("HEAD", "/head-part", "", "Range: bytes=-7");
        assertThat(response.status()).isIn(200, 206);
        assertThat(site.last("/head-part").method()).isEqualTo("HEAD");
    }

    @Test
    void whoeverAsksForTheSameDeepRangeAtOnceSharesOneRequest() throws Exception {
        Say.Gate gate = new Say.Gate();
        Function<Wire.Request, Say> origin = ranged(LONG, "\"s\"", "Cache-Control: max-age=60");
        site.page("/same-deep", request -> Say.nothing().await(gate).then(origin.apply(request)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Wire.Response>> visits = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                visits.add(threads.submit(() -> range("/same-deep", "2000000-2000099")));
            }
            Until.holds("asked", SOON, () -> site.asked("/same-deep"), asked -> asked == 1);
            gate.open();
            for (Future<Wire.Response> visit : visits) {
                assertPart(visit.get(10, TimeUnit.SECONDS), LONG, 2_000_000, 2_000_099);
            }
        }
        assertThat(site.asked("/same-deep")).isEqualTo(1);
    }

    @Test
    void ofWhatIsTooLargeOnlyTheRangeIsFetchedAndStored() throws Exception {
        site.page("/too-long", ranged(TOO_LONG, "\"l\"", "Cache-Control: max-age=60"));
        assertPart(range("/too-long", "100-199"), TOO_LONG, 100, 199);
        assertThat(asked("/too-long", "Range")).as("nothing is known yet").isEmpty();
        assertPart(range("/too-long", "200-299"), TOO_LONG, 200, 299);
        assertThat(asked("/too-long", "Range")).contains("bytes=200-299");
        assertHit(range("/too-long", "210-219"));
        assertPart(range("/too-long", "300-399"), TOO_LONG, 300, 399);
        assertThat(asked("/too-long", "Range"))
                .as("it could not be stored whole")
                .contains("bytes=300-399");
        assertThat(site.asked("/too-long")).isEqualTo(3);
        assertWhole(site.get("/too-long"), TOO_LONG);
        assertThat(asked("/too-long", "Range")).isEmpty();
    }

    // ---- completing

    /// Has the first half of ten bytes stored, as a part.
    private static void half(String path, String... fields) throws Exception {
        site.page(path, part(DIGITS, 0, 4, fields));
        assertPart(range(path, "-99"), DIGITS, 0, 4);
        assertHit(range(path, "0-4"));
        assertThat(site.asked(path)).isEqualTo(1);
    }

    /// The head of the second half.
    private static Say restOfDigits() {
        return Say.raw("""
                HTTP/1.1 206 Part\r
                Cache-Control: max-age=60\r
                ETag: "c"\r
                Content-Range: bytes 5-9/10\r
                Content-Length: 5\r
                \r
                """);
    }

    @Test
    void theMissingEndIsAskedForAndCombined() throws Exception {
        half("/combine", "Cache-Control: max-age=60", "ETag: \"c\"", "X-Old: 1", "X-Both: old");
        site.page(
                "/combine",
                request -> request.header("Range").isPresent()
                        ? part(DIGITS, 5, 9, "Cache-Control: max-age=60", "ETag: \"c\"", "X-Both: new")
                        : Say.status(500, "the whole was asked for"));
        Wire.Response whole = site.get("/combine");
        assertWhole(whole, DIGITS);
        assertThat(whole.header("Cache-Status").orElse("")).contains("fwd=partial", "fwd-status=206", "stored");
        assertThat(asked("/combine", "Range")).contains("bytes=5-");
        assertThat(asked("/combine", "If-Range")).contains("\"c\"");
        Wire.Response stored = site.get("/combine");
        assertWhole(stored, DIGITS);
        assertHit(stored);
        assertThat(stored.header("X-Old")).contains("1");
        assertThat(stored.header("X-Both")).as("RFC 9111 section 3.4").contains("new");
        assertPart(range("/combine", "3-7"), DIGITS, 3, 7);
        assertThat(site.asked("/combine")).isEqualTo(2);
    }

    @Test
    void whatIsStoredIsSentBeforeTheRestHasCome() throws Exception {
        half("/combine-slow", "Cache-Control: max-age=60", "ETag: \"c\"");
        Say.Gate gate = new Say.Gate();
        site.page("/combine-slow", restOfDigits().await(gate).then("56789"));
        try (Client client = site.connect();
                Client ranged = site.connect()) {
            client.request("GET", "/combine-slow", "");
            assertThat(client.head().header("Content-Length")).contains("10");
            assertThat(client.read(5)).isEqualTo("01234");
            ranged.request("GET", "/combine-slow", "", "Range: bytes=4-6");
            assertThat(ranged.head().header("Content-Range")).contains("bytes 4-6/10");
            assertThat(ranged.read(1)).isEqualTo("4");
            gate.open();
            assertThat(client.read(5)).isEqualTo("56789");
            assertThat(ranged.read(2)).isEqualTo("56");
        }
        assertThat(site.asked("/combine-slow")).isEqualTo(2);
        assertHit(site.get("/combine-slow"));
    }

    @Test
    void aRangeThatGoesBeyondThePartCompletesIt() throws Exception {
        half("/beyond-part", "Cache-Control: max-age=60", "ETag: \"c\"");
        site.page("/beyond-part", ranged(DIGITS, "\"c\"", "Cache-Control: max-age=60"));
        assertPart(range("/beyond-part", "3-7"), DIGITS, 3, 7);
        assertThat(asked("/beyond-part", "Range")).contains("bytes=5-");
        assertHit(site.get("/beyond-part"));
        assertThat(site.asked("/beyond-part")).isEqualTo(2);
    }

    @Test
    void aRepresentationThatChangedReplacesThePart() throws Exception {
        byte[] changed = ascii("abcdefghij");
        half("/changed", "Cache-Control: max-age=60", "ETag: \"c\"");
        site.page("/changed", ranged(changed, "\"d\"", "Cache-Control: max-age=60"));
        assertWhole(site.get("/changed"), changed);
        assertThat(asked("/changed", "If-Range")).contains("\"c\"");
        assertThat(site.asked("/changed")).as("a 200 says it at once").isEqualTo(2);
        assertPart(range("/changed", "0-4"), changed, 0, 4);
        assertHit(range("/changed", "0-4"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5-9/10 \"other\"",
                "5-9/10 W/\"c\"",
                "5-9/10 none",
                "5-8/10 \"c\"",
                "6-9/10 \"c\"",
                "0-9/10 \"c\"",
                "5-9/11 \"c\"",
                "5-10/11 \"c\"",
            })
    void partsThatMayBeOfOtherBytesAreNeverCombined(String lie) throws Exception {
        String path = "/uncombined-" + Integer.toHexString(lie.hashCode());
        half(path, "Cache-Control: max-age=60", "ETag: \"c\"");
        String contentRange = lie.substring(0, lie.indexOf(' '));
        String etag = lie.substring(lie.indexOf(' ') + 1);
        int count = Integer.parseInt(contentRange.substring(contentRange.indexOf('-') + 1, contentRange.indexOf('/')))
                - Integer.parseInt(contentRange.substring(0, contentRange.indexOf('-')))
                + 1;
        byte[] now = ascii("ABCDEFGHIJ");
        site.page(path, request -> {
            if (request.header("Range").isEmpty()) {
                return with(Say.bytes(200, now), "Cache-Control: max-age=60", "ETag: \"n\"");
            }
            Say say = with(
                    Say.status(206, "x".repeat(count)),
                    "Cache-Control: max-age=60",
                    "Content-Range: bytes " + contentRange);
            return etag.equals("none") ? say : say.header("ETag", etag);
        });
        assertWhole(site.get(path), now);
        assertThat(site.asked(path)).isEqualTo(3);
        assertHit(site.get(path));
        assertWhole(site.get(path), now);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ETag: W/\"c\"", "X: no-validator"})
    void aPartWithoutAStrongValidatorIsServedButNotCompleted(String validator) throws Exception {
        String path = "/weak-" + validator.length();
        half(path, "Cache-Control: max-age=60", validator);
        site.page(path, with(Say.bytes(200, DIGITS), "Cache-Control: max-age=60", validator));
        assertWhole(site.get(path), DIGITS);
        assertThat(asked(path, "Range")).isEmpty();
    }

    @Test
    void aRequestWhoseIfRangeIsNotThePartsGetsTheWhole() throws Exception {
        half("/if-range-part", "Cache-Control: max-age=60", "ETag: \"c\"");
        assertPart(range("/if-range-part", "1-2", "If-Range: \"c\""), DIGITS, 1, 2);
        assertThat(site.asked("/if-range-part")).isEqualTo(1);
        site.page("/if-range-part", ranged(DIGITS, "\"c\"", "Cache-Control: max-age=60"));
        assertWhole(range("/if-range-part", "1-2", "If-Range: \"other\""), DIGITS);
        assertThat(asked("/if-range-part", "Range")).contains("bytes=5-");
    }

    @Test
    void aConditionalRequestForAStoredPartIs304() throws Exception {
        half("/part-304", "Cache-Control: max-age=60", "ETag: \"c\"");
        assertThat(range("/part-304", "1-2", "If-None-Match: \"c\"").status()).isEqualTo(304);
        assertThat(range("/part-304", "1-2", "If-None-Match: \"d\"").status()).isEqualTo(206);
        assertThat(site.asked("/part-304")).isEqualTo(1);
    }

    @Test
    void whatWasCutOffIsCompletedLater() throws Exception {
        site.page(
                "/cut",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nETag: \"k\"\r\nContent-Length: " + LONG.length
                                + "\r\n\r\n")
                        .thenTalk((_, out) -> out.write(LONG, 0, 700_000)));
        assertThat(site.get("/cut").complete()).isFalse();
        site.page("/cut", ranged(LONG, "\"k\"", "Cache-Control: max-age=60"));
        Wire.Response hit = Until.holds(
                "the part is stored",
                SOON,
                () -> range("/cut", "600000-699999"),
                part -> Site.status(part).equals("HIT"));
        assertPart(hit, LONG, 600_000, 699_999);
        assertThat(site.asked("/cut")).isEqualTo(1);
        assertWhole(site.get("/cut"), LONG);
        assertThat(asked("/cut", "Range")).contains("bytes=700000-");
        assertThat(asked("/cut", "If-Range")).contains("\"k\"");
        assertHit(site.get("/cut"));
        assertThat(site.asked("/cut")).isEqualTo(2);
    }

    @Test
    void whatWasCutOffWithoutAStrongValidatorIsForgotten() throws Exception {
        site.page(
                "/cut-weak",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\n01234")
                        .thenClose());
        assertThat(site.get("/cut-weak").complete()).isFalse();
        site.page("/cut-weak", with(Say.bytes(200, DIGITS), "Cache-Control: max-age=60"));
        assertPart(range("/cut-weak", "0-2"), DIGITS, 0, 2);
        assertThat(site.asked("/cut-weak")).isEqualTo(2);
    }

    // ---- freshness, variants, purges

    @Test
    void aStalePartIsConfirmedAndServed() throws Exception {
        String path = "/stale-part";
        site.page(path, part(DIGITS, 0, 4, "Cache-Control: max-age=0", "ETag: \"c\""));
        range(path, "-99");
        site.page(path, ranged(DIGITS, "\"c\"", "Cache-Control: max-age=60"));
        Wire.Response confirmed = range(path, "1-3");
        assertPart(confirmed, DIGITS, 1, 3);
        assertThat(Site.status(confirmed)).isEqualTo("REVALIDATED");
        assertThat(asked(path, "If-None-Match")).contains("\"c\"");
        assertThat(asked(path, "Range")).isEmpty();
        assertHit(range(path, "0-4"));
        assertThat(site.asked(path)).isEqualTo(2);
    }

    @Test
    void aStalePartStandsInForAnOriginThatFailsWhereItSuffices() throws Exception {
        String path = "/stale-error";
        site.page(path, part(DIGITS, 0, 4, "Cache-Control: max-age=0, stale-if-error=600", "ETag: \"c\""));
        range(path, "-99");
        site.page(path, Say.status(503, "down"));
        Wire.Response stale = range(path, "1-3");
        assertPart(stale, DIGITS, 1, 3);
        assertThat(Site.status(stale)).isEqualTo("STALE");
        assertThat(range(path, "1-6").status()).isEqualTo(503);
        assertThat(site.get(path).status()).isEqualTo(503);
    }

    @Test
    void aPartAnswersItsVariantOnly() throws Exception {
        String path = "/vary-part";
        site.page(path, request -> {
            String who = request.header("X-Who").orElse("none!");
            return part(
                    ascii(who + "56789"), 0, 4, "Cache-Control: max-age=60", "Vary: X-Who", "ETag: \"" + who + "\"");
        });
        for (String who : List.of("alice", "bobby")) {
            assertThat(range(path, "-99", "X-Who: " + who).text()).isEqualTo(who);
        }
        for (String who : List.of("alice", "bobby")) {
            Wire.Response hit = range(path, "0-4", "X-Who: " + who);
            assertHit(hit);
            assertThat(hit.text()).isEqualTo(who);
        }
        assertThat(site.asked(path)).isEqualTo(2);
        site.page(path, request -> {
            String who = request.header("X-Who").orElse("none!");
            return ranged(ascii(who + "56789"), "\"" + who + "\"", "Cache-Control: max-age=60", "Vary: X-Who")
                    .apply(request);
        });
        assertThat(site.get(path, "X-Who: bobby").text()).isEqualTo("bobby56789");
        assertThat(asked(path, "If-Range")).contains("\"bobby\"");
        assertThat(site.get(path, "X-Who: alice").text()).isEqualTo("alice56789");
        assertThat(asked(path, "If-Range")).contains("\"alice\"");
    }

    @Test
    void aPartGoesWithItsResource() throws Exception {
        half("/unsafe-part", "Cache-Control: max-age=60", "ETag: \"c\"");
        byte[] changed = ascii("abcdefghij");
        site.page("/unsafe-part", ranged(changed, "\"d\"", "Cache-Control: max-age=60"));
        assertThat(site.ask("POST", "/unsafe-part", "x").status()).isEqualTo(200);
        Wire.Response after = range("/unsafe-part", "0-4");
        assertPart(after, changed, 0, 4);
        assertThat(asked("/unsafe-part", "If-Range")).isEmpty();
    }

    @Test
    void aPurgeWhileThePartIsCompletedKeepsItFromBeingStored() throws Exception {
        half("/purge-part", "Cache-Control: max-age=60", "ETag: \"c\"");
        Say.Gate gate = new Say.Gate();
        site.page(
                "/purge-part",
                request -> request.method().equals("GET")
                        ? restOfDigits().await(gate).then("56789")
                        : Say.ok("done"));
        try (Client client = site.connect()) {
            client.request("GET", "/purge-part", "");
            assertThat(client.head().line()).contains("200");
            site.ask("DELETE", "/purge-part", "");
            gate.open();
            assertThat(client.read(10)).isEqualTo("0123456789");
        }
        byte[] changed = ascii("abcdefghij");
        site.page("/purge-part", ranged(changed, "\"d\"", "Cache-Control: max-age=60"));
        assertWhole(site.get("/purge-part"), changed);
    }

    // ---- origins that are wrong about their parts

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes 0-4/10, bytes 0-4/10",
                "bytes 0-4/*",
                "bytes 0-4/4",
                "bytes 0-5/10",
                "bytes 0-3/10",
                "bytes -1-4/10",
                "bytes 4-0/10",
                "bytes 9-13/10",
                "bytes 0-4/-10",
                "bytes 99999999999999999990-99999999999999999994/999999999999999999999",
                "lines 0-4/10",
                "bytes */10",
                "none"
            })
    void aPartWhosePlaceIsUncertainIsPassedOnAndNotStored(String contentRange) throws Exception {
        String path = "/uncertain-" + Integer.toHexString(contentRange.hashCode());
        AtomicInteger count = new AtomicInteger();
        site.page(path, request -> {
            if (request.header("Range").isEmpty()) {
                return with(Say.bytes(200, DIGITS), "Cache-Control: max-age=60");
            }
            Say say = with(Say.status(206, "part" + count.incrementAndGet()), "Cache-Control: max-age=60");
            return contentRange.equals("none") ? say : say.header("Content-Range", contentRange);
        });
        Wire.Response first = range(path, "-5");
        assertThat(first.status()).isEqualTo(206);
        assertThat(first.text()).isEqualTo("part1");
        assertThat(Site.status(first)).isEqualTo("BYPASS");
        assertThat(first.header("Cache-Status").orElse(""))
                .contains("detail=range")
                .doesNotContain("stored");
        assertThat(range(path, "-5").text()).isEqualTo("part2");
        assertWhole(site.get(path), DIGITS);
        assertPart(range(path, "-5"), DIGITS, 5, 9);
        assertHit(range(path, "-5"));
    }

    @Test
    void severalPartsOfAnOriginArePassedOnAndNotStored() throws Exception {
        site.page(
                "/origin-several",
                request -> request.header("Range").isEmpty()
                        ? with(Say.bytes(200, TOO_LONG), "Cache-Control: max-age=60")
                        : with(
                                Say.status(206, "--b\r\nContent-Range: bytes 0-0/9\r\n\r\n0\r\n--b--\r\n"),
                                "Cache-Control: max-age=60",
                                "Content-Type: multipart/byteranges; boundary=b"));
        site.get("/origin-several");
        for (int i = 0; i < 2; i++) {
            Wire.Response response = range("/origin-several", "0-0,900-900");
            assertThat(response.status()).isEqualTo(206);
            assertThat(response.header("Content-Type")).contains("multipart/byteranges; boundary=b");
            assertThat(response.text()).contains("bytes 0-0/9");
        }
        assertThat(site.asked("/origin-several")).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"4", "6"})
    void aPartInChunksThatIsLongerOrShorterThanItSaysIsBrokenAndNotStored(int count) throws Exception {
        String path = "/chunked-part-" + count;
        site.page(
                path,
                request -> request.header("Range").isEmpty()
                        ? with(Say.bytes(200, DIGITS), "Cache-Control: max-age=60")
                        : Say.raw("HTTP/1.1 206 Part\r\nCache-Control: max-age=60\r\nETag: \"c\"\r\n"
                                + "Content-Range: bytes 0-4/10\r\nTransfer-Encoding: chunked\r\n\r\n" + count + "\r\n"
                                + "x".repeat(count) + "\r\n0\r\n\r\n"));
        assertThat(range(path, "-99").complete()).isFalse();
        assertWhole(site.get(path), DIGITS);
        assertPart(range(path, "0-4"), DIGITS, 0, 4);
    }

    @Test
    void aPartThatNobodyAskedForIsNeverAWhole() throws Exception {
        site.page("/unasked", part(DIGITS, 0, 4, "Cache-Control: max-age=60", "ETag: \"c\""));
        Wire.Response whole = site.get("/unasked");
        assertThat(whole.status()).isEqualTo(520);
        assertThat(whole.text()).contains("206");
        Until.holds("stored", SOON, () -> Site.status(range("/unasked", "1-3")), "HIT"::equals);
        assertPart(range("/unasked", "1-3"), DIGITS, 1, 3);
        site.page("/unasked-odd", with(Say.status(206, "what?"), "Cache-Control: max-age=60"));
        assertThat(site.get("/unasked-odd").status()).isEqualTo(520);
        assertThat(range("/unasked-odd", "0-1").status()).isEqualTo(520);
    }

    @Test
    void aPartThatIsAllThereIsServesAll() throws Exception {
        site.page("/all-of-it", part(DIGITS, 0, 9, "Cache-Control: max-age=60"));
        assertWhole(site.get("/all-of-it"), DIGITS);
        Wire.Response stored = site.get("/all-of-it");
        assertWhole(stored, DIGITS);
        assertHit(stored);
        assertPart(range("/all-of-it", "2-3"), DIGITS, 2, 3);
        assertThat(site.asked("/all-of-it")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 410, 416, 431, 500, 501})
    void whatARangeMayHaveCausedReachesNobodyElse(int status) throws Exception {
        String path = "/poison-" + status;
        site.page(
                path,
                request -> request.header("Range").isPresent()
                        ? with(Say.status(status, "poison"), "Cache-Control: public, max-age=60")
                        : with(Say.bytes(200, LONG), "Cache-Control: max-age=60"));
        assertThat(range(path, "-5").status()).isEqualTo(status);
        assertWhole(site.get(path), LONG);
        assertPart(range(path, "-5"), LONG, LONG.length - 5, LONG.length - 1);
        assertThat(site.asked(path)).isEqualTo(2);
    }

    @Test
    void aRefusalOfARangeThatNobodySentIsAFailure() throws Exception {
        site.page("/unasked-416", with(Say.status(416, "no"), "Cache-Control: max-age=60"));
        assertThat(site.get("/unasked-416").status()).isEqualTo(520);
        site.page("/unasked-416", with(Say.bytes(200, DIGITS), "Cache-Control: max-age=60"));
        assertWhole(site.get("/unasked-416"), DIGITS);
    }

    @Test
    void theWholeInAnswerToARangeIsStoredAsTheWhole() throws Exception {
        site.page("/no-ranges", with(Say.bytes(200, LONG), "Cache-Control: max-age=60"));
        assertPart(range("/no-ranges", "-5"), LONG, LONG.length - 5, LONG.length - 1);
        assertThat(asked("/no-ranges", "Range")).contains("bytes=-5");
        stored("/no-ranges");
        assertWhole(site.get("/no-ranges"), LONG);
        assertThat(site.asked("/no-ranges")).isEqualTo(1);
    }
}
