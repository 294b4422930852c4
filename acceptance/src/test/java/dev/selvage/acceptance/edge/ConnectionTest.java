package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/1.1 as visitors speak it: order, framing, bodies both ways, other protocols.
@Timeout(60)
class ConnectionTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "client.max-body: 16MiB\n");
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    // ---- one connection, many requests

    @Test
    void aConnectionCarriesManyRequests() throws Exception {
        site.page("/again", Say.ok("again").header("Cache-Control", "max-age=60"));
        try (Client client = site.connect()) {
            for (int i = 0; i < 20; i++) {
                client.request("GET", "/again", "");
                Wire.Response response = client.response();
                assertThat(response.text()).isEqualTo("again");
                assertThat(response.header("Connection")).isEmpty();
            }
        }
        assertThat(site.asked("/again")).isEqualTo(1);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        Say.Gate gate = new Say.Gate();
        for (int i = 0; i < 10; i++) {
            String answer = "page " + i;
            // The first is the slowest: the others must wait for it.
            site.page(
                    "/pipe-" + i,
                    i == 0
                            ? Say.nothing().await(gate).then("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n" + answer)
                            : Say.ok(answer).header("Cache-Control", i % 2 == 0 ? "no-store" : "max-age=60"));
        }
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            all.append("GET /pipe-").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        try (Client client = site.connect()) {
            client.send(all.toString());
            Until.holds("the first is asked for", SOON, () -> site.asked("/pipe-0"), asked -> asked == 1);
            gate.open();
            for (int i = 0; i < 10; i++) {
                assertThat(client.response().text()).isEqualTo("page " + i);
            }
        }
    }

    @Test
    void pipelinedRequestsWithBodiesKeepTheirBodies() throws Exception {
        site.page("/echo", request -> Say.ok(request.method() + " " + request.text()));
        try (Client client = site.connect()) {
            client.send("""
                    POST /echo HTTP/1.1\r
                    Host: a\r
                    Content-Length: 3\r
                    \r
                    onePUT /echo HTTP/1.1\r
                    Host: a\r
                    Transfer-Encoding: chunked\r
                    \r
                    2\r
                    tw\r
                    1\r
                    o\r
                    0\r
                    \r
                    GET /echo HTTP/1.1\r
                    Host: a\r
                    \r
                    POST /echo HTTP/1.1\r
                    Host: a\r
                    Content-Length: 4\r
                    \r
                    four""");
            assertThat(client.response().text()).isEqualTo("POST one");
            assertThat(client.response().text()).isEqualTo("PUT two");
            assertThat(client.response().text()).isEqualTo("GET ");
            assertThat(client.response().text()).isEqualTo("POST four");
        }
    }

    @Test
    void aRequestInManySmallPiecesIsTheSameRequest() throws Exception {
        site.page("/crumbs", request -> Say.ok(request.text()));
        String request = "POST /crumbs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        try (Client client = site.connect()) {
            for (int i = 0; i < request.length(); i++) {
                client.send(request.substring(i, i + 1));
            }
            assertThat(client.response().text()).isEqualTo("abc");
        }
    }

    @Test
    void connectionCloseIsHonoured() throws Exception {
        site.page("/last", Say.ok("last"));
        try (Client client = site.connect()) {
            client.request("GET", "/last", "", "Connection: close");
            assertThat(client.response().header("Connection")).contains("close");
            client.expectClosed();
        }
    }

    @Test
    void anOldClientGetsABodyThatEndsWithTheConnection() throws Exception {
        site.page("/old", Say.chunked("no ", "chunks").header("Cache-Control", "no-store"));
        try (Client client = site.connect()) {
            client.send("GET /old HTTP/1.0\r\nHost: a\r\n\r\n");
            Wire.Response response = client.response();
            assertThat(response.header("Transfer-Encoding")).isEmpty();
            assertThat(response.text()).isEqualTo("no chunks");
        }
    }

    @Test
    void anAbsoluteTargetNamesTheHost() throws Exception {
        site.page("/absolute", Say.ok("x").header("Cache-Control", "max-age=60"));
        try (Client client = site.connect()) {
            client.send("GET http://real.example/absolute HTTP/1.1\r\nHost: other.example\r\n\r\n");
            assertThat(Site.status(client.response())).isEqualTo("MISS");
        }
        assertThat(site.last("/absolute").target()).isEqualTo("/absolute");
        assertThat(Site.status(site.get("/absolute", "Host: real.example"))).isEqualTo("HIT");
        assertThat(Site.status(site.get("/absolute", "Host: other.example"))).isEqualTo("MISS");
    }

    // ---- Expect: 100-continue

    @Test
    void continueIsSaidWhenTheOriginWillGetTheBody() throws Exception {
        byte[] body = noise(8 << 20);
        site.page("/big", request -> Say.ok("got " + request.body().length));
        try (Client client = site.connect()) {
            client.send("PUT /big HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " + body.length
                    + "\r\n\r\n");
            assertThat(client.head().line()).startsWith("HTTP/1.1 100");
            client.send(body);
            assertThat(client.response().text()).isEqualTo("got " + body.length);
        }
        assertThat(site.last("/big").body()).isEqualTo(body);
    }

    @Test
    void continueIsNotSaidToABodyThatNobodyWants() throws Exception {
        site.page("/wanted", Say.ok("wanted"));
        try (Client client = site.connect()) {
            client.send("PUT /wanted HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
            assertThat(client.response("PUT").status()).isEqualTo(413);
            assertThat(client.interim()).isEmpty();
            client.expectClosed();
        }
        assertThat(site.asked("/wanted")).isZero();
    }

    @Test
    void aVisitorThatDoesNotWaitForContinueIsServedAllTheSame() throws Exception {
        site.page("/eager", request -> Say.ok(request.text()));
        try (Client client = site.connect()) {
            client.send("POST /eager HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\neager");
            assertThat(client.response().text()).isEqualTo("eager");
        }
    }

    // ---- bodies

    @Test
    void aLargeUploadArrivesByteForByte() throws Exception {
        byte[] body = noise(5 << 20);
        site.page("/upload", request -> Say.bytes(200, request.body()));
        try (Client client = site.connect()) {
            client.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
            client.send(body);
            Wire.Response response = client.response();
            assertThat(response.body()).as("and comes back so").isEqualTo(body);
            client.request("GET", "/upload", "");
            assertThat(client.response().status()).as("the connection goes on").isEqualTo(200);
        }
    }

    @Test
    void aLargeChunkedUploadArrivesByteForByte() throws Exception {
        byte[] body = noise(3 << 20);
        site.page("/upload-chunks", request -> Say.bytes(200, request.body()));
        try (Client client = site.connect()) {
            client.send("POST /upload-chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            int sent = 0;
            for (int size = 1; sent < body.length; size = size * 3 + 1) {
                int count = Math.min(size, body.length - sent);
                client.send(Integer.toHexString(count) + ";name=value\r\n");
                client.send(java.util.Arrays.copyOfRange(body, sent, sent + count));
                client.send("\r\n");
                sent += count;
            }
            client.send("0\r\n\r\n");
            assertThat(client.response().body()).isEqualTo(body);
        }
        assertThat(site.last("/upload-chunks").header("Transfer-Encoding")).contains("chunked");
    }

    @Test
    void aLargeChunkedResponseArrivesByteForByteFromOriginAndCache() throws Exception {
        byte[] body = noise(3 << 20);
        site.page(
                "/chunks",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .thenTalk((_, out) -> {
                            int sent = 0;
                            for (int size = 1; sent < body.length; size = size * 2 + 1) {
                                int count = Math.min(size, body.length - sent);
                                out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                                out.write(body, sent, count);
                                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                                sent += count;
                            }
                            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        }));
        assertThat(site.get("/chunks").body()).isEqualTo(body);
        Wire.Response stored = site.get("/chunks");
        assertThat(Site.status(stored)).isEqualTo("HIT");
        assertThat(stored.body()).isEqualTo(body);
        assertThat(stored.header("Content-Length")).contains(String.valueOf(body.length));
    }

    @Test
    void aBodyThatEndsWithTheOriginsConnectionIsWhole() throws Exception {
        site.page(
                "/until-close",
                Say.raw("HTTP/1.0 200 OK\r\nCache-Control: max-age=60\r\n\r\nall of it")
                        .thenClose());
        assertThat(site.get("/until-close").text()).isEqualTo("all of it");
        assertThat(Site.status(site.get("/until-close"))).isEqualTo("HIT");
    }

    @Test
    void trailersTravelBothWays() throws Exception {
        site.page("/trailers", Say.raw("""
                HTTP/1.1 200 OK\r
                Cache-Control: no-store\r
                Transfer-Encoding: chunked\r
                \r
                4\r
                body\r
                0\r
                X-Sum: 42\r
                Content-Length: 7\r
                \r
                """));
        try (Client client = site.connect()) {
            client.send("""
                    POST /trailers HTTP/1.1\r
                    Host: a\r
                    Transfer-Encoding: chunked\r
                    \r
                    3\r
                    ask\r
                    0\r
                    X-Check: 17\r
                    Transfer-Encoding: gzip\r
                    \r
                    """);
            Wire.Response response = client.response();
            assertThat(response.text()).isEqualTo("body");
            assertThat(response.trailers()).hasSize(1).first().satisfies(field -> {
                assertThat(field.name()).isEqualToIgnoringCase("X-Sum");
                assertThat(field.value()).isEqualTo("42");
            });
        }
        assertThat(site.last("/trailers").trailers())
                .as("a trailer that would change the framing is dropped")
                .hasSize(1)
                .first()
                .satisfies(field -> assertThat(field.value()).isEqualTo("17"));
    }

    @Test
    void anAnswerBeforeTheEndOfTheUploadReachesTheVisitor() throws Exception {
        byte[] answer = "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno".getBytes(StandardCharsets.US_ASCII);
        try (RawOrigin _ = new RawOrigin(site, "early.example", (in, out) -> {
                    out.write(answer);
                    // Until the edge ends it.
                    in.transferTo(OutputStream.nullOutputStream());
                });
                Client client = site.connect()) {
            client.send("POST /early HTTP/1.1\r\nHost: early.example\r\nContent-Length: 1000000\r\n\r\nthe start");
            Wire.Response response = client.response();
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).isEqualTo("no");
        }
    }

    // ---- HEAD

    @Test
    void headOfWhatIsStoredIsAnsweredFromTheEntry() throws Exception {
        site.page("/head", Say.ok("twelve bytes").header("Cache-Control", "max-age=60"));
        site.get("/head");
        try (Client client = site.connect()) {
            client.request("HEAD", "/head", "");
            Wire.Response head = client.response("HEAD");
            assertThat(Site.status(head)).isEqualTo("HIT");
            assertThat(head.header("Content-Length")).contains("12");
            client.request("GET", "/head", "");
            assertThat(client.response().text()).as("no body came before").isEqualTo("twelve bytes");
        }
        assertThat(site.asked("/head")).isEqualTo(1);
    }

    @Test
    void headOfWhatIsNotStoredAsksTheOriginAndStoresNothing() throws Exception {
        site.page(
                "/head-miss",
                request -> request.method().equals("HEAD")
                        ? Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 7\r\n\r\n")
                        : Say.ok("content").header("Cache-Control", "max-age=60"));
        try (Client client = site.connect()) {
            client.request("HEAD", "/head-miss", "");
            Wire.Response head = client.response("HEAD");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Length")).contains("7");
            client.request("GET", "/head-miss", "");
            Wire.Response get = client.response();
            assertThat(get.text()).isEqualTo("content");
            assertThat(Site.status(get)).isEqualTo("MISS");
        }
        assertThat(site.origin().requests().stream()
                        .filter(request -> request.target().equals("/head-miss"))
                        .map(Wire.Request::method))
                .containsExactly("HEAD", "GET");
    }

    @Test
    void headOfWhatHasNoKnownLengthDoesNotMakeOneUp() throws Exception {
        site.page("/head-chunked", Say.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
        for (int i = 0; i < 20; i++) {
            Wire.Response head = site.ask("HEAD", "/head-chunked", "");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Length")).isEmpty();
        }
    }

    // ---- WebSocket

    private static final String UPGRADE = """
            GET %s HTTP/1.1\r
            Host: a\r
            Connection: keep-alive, Upgrade\r
            Upgrade: websocket, other\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """;

    private static final String SWITCH = """
            HTTP/1.1 101 Switching Protocols\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
            \r
            """;

    @Test
    void aWebSocketPassesBytesBothWays() throws Exception {
        byte[] up = noise(512 << 10);
        byte[] down = noise((512 << 10) + 1);
        Say.Gate gone = new Say.Gate();
        byte[][] got = new byte[1][];
        site.page("/socket", Say.raw(SWITCH).thenTalk((in, out) -> {
            Thread.ofVirtual().start(() -> {
                try {
                    out.write(down);
                } catch (IOException over) {
                    // What the visitor got tells.
                }
            });
            got[0] = in.readNBytes(up.length);
            if (in.read() < 0) {
                gone.open();
            }
        }));
        try (Client client = site.connect()) {
            client.send(UPGRADE.formatted("/socket"));
            Wire.Response switched = client.response();
            assertThat(switched.status()).isEqualTo(101);
            assertThat(switched.header("Upgrade")).contains("websocket");
            assertThat(switched.header("Connection"))
                    .hasValueSatisfying(value -> assertThat(value).isEqualToIgnoringCase("upgrade"));
            assertThat(switched.header("Sec-WebSocket-Accept")).contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            Thread.ofVirtual().start(() -> {
                try {
                    client.send(up);
                } catch (IOException over) {
                    // What the origin got tells.
                }
            });
            assertThat(client.read(down.length).getBytes(StandardCharsets.ISO_8859_1))
                    .isEqualTo(down);
            Until.holds("all went up", SOON, () -> got[0] != null, done -> done);
            assertThat(got[0]).isEqualTo(up);
        }
        assertThat(gone.await(SOON)).as("the visitor's end reaches the origin").isTrue();
        Wire.Request asked = site.last("/socket");
        assertThat(asked.header("Upgrade"))
                .as("no other protocol is offered on the visitor's behalf")
                .contains("websocket");
        assertThat(asked.header("Sec-WebSocket-Key")).contains("dGhlIHNhbXBsZSBub25jZQ==");
    }

    @Test
    void theOriginsEndOfAWebSocketReachesTheVisitor() throws Exception {
        site.page("/socket-ends", Say.raw(SWITCH + "goodbye").thenClose());
        try (Client client = site.connect()) {
            client.send(UPGRADE.formatted("/socket-ends"));
            assertThat(client.response().status()).isEqualTo(101);
            assertThat(client.read(7)).isEqualTo("goodbye");
            client.expectClosed();
        }
    }

    @Test
    void bytesSentRightBehindTheUpgradeAreNotLost() throws Exception {
        site.page("/socket-eager", Say.raw(SWITCH).thenTalk((in, out) -> out.write(in.readNBytes(5))));
        try (Client client = site.connect()) {
            client.send(UPGRADE.formatted("/socket-eager") + "hello");
            assertThat(client.response().status()).isEqualTo(101);
            assertThat(client.read(5)).isEqualTo("hello");
        }
    }

    @Test
    void anUpgradeThatTheOriginDeclinesIsAnOrdinaryResponse() throws Exception {
        site.page("/declines", Say.status(426, "not here"));
        try (Client client = site.connect()) {
            client.send(UPGRADE.formatted("/declines"));
            Wire.Response response = client.response();
            assertThat(response.status()).isEqualTo(426);
            assertThat(response.text()).isEqualTo("not here");
            client.request("GET", "/declines", "");
            assertThat(client.response().status())
                    .as("the connection still speaks HTTP")
                    .isEqualTo(426);
        }
    }

    @Test
    void anOriginThatSwitchesUnaskedGetsNoTunnel() throws Exception {
        site.page("/unasked", Say.raw(SWITCH + "hello"));
        Wire.Response response = site.get("/unasked");
        assertThat(response.status()).isEqualTo(520);
    }
}
