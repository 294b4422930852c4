package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Content codings: what the edge compresses, for whom, how often, and what it leaves alone (RFC 9110
/// sections 8.4 and 12.5.3).
@Timeout(60)
class EncodingTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String BROWSER = "Accept-Encoding: gzip, deflate, br, zstd";
    private static final String GZIP = "Accept-Encoding: gzip";

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        Brotli4jLoader.ensureAvailability();
        site = Site.quickstart(directory, "cache.max-object: 8MiB\n");
        site.page("/warm", html("warm ".repeat(200)).header("Cache-Control", "max-age=600"));
        for (String coding : List.of("gzip", "br", "zstd")) {
            // A library is loaded when its coding is first asked for.
            Until.holds(
                    coding + " is there",
                    SOON,
                    () -> coding(site.get("/warm", "Accept-Encoding: " + coding)),
                    coding::equals);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static Say html(String body) {
        return Say.ok(body).header("Content-Type", "text/html; charset=utf-8");
    }

    private static Say fresh(String body) {
        return html(body).header("Cache-Control", "max-age=600").header("ETag", "\"v1\"");
    }

    private static String text(int seed, int length) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(length + 16);
        while (text.length() < length) {
            text.append("<p>").append(random.nextInt(1_000)).append("</p>\n");
        }
        return text.substring(0, length);
    }

    private static String coding(Wire.Response response) {
        return response.header("Content-Encoding").orElse("");
    }

    private static String decoded(Wire.Response response) throws IOException {
        assertThat(response.complete()).isTrue();
        return new String(decoded(coding(response), response.body()), StandardCharsets.UTF_8);
    }

    private static byte[] decoded(String coding, byte[] body) throws IOException {
        InputStream in = new ByteArrayInputStream(body);
        try (InputStream decoder = switch (coding) {
            case "gzip" -> new GZIPInputStream(in);
            case "br" -> new BrotliInputStream(in);
            case "zstd" -> new ZstdInputStream(in);
            case "" -> in;
            default -> throw new AssertionError("no such coding: " + coding);
        }) {
            return decoder.readAllBytes();
        }
    }

    private static long metric(String line) throws IOException {
        return Client.get(site.program().apiPort(), "/metrics")
                .text()
                .lines()
                .filter(each -> each.startsWith(line))
                .mapToLong(each -> (long) Double.parseDouble(each.substring(each.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static long begun() throws IOException {
        return metric("selvage_edge_encodings_total");
    }

    private static void idle() throws Exception {
        Until.holds("nothing is being compressed", SOON, () -> metric("selvage_edge_encodings_active"), n -> n == 0);
    }

    // ---- for whom

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "zstd"})
    void whoAcceptsACodingGetsItFromTheFirstVisitOn(String coding) throws Exception {
        String body = text(1, 100_000);
        String path = "/each-" + coding;
        site.page(path, fresh(body));

        Wire.Response miss = site.get(path, "Accept-Encoding: " + coding);
        Wire.Response hit = site.get(path, "Accept-Encoding: " + coding);

        for (Wire.Response response : List.of(miss, hit)) {
            assertThat(coding(response)).isEqualTo(coding);
            assertThat(decoded(response)).isEqualTo(body);
            assertThat(response.body().length).isLessThan(body.length() / 2);
            assertThat(response.header("Vary")).contains("Accept-Encoding");
            assertThat(response.header("ETag")).contains("W/\"v1\"");
            assertThat(response.header("Accept-Ranges")).isEmpty();
            assertThat(response.header("Content-Type")).contains("text/html; charset=utf-8");
        }
        assertThat(Site.status(miss)).isEqualTo("MISS");
        assertThat(Site.status(hit)).isEqualTo("HIT");
        assertThat(hit.body()).as("the very same bytes").isEqualTo(miss.body());
        Wire.Response later = Until.holds(
                "it is complete",
                SOON,
                () -> site.get(path, "Accept-Encoding: " + coding),
                response -> response.header("Content-Length").isPresent());
        assertThat(later.header("Transfer-Encoding")).isEmpty();
        assertThat(later.body()).isEqualTo(miss.body());
        assertThat(site.asked(path)).isEqualTo(1);
    }

    @Test
    void oneFetchServesEveryCodingAndNone() throws Exception {
        String body = text(2, 50_000);
        site.page("/all", fresh(body).header("Accept-Ranges", "bytes"));

        for (String accept : List.of("br", "gzip", "zstd", "identity", "deflate", "*;q=0.1", "gzip;q=0", "")) {
            assertThat(decoded(site.get("/all", "Accept-Encoding: " + accept)))
                    .as(accept)
                    .isEqualTo(body);
        }
        Wire.Response plain = site.get("/all");
        assertThat(coding(plain)).isEmpty();
        assertThat(plain.text()).isEqualTo(body);
        assertThat(plain.header("ETag")).as("as it is, its tag is strong").contains("\"v1\"");
        assertThat(plain.header("Vary")).as("other caches must not mix them up").contains("Accept-Encoding");
        assertThat(plain.header("Accept-Ranges")).contains("bytes");
        assertThat(site.asked("/all")).isEqualTo(1);
    }

    @Test
    void weightsDecideWhichCoding() throws Exception {
        site.page("/weights", fresh(text(3, 20_000)));

        assertThat(coding(site.get("/weights", BROWSER))).isEqualTo("br");
        assertThat(coding(site.get("/weights", "Accept-Encoding: gzip, br;q=0.5")))
                .isEqualTo("gzip");
        assertThat(coding(site.get("/weights", "Accept-Encoding: gzip", "Accept-Encoding: br;q=0, zstd")))
                .isEqualTo("zstd");
        assertThat(coding(site.get("/weights", "Accept-Encoding: identity, gzip;q=0.5")))
                .isEmpty();
        assertThat(coding(site.get("/weights", "Accept-Encoding: gzip;q=nonsense")))
                .isEmpty();
    }

    // ---- once

    @Test
    void aCrowdWithAllCodingsCostsOneFetchAndOneEncodingEach() throws Exception {
        String body = text(4, 400_000);
        Say.Gate gate = new Say.Gate();
        site.page(
                "/crowd",
                Say.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=600\r\n"
                                + "Content-Length: 400000\r\n\r\n" + body.substring(0, 1_000))
                        .await(gate)
                        .then(body.substring(1_000)));
        long before = begun();
        List<String> accepts = List.of("gzip", "br", "zstd", "identity", "gzip, br", "br,zstd");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Wire.Response>> visits = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String accept = "Accept-Encoding: " + accepts.get(i % accepts.size());
                visits.add(threads.submit(() -> site.get("/crowd", accept)));
            }
            Until.holds("the origin is asked", SOON, () -> site.asked("/crowd"), asked -> asked == 1);
            gate.open();
            List<Wire.Response> responses = new ArrayList<>();
            for (Future<Wire.Response> visit : visits) {
                responses.add(visit.get(30, TimeUnit.SECONDS));
            }
            for (Wire.Response response : responses) {
                assertThat(decoded(response)).isEqualTo(body);
            }
            for (String coding : List.of("gzip", "br", "zstd")) {
                assertThat(responses.stream()
                                .filter(response -> coding(response).equals(coding))
                                .map(response -> java.nio.ByteBuffer.wrap(response.body()))
                                .distinct())
                        .hasSize(1);
            }
        }
        assertThat(site.asked("/crowd")).isEqualTo(1);
        assertThat(begun() - before).isEqualTo(3);
    }

    @Test
    void whatA304ConfirmsIsNotCompressedAgain() throws Exception {
        String body = text(5, 60_000);
        site.page(
                "/confirmed",
                request -> request.header("If-None-Match").isPresent()
                        ? Say.raw("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nCache-Control: max-age=1\r\n\r\n")
                        : html(body).header("Cache-Control", "max-age=1").header("ETag", "\"v1\""));
        Wire.Response first = site.get("/confirmed", BROWSER);
        idle();
        long before = begun();
        Wire.Response confirmed = Until.holds(
                "it is confirmed",
                SOON,
                () -> site.get("/confirmed", BROWSER),
                response -> Site.status(response).equals("REVALIDATED"));

        assertThat(site.last("/confirmed").header("If-None-Match"))
                .as("the origin's own tag")
                .contains("\"v1\"");
        assertThat(coding(confirmed)).isEqualTo("br");
        assertThat(confirmed.body()).isEqualTo(first.body());
        assertThat(begun()).isEqualTo(before);
    }

    @Test
    void whatDoesNotGetSmallerIsSentAsItIsFromThenOn() throws Exception {
        byte[] noise = new byte[40_000];
        new Random(6).nextBytes(noise);
        site.page(
                "/noise",
                Say.bytes(200, noise).header("Content-Type", "text/plain").header("Cache-Control", "max-age=600"));
        assertThat(site.get("/noise").body()).isEqualTo(noise);
        long before = begun();

        Wire.Response settled = Until.holds(
                "it is sent as it is",
                SOON,
                () -> site.get("/noise", GZIP),
                response -> coding(response).isEmpty());

        assertThat(settled.body()).isEqualTo(noise);
        assertThat(begun() - before).isEqualTo(1);
        assertThat(coding(site.get("/noise", GZIP))).isEmpty();
        assertThat(begun() - before).isEqualTo(1);
    }

    @Test
    void aPurgeTakesTheEncodedFormsAlong() throws Exception {
        String old = text(7, 30_000);
        String now = text(8, 30_000);
        site.page("/purged", fresh(old));
        assertThat(decoded(site.get("/purged", BROWSER))).isEqualTo(old);
        assertThat(decoded(site.get("/purged", GZIP))).isEqualTo(old);
        site.page("/purged", fresh(now));
        // A successful unsafe request makes what is stored invalid (RFC 9111 section 4.4).
        assertThat(site.ask("DELETE", "/purged", "").status()).isEqualTo(200);

        assertThat(decoded(site.get("/purged", BROWSER))).isEqualTo(now);
        assertThat(decoded(site.get("/purged", GZIP))).isEqualTo(now);
    }

    @Test
    void encodedFormsCountAsMemoryOfTheCache() throws Exception {
        site.page("/weighed", fresh(text(9, 2_000_000)));
        assertThat(Site.status(site.get("/weighed"))).isEqualTo("MISS");
        Until.holds("it is stored", SOON, () -> Site.status(site.get("/weighed")), "HIT"::equals);
        idle();
        long before = metric("selvage_edge_cache_bytes ");
        Wire.Response gzip = site.get("/weighed", GZIP);
        idle();

        assertThat(metric("selvage_edge_cache_bytes ") - before).isGreaterThanOrEqualTo(gzip.body().length);
    }

    // ---- while it comes

    @Test
    void whatASlowOriginHasSentReachesTheVisitorEncoded() throws Exception {
        Say.Gate gate = new Say.Gate();
        String half = text(10, 5_000);
        site.page(
                "/slow",
                Say.raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: max-age=600\r\n"
                                + "Content-Length: 10000\r\n\r\n" + half)
                        .await(gate)
                        .then(half));
        try (Client client = site.connect()) {
            client.request("GET", "/slow", "", GZIP);
            Wire.Head head = client.head();
            assertThat(head.header("Content-Encoding")).contains("gzip");
            assertThat(head.header("Transfer-Encoding")).contains("chunked");
            int read = 0;
            while (read < 500) {
                int size = chunk(client);
                read += client.read(size).length();
                assertThat(client.read(2)).isEqualTo("\r\n");
            }
            assertThat(read)
                    .as("most of the first half, before the second was there")
                    .isLessThan(half.length());
            gate.open();
        }
        Until.holds("it is stored", SOON, () -> Site.status(site.get("/slow", GZIP)), "HIT"::equals);
        assertThat(decoded(site.get("/slow", GZIP))).isEqualTo(half + half);
        assertThat(site.asked("/slow")).isEqualTo(1);
    }

    /// The size of the next chunk.
    private static int chunk(Client client) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            String next = client.read(1);
            assertThat(next).as("the response goes on").isNotEmpty();
            line.append(next);
        }
        return Integer.parseInt(line.toString().strip(), 16);
    }

    @Test
    void whatComesInChunksIsEncodedToo() throws Exception {
        String piece = text(11, 1_000);
        site.page(
                "/chunks",
                Say.chunked(piece, piece, piece)
                        .header("Content-Type", "text/css")
                        .header("Cache-Control", "max-age=600"));
        assertThat(decoded(site.get("/chunks", BROWSER))).isEqualTo(piece.repeat(3));
        assertThat(decoded(site.get("/chunks", BROWSER))).isEqualTo(piece.repeat(3));
        assertThat(site.asked("/chunks")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-age=600", "no-store"})
    void whenTheOriginDiesHalfWayTheEncodedResponseIsBrokenOffToo(String control) throws Exception {
        String path = "/dies-" + control.charAt(0);
        site.page(
                path,
                Say.raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: " + control
                                + "\r\nContent-Length: 90000\r\n\r\n" + text(12, 50_000))
                        .thenClose());
        for (String coding : List.of("gzip", "br", "zstd")) {
            try (Client client = site.connect()) {
                client.request("GET", path, "", "Accept-Encoding: " + coding);
                try {
                    assertThat(client.response().complete()).isFalse();
                } catch (SocketException reset) {
                    // As good a sign as an early end.
                }
            }
        }
        site.page(path, fresh("whole".repeat(100)));
        assertThat(decoded(site.get(path, GZIP))).isEqualTo("whole".repeat(100));
    }

    @Test
    void whenTheVisitorLeavesHalfWayWhatCanBeStoredIsFinishedAndTheRestLetGo() throws Exception {
        Say.Gate gate = new Say.Gate();
        Say.Gate gone = new Say.Gate();
        String half = text(13, 100_000);
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 200000\r\n";
        site.page(
                "/stays",
                Say.raw(head + "Cache-Control: max-age=600\r\n\r\n" + half)
                        .await(gate)
                        .then(half));
        site.page(
                "/goes",
                Say.raw(head + "Cache-Control: no-store\r\n\r\n" + half).untilGone(gone));
        for (String path : List.of("/stays", "/goes")) {
            try (Client client = site.connect()) {
                client.request("GET", path, "", BROWSER);
                assertThat(client.head().header("Content-Encoding")).isPresent();
                client.reset();
            }
        }
        assertThat(gone.await(SOON)).as("nobody reads what cannot be stored").isTrue();
        gate.open();
        Until.holds("it is stored", SOON, () -> Site.status(site.get("/stays", BROWSER)), "HIT"::equals);
        assertThat(decoded(site.get("/stays", BROWSER))).isEqualTo(half + half);
        assertThat(site.asked("/stays")).isEqualTo(1);
        idle();
    }

    // ---- what is not for the cache

    @Test
    void whatIsNotStoredIsCompressedInPassing() throws Exception {
        String body = text(14, 100_000);
        site.page("/passing", html(body).header("Cache-Control", "no-store").header("ETag", "\"p\""));
        for (int i = 0; i < 2; i++) {
            Wire.Response response = site.get("/passing", BROWSER);
            assertThat(Site.status(response)).isEqualTo("BYPASS");
            assertThat(coding(response)).isEqualTo("zstd");
            assertThat(decoded(response)).isEqualTo(body);
            assertThat(response.header("ETag")).contains("W/\"p\"");
        }
        Wire.Response posted = site.ask("POST", "/passing", "question", BROWSER);
        assertThat(decoded(posted)).isEqualTo(body);
        assertThat(site.last("/passing").header("Accept-Encoding"))
                .as("the visitor's own words, where nothing is stored")
                .contains("gzip, deflate, br, zstd");
    }

    @Test
    void whatWasCompressedInPassingIsConfirmedByTheTagThatTheVisitorKnows() throws Exception {
        site.page(
                "/confirmed-in-passing",
                request -> request.header("If-None-Match").isPresent()
                        ? Say.raw("HTTP/1.1 304 Not Modified\r\nETag: \"c\"\r\n\r\n")
                        : html(text(27, 5_000)).header("ETag", "\"c\""));
        String path = "/confirmed-in-passing";
        assertThat(site.ask("POST", path, "q", BROWSER).header("ETag")).contains("W/\"c\"");

        Wire.Response confirmed = site.ask("POST", path, "q", BROWSER, "If-None-Match: W/\"c\"");
        assertThat(confirmed.status()).isEqualTo(304);
        assertThat(confirmed.header("ETag")).contains("W/\"c\"");
        assertThat(confirmed.header("Vary")).contains("Accept-Encoding");
        Wire.Response plain = site.ask("POST", path, "q", "If-None-Match: \"c\"");
        assertThat(plain.header("ETag")).contains("\"c\"");
        assertThat(plain.header("Vary")).isEmpty();
    }

    @Test
    void aSlowReaderOfWhatIsCompressedInPassingSlowsTheOrigin() throws Exception {
        long total = 96L << 20;
        AtomicLong written = new AtomicLong();
        site.page(
                "/flood",
                Say.raw("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\nContent-Length: "
                                + total + "\r\n\r\n")
                        .thenTalk((_, out) -> {
                            byte[] noise = new byte[64 << 10];
                            new Random(15).nextBytes(noise);
                            while (written.get() < total) {
                                out.write(noise);
                                // Never the same again, or it would be compressed to nothing.
                                new Random(written.addAndGet(noise.length)).nextBytes(noise);
                            }
                        }));
        try (Client slow = Client.connect(site.port(), 16 << 10)) {
            slow.request("GET", "/flood", "", GZIP);
            assertThat(slow.head().header("Content-Encoding")).contains("gzip");
            long[] seen = {0, 0};
            Until.holds(
                    "the writes stall",
                    SOON,
                    () -> {
                        long now = written.get();
                        seen[1] = now == seen[0] && now > 0 ? seen[1] + 1 : 0;
                        seen[0] = now;
                        return seen[1];
                    },
                    same -> same >= 60);
            assertThat(written.get()).isLessThan(24L << 20);
        }
        idle();
    }

    @Test
    void aHugeBodyTakesBoundedMemory() throws Exception {
        long total = 256L << 20;
        byte[] piece = text(16, 64 << 10).getBytes(StandardCharsets.US_ASCII);
        site.page(
                "/huge",
                Say.raw("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: max-age=600\r\nContent-Length: "
                                + total + "\r\n\r\n")
                        .thenTalk((_, out) -> {
                            for (long sent = 0; sent < total; sent += piece.length) {
                                out.write(piece);
                            }
                        }));
        long before = resident();
        Wire.Response response = site.get("/huge", BROWSER);

        assertThat(resident() - before).as("bytes of memory more").isLessThan(96L << 20);
        assertThat(response.complete()).isTrue();
        InputStream in = new ByteArrayInputStream(response.body());
        try (InputStream decoder =
                coding(response).equals("br") ? new BrotliInputStream(in) : new ZstdInputStream(in)) {
            long read = 0;
            byte[] buffer = new byte[piece.length];
            for (int n = decoder.readNBytes(buffer, 0, buffer.length); n > 0; ) {
                assertThat(buffer).isEqualTo(piece);
                read += n;
                n = decoder.readNBytes(buffer, 0, buffer.length);
            }
            assertThat(read).isEqualTo(total);
        }
        assertThat(Site.status(site.get("/huge", BROWSER))).isNotEqualTo("HIT");
    }

    private static long resident() throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(site.program().pid()), "status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .sum();
    }

    // ---- what is left alone

    @Test
    void whatTheOriginEncodedPassesUntouchedAndIsForThoseWhoAcceptIt() throws Exception {
        String body = text(17, 20_000);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        }
        byte[] encoded = bytes.toByteArray();
        site.page(
                "/encoded",
                request -> (request.header("Accept-Encoding").orElse("").contains("gzip")
                                ? Say.bytes(200, encoded).header("Content-Encoding", "gzip")
                                : Say.ok(body))
                        .header("Content-Type", "text/html")
                        .header("ETag", "\"e\"")
                        .header("Cache-Control", "max-age=600"));

        Wire.Response first = site.get("/encoded", "Accept-Encoding: br, gzip");
        assertThat(first.body()).isEqualTo(encoded);
        assertThat(first.head().headers("Content-Encoding")).containsExactly("gzip");
        assertThat(first.header("ETag")).contains("\"e\"");
        assertThat(site.last("/encoded").header("Accept-Encoding"))
                .as("in its normal form")
                .contains("gzip, br");
        assertThat(Site.status(site.get("/encoded", "Accept-Encoding: gzip;q=0.3")))
                .isEqualTo("HIT");

        // Who cannot decode it gets another one; the origin is asked, although it forgot Vary.
        Wire.Response plain = site.get("/encoded");
        assertThat(plain.text()).isEqualTo(body);
        assertThat(Site.status(plain)).isEqualTo("MISS");
        assertThat(site.last("/encoded").header("Accept-Encoding")).isEmpty();
        Wire.Response brotli = site.get("/encoded", "Accept-Encoding: br");
        assertThat(coding(brotli)).isEqualTo("br");
        assertThat(decoded(brotli)).isEqualTo(body);
        assertThat(site.asked("/encoded")).as("both are kept").isEqualTo(2);
    }

    @Test
    void whatTheOriginEncodesWhateverIsAskedIsStillServedFromTheCache() throws Exception {
        byte[] encoded = {1, 2, 3, 4};
        site.page(
                "/always",
                Say.bytes(200, encoded).header("Content-Encoding", "gzip").header("Cache-Control", "max-age=600"));
        assertThat(site.get("/always").body()).isEqualTo(encoded);
        assertThat(Site.status(site.get("/always"))).isEqualTo("HIT");
        assertThat(Site.status(site.get("/always", GZIP))).isEqualTo("HIT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes128gcm", "identity", "gzip, gzip", "x-unknown"})
    void noCodingIsEverPutOnTopOfAnother(String coding) throws Exception {
        String path = "/on-top-" + coding.hashCode();
        String body = text(18, 10_000);
        site.page(path, fresh(body).header("Content-Encoding", coding));
        for (int i = 0; i < 2; i++) {
            Wire.Response response = site.get(path, BROWSER + ", " + coding);
            assertThat(response.head().headers("Content-Encoding")).containsExactly(coding);
            assertThat(response.text()).isEqualTo(body);
        }
    }

    @Test
    void whatMayNotOrNeedNotBeCompressedIsNot() throws Exception {
        String body = text(19, 10_000);
        String small = text(19, 200);
        site.page("/no-transform", fresh(body).header("Cache-Control", "no-transform"));
        site.page("/targeted", fresh(body).header("CDN-Cache-Control", "max-age=60, no-transform"));
        site.page("/image", Say.ok(body).header("Content-Type", "image/png"));
        site.page("/typeless", Say.ok(body));
        site.page("/small", fresh(small));
        site.page("/events", Say.ok(body).header("Content-Type", "text/event-stream"));
        for (String path : List.of("/no-transform", "/targeted", "/image", "/typeless", "/small", "/events")) {
            for (int i = 0; i < 2; i++) {
                Wire.Response response = site.get(path, BROWSER);
                assertThat(coding(response)).as(path).isEmpty();
                assertThat(response.header("Vary")).as(path).isEmpty();
                assertThat(response.text()).as(path).isEqualTo(path.equals("/small") ? small : body);
            }
        }
        site.page("/asked-not-to", fresh(body));
        assertThat(coding(site.get("/asked-not-to", BROWSER, "Cache-Control: no-transform")))
                .isEmpty();
        assertThat(coding(site.get("/asked-not-to", BROWSER))).isEqualTo("br");
    }

    @Test
    void digestsOfTheBytesAsTheyWereAreNotSentWithOthers() throws Exception {
        site.page(
                "/digests",
                fresh(text(20, 10_000))
                        .header("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")
                        .header("Content-Digest", "sha-256=:AA==:")
                        .header("Repr-Digest", "sha-256=:AA==:")
                        .header("Digest", "sha-256=AA=="));
        List<String> digests = List.of("Content-MD5", "Content-Digest", "Repr-Digest", "Digest");

        Wire.Response encoded = site.get("/digests", BROWSER);
        Wire.Response plain = site.get("/digests");

        assertThat(digests).allSatisfy(name -> assertThat(encoded.header(name)).isEmpty());
        assertThat(digests).allSatisfy(name -> assertThat(plain.header(name)).isPresent());
    }

    @Test
    void errorsAreCompressedRedirectsAreNot() throws Exception {
        String body = text(21, 10_000);
        site.page("/missing", Say.status(404, body).header("Content-Type", "text/html"));
        site.page(
                "/moved",
                Say.status(301, body).header("Content-Type", "text/html").header("Location", "/"));
        assertThat(coding(site.get("/missing", GZIP))).isEqualTo("gzip");
        assertThat(decoded(site.get("/missing", GZIP))).isEqualTo(body);
        assertThat(coding(site.get("/moved", GZIP))).isEmpty();
    }

    // ---- conditions, HEAD, ranges

    @Test
    void aConditionMatchesWithBothTagsAndThe304HasTheTagOfWhatWouldBeSent() throws Exception {
        site.page("/tags", fresh(text(22, 10_000)).header("Vary", "Accept-Language"));
        site.get("/tags", BROWSER);
        for (String tag : List.of("\"v1\"", "W/\"v1\"", "\"v0\", W/\"v1\"", "*")) {
            Wire.Response encoded = site.get("/tags", BROWSER, "If-None-Match: " + tag);
            assertThat(encoded.status()).as(tag).isEqualTo(304);
            assertThat(encoded.header("ETag")).contains("W/\"v1\"");
            assertThat(encoded.head().headers("Vary")).containsExactly("Accept-Language", "Accept-Encoding");
            assertThat(encoded.header("Content-Encoding")).isEmpty();
            Wire.Response plain = site.get("/tags", "If-None-Match: " + tag);
            assertThat(plain.status()).isEqualTo(304);
            assertThat(plain.header("ETag")).contains("\"v1\"");
            assertThat(plain.head().headers("Vary")).containsExactly("Accept-Language", "Accept-Encoding");
        }
        assertThat(site.get("/tags", BROWSER, "If-None-Match: W/\"v2\"").status())
                .isEqualTo(200);
    }

    @Test
    void headSaysWhatGetWouldBeTold() throws Exception {
        site.page("/head", fresh(text(23, 50_000)));
        site.get("/head");
        Wire.Response before = site.ask("HEAD", "/head", "", BROWSER);
        assertThat(coding(before)).isEqualTo("br");
        assertThat(before.header("Content-Length")).as("not known yet").isEmpty();
        assertThat(before.header("ETag")).contains("W/\"v1\"");
        Wire.Response get = site.get("/head", BROWSER);
        idle();
        Wire.Response head = site.ask("HEAD", "/head", "", BROWSER);

        assertThat(head.header("Content-Length")).contains(Integer.toString(get.body().length));
        assertThat(coding(head)).isEqualTo("br");
        assertThat(head.header("Vary")).contains("Accept-Encoding");
        assertThat(site.ask("HEAD", "/head", "").header("Content-Length")).contains("50000");
    }

    @Test
    void partsAreOfWhatHasNoCoding() throws Exception {
        String body = text(24, 50_000);
        site.page("/parts", fresh(body).header("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"));
        site.get("/parts", BROWSER);

        Wire.Response part = site.get("/parts", BROWSER, "Range: bytes=100-199");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo(body.substring(100, 200));
        assertThat(coding(part)).isEmpty();
        assertThat(part.header("ETag")).contains("\"v1\"");
        assertThat(site.get("/parts", BROWSER, "Range: bytes=100-199", "If-Range: \"v1\"")
                        .status())
                .isEqualTo(206);

        // Who holds a part of an encoded form must not be given a part of something else to go with it.
        assertThat(site.get("/parts", BROWSER, "Range: bytes=100-199", "If-Range: W/\"v1\"")
                        .status())
                .isEqualTo(200);
        assertThat(site.get("/parts", BROWSER, "Range: bytes=100-199", "If-Range: Sun, 06 Nov 1994 08:49:37 GMT")
                        .status())
                .isEqualTo(200);
        assertThat(site.get("/parts", "Range: bytes=100-199", "If-Range: Sun, 06 Nov 1994 08:49:37 GMT")
                        .status())
                .as("who accepts no coding holds no part of one")
                .isEqualTo(206);
    }

    // ---- the origin's side

    @Test
    void theOriginIsAskedInTheNormalFormAndItsVaryIsMetByEverySpelling() throws Exception {
        String body = text(25, 10_000);
        site.page("/spelling", fresh(body).header("Vary", "Accept-Encoding"));
        for (String spelling : List.of("gzip, br", "br,gzip", "BR;q=0.5 , x-gzip", "gzip;q=0.9, deflate, br")) {
            Wire.Response response = site.get("/spelling", "Accept-Encoding: " + spelling);
            assertThat(decoded(response)).isEqualTo(body);
            assertThat(response.head().headers("Vary")).containsExactly("Accept-Encoding");
        }
        assertThat(site.asked("/spelling")).isEqualTo(1);
        assertThat(site.last("/spelling").header("Accept-Encoding")).contains("gzip, br");
        assertThat(decoded(site.get("/spelling", "Accept-Encoding: zstd"))).isEqualTo(body);
        assertThat(site.last("/spelling").header("Accept-Encoding")).contains("zstd");
        assertThat(site.asked("/spelling")).isEqualTo(2);
    }

    @Test
    void aVisitorOfHttp10GetsACodingOnceItsLengthIsKnown() throws Exception {
        String body = text(26, 50_000);
        site.page("/old", fresh(body));
        site.get("/old", GZIP);
        Until.holds(
                "it is complete",
                SOON,
                () -> site.get("/old", GZIP),
                response -> response.header("Content-Length").isPresent());
        try (Client client = site.connect()) {
            client.send("GET /old HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n");
            assertThat(decoded(client.response())).isEqualTo(body);
        }
        site.page("/older", html(body).header("Cache-Control", "no-store"));
        try (Client client = site.connect()) {
            client.send("GET /older HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n");
            Wire.Response response = client.response();
            assertThat(coding(response)).isEmpty();
            assertThat(response.text()).isEqualTo(body);
        }
    }

    @Test
    void turnedOffItLeavesEverythingAsItIs(@TempDir Path other) throws Exception {
        try (Site off = Site.quickstart(other, "compression: off\n")) {
            off.page("/off", fresh(text(28, 10_000)));
            for (int i = 0; i < 2; i++) {
                Wire.Response response = off.get("/off", BROWSER);
                assertThat(coding(response)).isEmpty();
                assertThat(response.header("Vary")).isEmpty();
                assertThat(response.header("ETag")).contains("\"v1\"");
            }
        }
    }
}
