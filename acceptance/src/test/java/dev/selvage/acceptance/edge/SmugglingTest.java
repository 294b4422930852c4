package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that hide another one. The origin is the witness: it sees exactly the requests that the edge saw, or none,
/// and where the edge was in doubt the connection has ended.
///
/// The tricks have the names by which they are known: which side goes by Content-Length (CL), which by
/// Transfer-Encoding (TE), and which by neither (0).
@Timeout(60)
class SmugglingTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "client.body-timeout: 400ms\nedge.threads: 1\n");
        site.page("/x", request -> Say.ok(request.method() + " " + request.text()));
        site.page("/cached", Say.ok("cached").header("Cache-Control", "max-age=600"));
        site.page("/smuggled", Say.ok("smuggled"));
        site.get("/cached", "Host: a");
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static int seen() {
        return site.origin().requests().size();
    }

    private static void assertRefusedUnseen(String request) throws Exception {
        int before = seen();
        int begun = site.origin().begun().size();
        try (Client client = site.connect()) {
            client.send(request);
            Wire.Response response = client.response();
            assertThat(response.status()).as(response.toString()).isIn(400, 501);
            assertThat(response.header("Connection")).contains("close");
            client.expectClosed();
        }
        assertThat(seen()).isEqualTo(before);
        assertThat(site.origin().begun()).as("not even a head").hasSize(begun);
        assertThat(site.get("/cached", "Host: a").text()).isEqualTo("cached");
    }

    /// Sends `request`, and a further one behind it: exactly those two are seen by the origin.
    private static Wire.Request assertOneRequest(String request) throws Exception {
        int before = seen();
        Wire.Request asked;
        try (Client client = site.connect()) {
            client.send(request);
            Wire.Response response = client.response();
            assertThat(response.status()).as(response.toString()).isEqualTo(200);
            asked = site.origin().requests().getLast();
            client.request("GET", "/x", "");
            assertThat(client.response().text()).as("the next one's answer").isEqualTo("GET ");
        }
        assertThat(site.origin().requests().subList(before, seen()).stream().map(Wire.Request::target))
                .containsExactly("/x", "/x");
        assertThat(site.asked("/smuggled")).isZero();
        return asked;
    }

    // ---- TE.TE: codings that one of two would overlook

    static Stream<String> hiddenCodings() {
        return Stream.of(
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunkedx",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding: ,chunked",
                "Transfer-Encoding: , chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked;foo=bar",
                "Transfer-Encoding: chunked; q=0",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: 'chunked'",
                "Transfer-Encoding: chunk",
                "Transfer-Encoding: chu nked",
                "Transfer-Encoding: chunked chunked",
                "Transfer-Encoding:",
                "Transfer-Encoding: ",
                "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding: \u000cchunked",
                "Transfer-Encoding: \u0000chunked",
                "Transfer-Encoding: chunked\u0000",
                "Transfer-Encoding: chunked\u000b",
                "Transfer-Encoding: \u00a0chunked",
                "Transfer-Encoding: chunked\u0085",
                "Transfer-Encoding: chunked\u00ff",
                "Transfer-Encoding: ch\u00fcnked",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding\t: chunked",
                "Transfer-Encoding\u000b: chunked",
                "Transfer-Encoding\u0000: chunked",
                "Transfer-Encoding\u00a0: chunked",
                " Transfer-Encoding: chunked",
                "\tTransfer-Encoding: chunked",
                "\u000bTransfer-Encoding: chunked",
                "Transfer-Encoding:\r\n chunked",
                "Transfer-Encoding:\r\n\tchunked",
                "Transfer-Encoding\r\n: chunked",
                "Transfer-Encoding:\nchunked",
                "Transfer-Encoding:\rchunked",
                "X: y\nTransfer-Encoding: chunked",
                "X: y\rTransfer-Encoding: chunked",
                "X: y\r\n Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\ntransfer-encoding: chunked",
                "Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding:",
                "Transfer Encoding: chunked",
                "Transfer-Encoding chunked",
                "Transfer-Encoding=chunked",
                "(Transfer-Encoding): chunked",
                "Transfer-\u0095ncoding: chunked",
                ":Transfer-Encoding: chunked");
    }

    @ParameterizedTest
    @MethodSource("hiddenCodings")
    void aCodingThatOneMightOverlookIsRefused(String field) throws Exception {
        String body = "0\r\n\r\n" + SMUGGLED;
        assertRefusedUnseen("POST /x HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n" + body);
        assertRefusedUnseen(
                "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n" + field + "\r\n\r\n" + body);
        assertRefusedUnseen("POST /x HTTP/1.1\r\nHost: a\r\n" + field + "\r\nContent-Length: 4\r\n\r\n" + body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer_Encoding: chunked",
                "Transfer.Encoding: chunked",
                "TRANSFER_ENCODING: chunked",
                "Transfer-Encodin: chunked",
                "TransferEncoding: chunked",
                "X-Transfer-Encoding: chunked",
                "Content-Encoding: chunked",
                "TE: chunked",
                "Content_Length: 0",
                "Content.Length: 0",
                "Content_length: 99"
            })
    void aFieldThatOnlyLooksLikeAFramingChangesNothing(String field) throws Exception {
        String body = "0\r\n\r\n" + SMUGGLED;
        Wire.Request asked = assertOneRequest(
                "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n" + field + "\r\n\r\n" + body);
        assertThat(asked.text()).isEqualTo(body);
        for (String alike : List.of("Transfer_Encoding", "Transfer.Encoding", "Content_Length", "Content.Length")) {
            assertThat(asked.header(alike)).isEmpty();
        }
    }

    // ---- CL.TE, TE.CL, CL.0, 0.CL and lengths that are none

    static Stream<Arguments> lengths() {
        return Stream.of(
                Arguments.of("CL.TE", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"),
                Arguments.of("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n" + SMUGGLED),
                Arguments.of("CL.CL", "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + SMUGGLED),
                Arguments.of("CL.CL, equal", "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
                Arguments.of("CL.CL, in a list", "Content-Length: 3, 3\r\n\r\nabc"),
                Arguments.of("CL.CL, differing in a list", "Content-Length: 0, 44\r\n\r\n" + SMUGGLED),
                Arguments.of("a sign", "Content-Length: +3\r\n\r\nabc"),
                Arguments.of("a minus", "Content-Length: -0\r\n\r\nabc"),
                Arguments.of("a blank before the colon", "Content-Length : 3\r\n\r\nabc"),
                Arguments.of("folded", "Content-Length:\r\n 3\r\n\r\nabc"),
                Arguments.of("folded after a digit", "Content-Length: 0\r\n 3\r\n\r\nabc"),
                Arguments.of("two numbers", "Content-Length: 0 3\r\n\r\nabc"),
                Arguments.of("a tail", "Content-Length: 3;a\r\n\r\nabc"),
                Arguments.of("hexadecimal", "Content-Length: 0x3\r\n\r\nabc"),
                Arguments.of("an exponent", "Content-Length: 3e0\r\n\r\nabc"),
                Arguments.of("a fraction", "Content-Length: 3.0\r\n\r\nabc"),
                Arguments.of("an underscore", "Content-Length: 0_3\r\n\r\nabc"),
                Arguments.of("2^64 + 3", "Content-Length: 18446744073709551619\r\n\r\nabc"),
                Arguments.of("2^63", "Content-Length: 9223372036854775808\r\n\r\nabc"),
                Arguments.of("NUL", "Content-Length: 3\u0000\r\n\r\nabc"),
                Arguments.of("a vertical tab", "Content-Length: \u000b3\r\n\r\nabc"),
                Arguments.of("other digits", "Content-Length: \u00b3\r\n\r\nabc"),
                Arguments.of("quoted", "Content-Length: \"3\"\r\n\r\nabc"),
                Arguments.of("empty", "Content-Length: \r\n\r\nabc"),
                Arguments.of("a bare LF before it", "X: y\nContent-Length: 3\r\n\r\nabc"),
                Arguments.of("a bare CR before it", "X: y\rContent-Length: 3\r\n\r\nabc"),
                Arguments.of("a bare CR as the end of the head", "X: y\r\n\r" + SMUGGLED),
                Arguments.of("a bare LF as the end of the head", "X: y\r\n\n" + SMUGGLED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lengths")
    void aLengthThatTwoMightReadDifferentlyIsRefused(String name, String rest) throws Exception {
        for (String start :
                List.of("POST /x HTTP/1.1", "GET /cached HTTP/1.1", "HEAD /x HTTP/1.1", "POST /x HTTP/1.0")) {
            assertRefusedUnseen(start + "\r\nHost: a\r\n" + rest);
        }
    }

    @Test
    void anOldRequestHasNoCoding() throws Exception {
        assertRefusedUnseen("POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED);
        assertRefusedUnseen("""
                POST /x HTTP/1.0\r
                Host: a\r
                Connection: keep-alive\r
                Transfer-Encoding: chunked\r
                Content-Length: 3\r
                \r
                0\r
                \r
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "GET"})
    void theBodyOfAnyMethodIsItsBody(String method) throws Exception {
        // CL.0 and 0.CL: neither side may take the body for the next request.
        Wire.Request asked = assertOneRequest(
                method + " /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED);
        assertThat(asked.text()).isEqualTo(SMUGGLED);
        assertThat(asked.header("Content-Length")).contains(String.valueOf(SMUGGLED.length()));
    }

    @Test
    void theBodyOfARequestThatTheCacheCouldAnswerIsItsBody() throws Exception {
        try (Client client = site.connect()) {
            client.send("GET /cached HTTP/1.1\r\nHost: a\r\nContent-Length: " + SMUGGLED.length() + "\r\n\r\n"
                    + SMUGGLED + "GET /cached HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(Site.status(client.response())).isEqualTo("DYNAMIC");
            assertThat(client.response().text()).isEqualTo("cached");
            assertThat(client.hears(Duration.ofMillis(50))).isFalse();
        }
        assertThat(site.asked("/smuggled")).isZero();
    }

    // ---- chunks

    static Stream<Arguments> chunkings() {
        return Stream.of(
                Arguments.of("a bare LF ends the size", "3\nabc\r\n0\r\n\r\n"),
                Arguments.of("a bare CR ends the size", "3\rabc\r\n0\r\n\r\n"),
                Arguments.of("a bare LF in an extension (TERM.EXT)", "3;\nxx\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a bare CR in an extension (EXT.TERM)", "3;a\rb\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a bare LF within an extension's quotes", "3;a=\"\n\"\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a request line for an extension", "3;GET /smuggled HTTP/1.1\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("CR CR LF", "3\r\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a bare LF after the data (TERM.SPILL)", "3\r\nabc\n0\r\n\r\n"),
                Arguments.of("a bare CR after the data", "3\r\nabc\r0\r\n\r\n"),
                Arguments.of("two bytes of anything after the data (SPILL.TERM)", "3\r\nabcXX0\r\n\r\n"),
                Arguments.of("more data than the size (ONE.TWO)", "3\r\nabcd\r\n0\r\n\r\n"),
                Arguments.of("less data than the size", "4\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("0x", "0x3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a plus", "+3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a minus", "-3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a minus before the zero", "3\r\nabc\r\n-0\r\n\r\n"),
                Arguments.of("an underscore", "0_3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a blank before", " 3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a blank behind", "3 \r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a tab behind", "3\t\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("2^64 + 3", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("2^63", "8000000000000000\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("2^32 + 3, in 17 digits", "00000000100000003\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("zeros without end", "0".repeat(100) + "3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("no digits", ";x\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("an empty line", "\r\n0\r\n\r\n"),
                Arguments.of("letters", "g\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("NUL in the size", "3\u0000\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("NUL in an extension", "3;\u0000\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("an extension without end", "3;" + "x".repeat(5_000) + "\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a size in quotes", "\"3\"\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a folded trailer", "0\r\nX: a\r\n b\r\n\r\n"),
                Arguments.of("a trailer with a bare LF", "0\r\nX: a\nY: b\r\n\r\n"),
                Arguments.of("a trailer with a blank before the colon", "0\r\nX : a\r\n\r\n"),
                Arguments.of("a bare LF as the end of the trailers", "0\r\n\n"),
                Arguments.of("a request for a trailer", "0\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("chunkings")
    void aBodyWhoseChunksTwoMightReadDifferentlyIsNeverWhole(String name, String body) throws Exception {
        int before = seen();
        try (Client client = site.connect()) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body + SMUGGLED);
            Wire.Response response = client.response();
            assertThat(response.status()).as(response.toString()).isEqualTo(400);
            client.expectClosed();
        }
        assertThat(seen()).isEqualTo(before);
        assertThat(site.get("/cached", "Host: a").text()).isEqualTo("cached");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3;a=b\r\nabc\r\n0\r\n\r\n",
                "3;a=\"b;c\"\r\nabc\r\n0;x\r\n\r\n",
                "3;GET\r\nabc\r\n000\r\n\r\n",
                "00000003\r\nabc\r\n0\r\n\r\n",
                "3\r\nabc\r\n0\r\nContent-Length: 99\r\nTransfer_Encoding: x\r\nHost: b\r\nX-HTTP: y\r\n\r\n"
            })
    void chunksArriveAsTheBytesTheyAre(String body) throws Exception {
        Wire.Request asked =
                assertOneRequest("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
        assertThat(asked.text()).isEqualTo("abc");
        assertThat(asked.head().headers("Transfer-Encoding")).containsExactly("chunked");
        assertThat(asked.header("Content-Length")).isEmpty();
        assertThat(asked.trailers())
                .noneMatch(field -> field.name().toLowerCase(Locale.ROOT).matches("content.*|transfer.*|host"));
    }

    // ---- Expect

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Expect: 100-continue",
                "Expect: 100-Continue",
                "Expect: y 100-continue",
                "Expect: 100-continue, 100-continue",
                "Expect: 100-continue\r\nExpect: x",
                "Expect:\t100-continue",
                "Expect: 100_continue",
                "Expect: ",
                "Expect: GET /smuggled HTTP/1.1",
                "Expect_: 100-continue",
                "X-Expect: 100-continue"
            })
    void anExpectationIsTheEdgesAndNeverTheOrigins(String field) throws Exception {
        for (String method : List.of("POST", "GET", "OPTIONS")) {
            Wire.Request asked = assertOneRequest(method + " /x HTTP/1.1\r\nHost: a\r\n" + field
                    + "\r\nContent-Length: " + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED);
            assertThat(asked.text()).isEqualTo(SMUGGLED);
            assertThat(asked.header("Expect")).isEmpty();
        }
    }

    @Test
    void anExpectationWithoutABodyIsNoRequest() throws Exception {
        assertOneRequest("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n");
        assertOneRequest("GET /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n");
    }

    // ---- Upgrade, CONNECT, TRACE

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
                "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
                "Connection: upgrade\r\nUpgrade: HTTP/2.0\r\n",
                "Connection: Upgrade\r\nUpgrade: TLS/1.2\r\n",
                "Upgrade: h2c\r\n",
                "Upgrade: websocket\r\n",
                "Connection: Upgrade\r\nUpgrade: xwebsocket\r\n"
            })
    void noOtherProtocolIsOfferedToTheOrigin(String fields) throws Exception {
        Wire.Request asked = assertOneRequest("GET /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        assertThat(asked.header("Upgrade")).isEmpty();
        assertThat(asked.header("Connection")).isEmpty();
    }

    @Test
    void aWebSocketWithABodyIsNone() throws Exception {
        Wire.Request asked = assertOneRequest("POST /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\nContent-Length: " + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED);
        assertThat(asked.header("Upgrade")).isEmpty();
        assertThat(asked.text()).isEqualTo(SMUGGLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Version: 1337\r\n", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n"})
    void whatFollowsAWebSocketThatTheOriginDeclinesIsReadAsRequests(String fields) throws Exception {
        int before = seen();
        try (Client client = site.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + fields + "\r\n"
                    + "GET /cached HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost : a\r\n\r\n" + SMUGGLED);
            assertThat(client.response().text()).isEqualTo("GET ");
            assertThat(Site.status(client.response())).as("read by the edge").isEqualTo("HIT");
            assertThat(client.response().status()).isEqualTo(400);
            client.expectClosed();
        }
        assertThat(seen()).isEqualTo(before + 1);
    }

    @Test
    void anOriginThatSwitchesToAnotherProtocolThanTheOneOfferedGetsNoTunnel() throws Exception {
        site.page(
                "/other",
                Say.raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
                        .thenTalk((in, out) -> in.transferTo(out)));
        try (Client client = site.connect()) {
            client.send("GET /other HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket, h2c\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(520);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
                "CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT http://a/x HTTP/1.1\r\nHost: a\r\n\r\n",
                "TRACE /x HTTP/1.1\r\nHost: a\r\nCookie: secret\r\n\r\n",
                "TRACE http://a/x HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n",
                "\n\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
                "\rGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
                " GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0000GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost: a\r\n\u0000\r\n\r\n",
                "GET /x HTTP/1.1\r\n\r\nHost: a\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET http://a/x HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET http://a@b/x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://a#b/x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://a\\b/x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET //a/x HTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /x HTTP/1.1, HTTP/1.1\r\nHost: a\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "garbage\r\n\r\n"
            })
    void aRequestThatIsNoneIsRefused(String request) throws Exception {
        assertRefusedUnseen(request + SMUGGLED);
    }

    @Test
    void garbageBehindARequestEndsTheConnection() throws Exception {
        int before = seen();
        try (Client client = site.connect()) {
            client.send(
                    "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcXXGET /x HTTP/1.1\r\nHost: a\r\n : b\r\n\r\n"
                            + SMUGGLED);
            assertThat(client.response().text()).isEqualTo("POST abc");
            assertThat(client.response().status()).isEqualTo(400);
            client.expectClosed();
        }
        assertThat(seen()).isEqualTo(before + 1);
    }

    @Test
    void oneEmptyLineBeforeARequestIsAllowedAndChangesNothing() throws Exception {
        Wire.Request asked = assertOneRequest("\r\nPOST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(asked.text()).isEqualTo("abc");
    }
}
