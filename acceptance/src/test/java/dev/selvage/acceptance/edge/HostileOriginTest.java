package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Api;
import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Origin;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Origins that never end, never begin, or do not keep to what they said: time and memory are bounded, the visitor gets
/// the right status, the cache nothing wrong, and others are served meanwhile.
@Timeout(60)
class HostileOriginTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int MIB = 1 << 20;

    @TempDir
    static Path directory;

    private static Site site;
    private static Api api;
    private static Bystander bystander;
    private static int number;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, """
                origin.connect-timeout: 500ms
                origin.first-byte-timeout: 1s
                origin.idle-timeout: 1s
                origin.max-head: 16KiB
                cache.max-object: 1MiB
                """);
        api = site.program().api();
        bystander = new Bystander(site);
    }

    @AfterAll
    static void stop() throws Exception {
        bystander.close();
        site.close();
    }

    /// What the origin does the first time; after that it answers as it should.
    private static void once(String path, Say hostile) {
        AtomicInteger asked = new AtomicInteger();
        site.page(
                path,
                _ -> asked.getAndIncrement() == 0 ? hostile : Say.ok("good").header("Cache-Control", "max-age=60"));
    }

    private static void assertGoodAfterwards(String path) throws Exception {
        Wire.Response good = site.get(path);
        assertThat(good.status()).isEqualTo(200);
        assertThat(good.text()).isEqualTo("good");
        bystander.assertServed();
    }

    /// Says `piece` again and again until the edge ends the connection.
    private static Say endless(String start, String piece, Say.Gate gone, Duration pace, AtomicLong said) {
        byte[] bytes = piece.getBytes(StandardCharsets.ISO_8859_1);
        return Say.raw(start).thenTalk((_, out) -> {
            try {
                while (true) {
                    out.write(bytes);
                    said.addAndGet(bytes.length);
                    if (!pace.isZero()) {
                        Thread.sleep(pace);
                    }
                }
            } catch (IOException ended) {
                gone.open();
            }
        });
    }

    // ---- heads

    static Stream<Arguments> endlessHeads() {
        String ok = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n";
        String early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        return Stream.of(
                Arguments.of("a status line without end", 520, "HTTP/1.1 200 ", "OK".repeat(500), 0),
                Arguments.of("a field without end", 520, ok + "X: ", "y".repeat(1_000), 0),
                Arguments.of("fields without end", 520, ok, "X: y\r\n", 0),
                Arguments.of("cookies without end", 520, ok, "Set-Cookie: a=b\r\n".repeat(100), 0),
                Arguments.of("interim responses without end", 520, "", early, 0),
                Arguments.of("nothing but 100 Continue", 520, "", "HTTP/1.1 100 Continue\r\n\r\n".repeat(20), 0),
                Arguments.of("a head that drips", 524, ok + "X: ", "y", 100),
                Arguments.of("a status line that drips", 524, "H", "", 100),
                Arguments.of("interim responses that drip", 524, "", early, 200),
                Arguments.of("silence", 524, "", "", 100));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endlessHeads")
    void aHeadHasAnEnd(String name, int status, String start, String piece, int pace) throws Exception {
        String path = "/head-" + name.replace(' ', '-');
        Say.Gate gone = new Say.Gate();
        once(
                path,
                piece.isEmpty()
                        ? Say.raw(start).untilGone(gone)
                        : endless(start, piece, gone, Duration.ofMillis(pace), new AtomicLong()));
        long before = System.nanoTime();
        try (Client victim = site.connect()) {
            victim.request("GET", path, "");
            bystander.assertServed();
            Wire.Response response = victim.response();
            assertThat(response.status()).as(response.toString()).isEqualTo(status);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .as("bounded by origin.first-byte-timeout, on a busy machine")
                .isLessThan(Duration.ofSeconds(6));
        assertThat(gone.await(SOON)).as("the origin is let go").isTrue();
        assertGoodAfterwards(path);
    }

    @Test
    void aFieldOfManyKibibytesArrivesAndOneBeyondTheBoundDoesNot() throws Exception {
        site.page("/giant-field", Say.ok("x").header("X-Giant", "g".repeat(15 << 10)));
        assertThat(site.get("/giant-field").header("X-Giant")).contains("g".repeat(15 << 10));
        site.page("/giant-field", Say.ok("x").header("X-Giant", "g".repeat(17 << 10)));
        assertThat(site.get("/giant-field").status()).isEqualTo(520);
    }

    // ---- bodies

    static Stream<Arguments> endlessBodies() {
        String ok = "HTTP/1.1 200 OK\r\n";
        String stored = ok + "Cache-Control: max-age=60\r\n";
        String chunk = "1000\r\n" + "z".repeat(4096) + "\r\n";
        return Stream.of(
                Arguments.of("in chunks", ok + "Transfer-Encoding: chunked\r\n\r\n", chunk),
                Arguments.of("in chunks, to be stored", stored + "Transfer-Encoding: chunked\r\n\r\n", chunk),
                Arguments.of("until close", ok + "\r\n", "z".repeat(4096)),
                Arguments.of("until close, to be stored", stored + "\r\n", "z".repeat(4096)),
                Arguments.of(
                        "with a length beyond all",
                        stored + "Content-Length: 999999999999999999\r\n\r\n",
                        "z".repeat(4096)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endlessBodies")
    void aBodyWithoutEndIsPassedOnAsLongAsSomebodyReadsItAndNotStored(String name, String start, String piece)
            throws Exception {
        String path = "/body-" + name.replace(' ', '-').replace(",", "");
        Say.Gate gone = new Say.Gate();
        AtomicLong said = new AtomicLong();
        once(path, endless(start, piece, gone, Duration.ZERO, said));
        Footprint before = Footprint.of(site.program());
        try (Client victim = site.connect()) {
            victim.request("GET", path, "");
            assertThat(victim.head().line()).contains("200");
            for (int i = 0; i < 40; i++) {
                assertThat(victim.read(256 << 10)).hasSize(256 << 10);
                if (i % 20 == 0) {
                    bystander.assertServed();
                }
            }
            assertThat(Footprint.of(site.program()).memory() - before.memory()).isLessThan(200L * MIB);
        }
        assertThat(gone.await(SOON)).as("nobody reads it: the origin is let go").isTrue();
        assertGoodAfterwards(path);
    }

    @Test
    void aBodyThatDripsArrivesAsItDripsAndItsOriginIsLetGoWithItsReader() throws Exception {
        Say.Gate gone = new Say.Gate();
        once(
                "/drip",
                endless(
                        "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
                        "d",
                        gone,
                        Duration.ofMillis(100),
                        new AtomicLong()));
        try (Client victim = site.connect()) {
            victim.request("GET", "/drip", "");
            assertThat(victim.head().line()).contains("200");
            assertThat(victim.read(5)).isEqualTo("ddddd");
            bystander.assertServed();
        }
        assertThat(gone.await(SOON)).isTrue();
        assertGoodAfterwards("/drip");
    }

    static Stream<Arguments> brokenBodies() {
        String chunked = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n";
        String length = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\n";
        return Stream.of(
                Arguments.of("a length too long", length + "12345"),
                Arguments.of("no body at all", length),
                Arguments.of("an end within a chunk", chunked + "5\r\nab"),
                Arguments.of("an end behind a chunk", chunked + "5\r\nabcde\r\n"),
                Arguments.of("an end within the last chunk", chunked + "5\r\nabcde\r\n0\r\n"),
                Arguments.of("an end within a size", chunked + "5"),
                Arguments.of("a size with a sign", chunked + "+5\r\nabcde\r\n0\r\n\r\n"),
                Arguments.of("a size with a prefix", chunked + "0x5\r\nabcde\r\n0\r\n\r\n"),
                Arguments.of("a size of 2^64 + 5", chunked + "10000000000000005\r\nabcde\r\n0\r\n\r\n"),
                Arguments.of("a size with a blank", chunked + "5 \r\nabcde\r\n0\r\n\r\n"),
                Arguments.of("a size in letters", chunked + "five\r\nabcde\r\n0\r\n\r\n"),
                Arguments.of("a bare LF behind a size", chunked + "5\nabcde\r\n0\r\n\r\n"),
                Arguments.of("a bare LF behind a chunk", chunked + "5\r\nabcde\n0\r\n\r\n"),
                Arguments.of("a chunk longer than its size", chunked + "4\r\nabcde\r\n0\r\n\r\n"),
                Arguments.of("an extension without end", chunked + "5;" + "x".repeat(5_000) + "\r\nabcde\r\n0\r\n\r\n"),
                Arguments.of("an extension with a bare LF", chunked + "5;a\nb\r\nabcde\r\n0\r\n\r\n"),
                Arguments.of(
                        "trailers without end", chunked + "5\r\nabcde\r\n0\r\n" + "X: y\r\n".repeat(3_000) + "\r\n"),
                Arguments.of("a trailer that is none", chunked + "5\r\nabcde\r\n0\r\nHTTP/1.1 200 OK\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBodies")
    void aBodyThatIsNotWholeIsSeenNotToBeAndNotStored(String name, String said) throws Exception {
        for (Say end : List.of(Say.raw(said).thenClose(), Say.raw(said).thenReset())) {
            String path = "/broken-" + ++number;
            once(path, end);
            try {
                Wire.Response response = site.get(path);
                assertThat(response.complete() && response.status() == 200)
                        .as(response.toString())
                        .isFalse();
            } catch (IOException brokenOff) {
                // As it should be: within its framing.
            }
            assertGoodAfterwards(path);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "H", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"})
    void anOriginThatLeavesBeforeTheEndOfItsHeadIs520(String said) throws Exception {
        String path = "/leaves-" + said.length();
        once(path, said.isEmpty() ? Say.nothing().thenClose() : Say.raw(said).thenClose());
        // Not a GET, which may be sent again.
        assertThat(site.ask("POST", path, "x").status()).isEqualTo(520);
        once(path, said.isEmpty() ? Say.nothing().thenReset() : Say.raw(said).thenReset());
        assertThat(site.ask("POST", path, "x").status()).isEqualTo(520);
        assertGoodAfterwards(path);
    }

    @Test
    void aBombIsPassedOnAsItIs() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            byte[] zeros = new byte[MIB];
            for (int i = 0; i < 200; i++) {
                gzip.write(zeros);
            }
        }
        byte[] bomb = packed.toByteArray();
        site.page(
                "/bomb", Say.bytes(200, bomb).header("Content-Encoding", "gzip").header("Cache-Control", "max-age=60"));
        Footprint before = Footprint.of(site.program());
        for (int i = 0; i < 3; i++) {
            Wire.Response response = site.get("/bomb", "Accept-Encoding: gzip");
            assertThat(response.body()).isEqualTo(bomb);
            assertThat(response.header("Content-Encoding")).contains("gzip");
        }
        assertThat(Footprint.of(site.program()).memory() - before.memory())
                .as("nobody unpacked it")
                .isLessThan(100L * MIB);
    }

    // ---- while one hangs

    @Test
    void whileOneOriginHangsAllElseGoesOn() throws Exception {
        Say.Gate gone = new Say.Gate();
        site.page("/hangs", Say.nothing().untilGone(gone));
        List<Client> crowd = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Client client = site.connect();
            client.request("GET", "/hangs" + (i % 2 == 0 ? "" : "?" + i), "");
            crowd.add(client);
        }
        bystander.assertServed();
        for (Client client : crowd) {
            assertThat(client.response().status()).isEqualTo(524);
            client.close();
        }
        bystander.assertServed();
    }

    // ---- origins that cannot be reached

    /// Fails unless the visitors of a zone with that origin get `status` with an explanation.
    private static void assertError(
            int status, String explanation, String host, String originHost, int port, String ssl) throws Exception {
        String zone = api.createZone(host);
        api.proxy(zone, host, port);
        api.patch("/zones/" + zone + "/settings/ssl", "{\"value\":\"" + ssl + "\"}")
                .result();
        api.put("/zones/" + zone + "/rulesets/phases/http_request_origin/entrypoint", """
                {"rules":[{"expression":"true","action":"route",
                  "action_parameters":{"origin":{"host":"%s","port":%d}}}]}
                """.formatted(originHost, port))
                .result();
        // Until the edge has all of this, others answer.
        Wire.Response response = Until.holds(
                "the answer is " + status,
                SOON,
                () -> site.get("/unreachable", "Host: " + host),
                said -> said.status() == status);
        bystander.assertServed();
        assertThat(response.text()).startsWith(status + ": ").containsIgnoringCase(explanation);
        assertThat(response.header("Cache-Control")).contains("no-store");
    }

    @Test
    void anOriginThatDoesNotAcceptIs522() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Nobody accepts: once its queue is full, further connections are not answered at all.
            while (waiting.size() < 50) {
                Socket socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()), 300);
                } catch (SocketTimeoutException queued) {
                    break;
                }
            }
            assertError(522, "in time", "full.example", "127.0.0.1", full.getLocalPort(), "off");
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void anOriginWhoseNameHasNoAddressIs523() throws Exception {
        assertError(523, "resolved", "nowhere.example", "nowhere.invalid", 80, "off");
    }

    @Test
    void anOriginThatRefusesIs521() throws Exception {
        assertError(521, "refused", "refuses.example", "127.0.0.1", Origin.nobody(), "off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "\u0015\u0003\u0003\u0000\u0002\u0002(", ""})
    void anOriginThatDoesNotSpeakTlsIs525(String said) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            serve(listener, (in, out) -> {
                in.read(new byte[1_000]);
                out.write(said.getBytes(StandardCharsets.ISO_8859_1));
            });
            int port = listener.getLocalPort();
            assertError(525, "TLS", "tls" + said.length() + ".example", "127.0.0.1", port, "origin_pull");
        }
    }

    @Test
    void anOriginThatStallsItsTlsIs525InTime() throws Exception {
        Say.Gate gone = new Say.Gate();
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            serve(listener, (in, _) -> {
                in.transferTo(OutputStream.nullOutputStream());
                gone.open();
            });
            assertError(525, "TLS", "stalls.example", "127.0.0.1", listener.getLocalPort(), "origin_pull");
            assertThat(gone.await(SOON)).isTrue();
        }
    }

    @Test
    void anOriginWithACertificateThatNobodyVouchesForIs526(@TempDir Path keys) throws Exception {
        SSLContext context = selfSigned(keys);
        try (ServerSocket listener =
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            serve(listener, (in, out) -> {
                Wire.head(in);
                RawOrigin.say(out, "trusted all the same");
            });
            assertError(526, "certificate", "self.example", "127.0.0.1", listener.getLocalPort(), "origin_pull");
        }
    }

    private static SSLContext selfSigned(Path keys) throws Exception {
        Path store = keys.resolve("origin.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "origin",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=self.example",
                        "-ext",
                        "SAN=dns:self.example",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(keys.resolve("keytool.out").toFile())
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(loaded, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void serve(ServerSocket listener, RawOrigin.Conduct conduct) {
        Thread.ofVirtual().start(() -> {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            conduct.serve(socket.getInputStream(), socket.getOutputStream());
                        } catch (IOException over) {
                            // What the visitor saw tells.
                        } catch (InterruptedException stopped) {
                            Thread.currentThread().interrupt();
                        }
                    });
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }
}
