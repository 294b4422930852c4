package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Origin;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Origins that refuse, stall, lie or leave, and the connections to those that do not.
@Timeout(60)
class OriginTroubleTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, """
                origin.first-byte-timeout: 500ms
                origin.idle-timeout: 500ms
                origin.keep-alive: 30s
                origin.max-head: 4KiB
                edge.threads: 1
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static void assertError(Wire.Response response, int status, String explanation) {
        assertThat(response.status()).as(response.toString()).isEqualTo(status);
        assertThat(response.text()).startsWith(status + ": ").containsIgnoringCase(explanation);
        assertThat(response.header("Cache-Control")).contains("no-store");
        assertThat(response.header("CF-Ray")).isPresent();
    }

    // ---- errors

    @ParameterizedTest
    @ValueSource(
            strings = {
                "this is not HTTP\r\n\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: y\r\n z\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"
            })
    void aMalformedResponseIs520(String said) throws Exception {
        site.page("/malformed", Say.raw(said).thenClose());
        assertError(site.get("/malformed"), 520, "not HTTP");
    }

    @Test
    void aHeadTooLargeIs520() throws Exception {
        site.page("/large-head", Say.ok("x").header("X-Large", "y".repeat(5_000)));
        assertError(site.get("/large-head"), 520, "larger than");
    }

    @Test
    void anOriginThatHangsUpWithoutAWordIs520() throws Exception {
        site.page("/hangs-up", Say.nothing().thenClose());
        assertError(site.ask("POST", "/hangs-up", "x"), 520, "closed the connection");
    }

    @Test
    void anOriginThatRefusesIs521() throws Exception {
        String zone = site.program().api().createZone("refused.example");
        site.program().api().proxy(zone, "refused.example", Origin.nobody());
        Wire.Response response = Until.holds(
                "the zone is served",
                SOON,
                () -> site.get("/", "Host: refused.example"),
                answer -> answer.status() != 404);
        assertError(response, 521, "refused the connection");
    }

    @Test
    void anOriginThatDoesNotAnswerInTimeIs524() throws Exception {
        Say.Gate gone = new Say.Gate();
        site.page("/silent", Say.nothing().untilGone(gone));
        assertError(site.get("/silent"), 524, "did not answer in time");
        assertThat(gone.await(SOON)).as("the connection is given up").isTrue();
    }

    @Test
    void anOriginThatStopsWithinItsHeadIs524() throws Exception {
        Say.Gate gone = new Say.Gate();
        site.page("/half-head", Say.raw("HTTP/1.1 200 OK\r\nContent-Le").untilGone(gone));
        assertError(site.get("/half-head"), 524, "did not answer in time");
    }

    @Test
    void anOriginThatStopsWithinItsBodyBreaksTheResponse() throws Exception {
        Say.Gate gone = new Say.Gate();
        site.page(
                "/stops",
                Say.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345").untilGone(gone));
        try (Client client = site.connect()) {
            client.request("GET", "/stops", "");
            assertThat(client.head().line()).contains("200");
            assertThat(client.read(5)).isEqualTo("12345");
            client.expectClosed();
        }
        assertThat(gone.await(SOON)).isTrue();
    }

    // ---- connections

    @Test
    void connectionsToTheOriginAreUsedAgain() throws Exception {
        site.page("/reused", Say.ok("x").header("Cache-Control", "no-store"));
        site.get("/reused");
        int before = site.origin().carrying();
        for (int i = 0; i < 20; i++) {
            assertThat(site.get("/reused").text()).isEqualTo("x");
            assertThat(site.ask("POST", "/reused", "body").text()).isEqualTo("x");
        }
        assertThat(site.origin().carrying() - before)
                .as("new connections for 40 requests")
                .isLessThanOrEqualTo(1);
        assertThat(site.asked("/reused")).isEqualTo(41);
    }

    @Test
    void aConnectionThatTheOriginEndsIsNotUsedAgain() throws Exception {
        site.page("/closing", Say.ok("x").header("Connection", "close").header("Cache-Control", "no-store"));
        for (int i = 0; i < 5; i++) {
            assertThat(site.get("/closing").text()).isEqualTo("x");
        }
        assertThat(site.asked("/closing")).isEqualTo(5);
    }

    @Test
    void anIdleConnectionThatTheOriginClosedCostsNobodyAnError() throws Exception {
        for (int i = 0; i < 20; i++) {
            // Says nothing of it, and closes at once: the edge learns it before, while or after it sends the next one.
            site.page("/closes", Say.ok("x").thenClose());
            Wire.Response response = site.get("/closes?" + i);
            assertThat(response.status()).isEqualTo(200);
        }
        assertThat(site.asked("/closes")).isEqualTo(20);
    }

    @Test
    void aRequestThatMeetsAConnectionClosedUnderItIsSentAgain() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                // Each connection answers one request, takes the next, and hangs up without a word.
                while (!listener.isClosed()) {
                    try (Socket socket = listener.accept()) {
                        java.io.InputStream in = new java.io.BufferedInputStream(socket.getInputStream());
                        if (Wire.head(in) == null) {
                            continue;
                        }
                        requests.incrementAndGet();
                        socket.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                                        .getBytes(StandardCharsets.US_ASCII));
                        Wire.head(in);
                        requests.incrementAndGet();
                    } catch (SocketException over) {
                        return;
                    } catch (java.io.IOException broken) {
                        // The next one.
                    }
                }
            });
            String zone = site.program().api().createZone("hangs.example");
            site.program().api().proxy(zone, "hangs.example", listener.getLocalPort());
            Until.holds(
                    "served", SOON, () -> site.get("/", "Host: hangs.example").status(), status -> status == 200);
            int before = requests.get();
            assertThat(site.get("/", "Host: hangs.example").text()).isEqualTo("ok");
            assertThat(requests.get() - before)
                    .as("once in vain, once with an answer")
                    .isEqualTo(2);
        }
    }

    @Test
    void bytesThatNobodyAskedForAreNobodysResponse() throws Exception {
        site.page(
                "/surplus",
                Say.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                        .then("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"));
        site.page("/after", Say.ok("real"));
        for (int i = 0; i < 5; i++) {
            assertThat(site.get("/surplus").text()).isEqualTo("ok");
            assertThat(site.get("/after").text()).isEqualTo("real");
        }
    }
}
