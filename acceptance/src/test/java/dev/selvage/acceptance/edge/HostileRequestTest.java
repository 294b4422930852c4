package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What could be read in two ways, or is too large, or too slow, is refused, and never reaches the origin.
@Timeout(60)
class HostileRequestTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, """
                client.header-timeout: 400ms
                client.body-timeout: 400ms
                client.idle-timeout: 700ms
                client.max-body: 1000
                client.max-target: 2KiB
                client.max-head: 8KiB
                client.max-fields: 40
                """);
        site.page("/x", Say.ok("served"));
        site.page("/smuggled", Say.ok("smuggled"));
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static Arguments refused(String why, int status, String request) {
        return Arguments.of(why, status, request);
    }

    static Stream<Arguments> heads() {
        String get = "GET /x HTTP/1.1\r\nHost: a\r\n";
        String post = "POST /x HTTP/1.1\r\nHost: a\r\n";
        String tail = "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
        return Stream.of(
                refused("two different lengths", 400, post + "Content-Length: 5\r\nContent-Length: 6\r\n" + tail),
                refused("the same length twice", 400, post + "Content-Length: 5\r\nContent-Length: 5\r\n" + tail),
                refused("a list of lengths", 400, post + "Content-Length: 5, 5\r\n" + tail),
                refused("a length with a sign", 400, post + "Content-Length: +5\r\n" + tail),
                refused("a negative length", 400, post + "Content-Length: -1\r\n" + tail),
                refused("a hexadecimal length", 400, post + "Content-Length: 0x5\r\n" + tail),
                refused("an empty length", 400, post + "Content-Length:\r\n" + tail),
                refused("a length beyond any number", 400, post + "Content-Length: 99999999999999999999\r\n" + tail),
                refused("length and coding", 400, post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + tail),
                refused("coding and length", 400, post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" + tail),
                refused("another coding", 501, post + "Transfer-Encoding: gzip\r\n" + tail),
                refused("a coding before chunked", 501, post + "Transfer-Encoding: gzip, chunked\r\n" + tail),
                refused("chunked not last", 501, post + "Transfer-Encoding: chunked, identity\r\n" + tail),
                refused("chunked twice", 501, post + "Transfer-Encoding: chunked, chunked\r\n" + tail),
                refused(
                        "chunked in two fields",
                        501,
                        post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + tail),
                refused("chunked with a tail", 501, post + "Transfer-Encoding: chunked;q=1\r\n" + tail),
                refused("chunked in quotes", 501, post + "Transfer-Encoding: \"chunked\"\r\n" + tail),
                refused("nearly chunked", 501, post + "Transfer-Encoding: xchunked\r\n" + tail),
                refused("a vertical tab before chunked", 400, post + "Transfer-Encoding: \u000bchunked\r\n" + tail),
                refused(
                        "a coding in HTTP/1.0",
                        400,
                        "POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + tail),
                refused("a bare LF after the request line", 400, "GET /x HTTP/1.1\nHost: a\r\n\r\n"),
                refused("a bare LF after a field", 400, get + "X: y\nContent-Length: 5\r\n" + tail),
                refused("a bare LF as the end", 400, get + "X: y\r\n\n"),
                refused("a bare CR within a value", 400, get + "X: y\rContent-Length: 5\r\n" + tail),
                refused("a folded field", 400, get + "X: y\r\n Content-Length: 5\r\n" + tail),
                refused("a field folded with a tab", 400, get + "X: y\r\n\tz\r\n\r\n"),
                refused("a blank before the first field", 400, "GET /x HTTP/1.1\r\n Host: a\r\n\r\n"),
                refused("a blank before the colon", 400, post + "Content-Length : 5\r\n" + tail),
                refused("a tab before the colon", 400, post + "Transfer-Encoding\t: chunked\r\n" + tail),
                refused("a field without a colon", 400, get + "nonsense\r\n\r\n"),
                refused("a field without a name", 400, get + ": value\r\n\r\n"),
                refused("NUL in a value", 400, get + "X: a\0b\r\n\r\n"),
                refused("NUL in a name", 400, get + "X\0: b\r\n\r\n"),
                refused("a control character in a value", 400, get + "X: a\u0001b\r\n\r\n"),
                refused("DEL in a value", 400, get + "X: a\u007fb\r\n\r\n"),
                refused("a blank in a name", 400, get + "Content Length: 5\r\n\r\n"),
                refused("a letter beyond ASCII in a name", 400, get + "X\u00e4: b\r\n\r\n"),
                refused("NUL in the target", 400, "GET /x\0y HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("a control character in the target", 400, "GET /x\u0002 HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("a blank in the target", 400, "GET /x y HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("a fragment in the target", 400, "GET /x#y HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("a target that is no path", 400, "GET x HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("two blanks in the request line", 400, "GET  /x HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("a tab in the request line", 400, "GET\t/x HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("no version", 400, "GET /x\r\nHost: a\r\n\r\n"),
                refused("a version with a tail", 400, "GET /x HTTP/1.1 \r\nHost: a\r\n\r\n"),
                refused("a version in lower case", 400, "GET /x http/1.1\r\nHost: a\r\n\r\n"),
                refused("another major version", 400, "GET /x HTTP/2.0\r\nHost: a\r\n\r\n"),
                refused("another minor version", 505, "GET /x HTTP/1.2\r\nHost: a\r\n\r\n"),
                refused("no Host", 400, "GET /x HTTP/1.1\r\n\r\n"),
                refused("two Hosts", 400, "GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                refused("a Host that is none", 400, "GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                refused("a Host with credentials", 400, "GET /x HTTP/1.1\r\nHost: u@a\r\n\r\n"),
                refused("an absolute target with credentials", 400, "GET http://u@a/x HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("CONNECT", 501, "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
                refused("a method without end", 501, "M".repeat(40) + " /x HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("TLS on this port", 400, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001"),
                refused("a target too long", 414, "GET /" + "x".repeat(3_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("a target too long without end", 414, "GET /" + "x".repeat(3_000)),
                refused("a head too large", 431, get + "X: " + "x".repeat(9_000) + "\r\n\r\n"),
                refused("a head without end", 431, get + ("X: " + "x".repeat(500) + "\r\n").repeat(18)),
                refused("too many fields", 431, get + "X: y\r\n".repeat(50) + "\r\n"),
                refused("a body too large", 413, post + "Content-Length: 1001\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void isRefusedWithAReasonAndNeverForwarded(String why, int status, String request) throws Exception {
        int before = site.origin().requests().size();
        try (Client client = site.connect()) {
            client.send(request);
            Wire.Response response = client.response();
            assertThat(response.status()).as(response.toString()).isEqualTo(status);
            assertThat(response.header("Connection")).contains("close");
            assertThat(response.text()).startsWith(status + ": ").hasSizeGreaterThan(20);
            client.expectClosed();
        }
        assertThat(site.origin().requests()).as("nothing reached the origin").hasSize(before);
        assertThat(broken("/x")).isZero();
    }

    private static long broken(String path) {
        return site.origin().broken().stream()
                .filter(head -> head.line().contains(" " + path + " "))
                .count();
    }

    @Test
    void aRefusalComesAfterTheAnswersOfTheRequestsBeforeIt() throws Exception {
        try (Client client = site.connect()) {
            client.send("""
                    GET /x HTTP/1.1\r
                    Host: a\r
                    \r
                    GET /x HTTP/1.1\r
                    Host : a\r
                    \r
                    GET /smuggled HTTP/1.1\r
                    Host: a\r
                    \r
                    """);
            assertThat(client.response().text()).isEqualTo("served");
            assertThat(client.response().status()).isEqualTo(400);
            client.expectClosed();
        }
        assertThat(site.asked("/smuggled")).isZero();
    }

    static Stream<Arguments> chunkings() {
        String more = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
        return Stream.of(
                Arguments.of("a size that is no number", "xyz\r\nabc\r\n0\r\n\r\n" + more),
                Arguments.of("a size with a sign", "+3\r\nabc\r\n0\r\n\r\n" + more),
                Arguments.of("a size with a prefix", "0x3\r\nabc\r\n0\r\n\r\n" + more),
                Arguments.of("an empty size", "\r\nabc\r\n0\r\n\r\n" + more),
                Arguments.of("a size beyond any number", "fffffffffffffffff\r\nabc\r\n0\r\n\r\n" + more),
                Arguments.of("a blank behind the size", "3 \r\nabc\r\n0\r\n\r\n" + more),
                Arguments.of("a bare LF behind the size", "3\nabc\r\n0\r\n\r\n" + more),
                Arguments.of("a bare LF in an extension", "3;a\nabc\r\n0\r\n\r\n" + more),
                Arguments.of("a chunk longer than its size", "3\r\nabcd\r\n0\r\n\r\n" + more),
                Arguments.of("a chunk without its CRLF", "3\r\nabc0\r\n\r\n" + more),
                Arguments.of("a bare LF behind a chunk", "3\r\nabc\n0\r\n\r\n" + more),
                Arguments.of("an extension without end", "3;" + "x".repeat(70_000) + "\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a trailer that is none", "3\r\nabc\r\n0\r\nnonsense\r\n\r\n" + more),
                Arguments.of("a bare LF behind a trailer", "3\r\nabc\r\n0\r\nX: y\n\r\n" + more),
                Arguments.of(
                        "trailers without end", "3\r\nabc\r\n0\r\n" + ("X: " + "y".repeat(100) + "\r\n").repeat(90)),
                Arguments.of("more than a body may have", "3e9\r\n" + "x".repeat(1001) + "\r\n0\r\n\r\n" + more));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("chunkings")
    void aBodyInBrokenChunksIsRefusedAndNeverWholeAtTheOrigin(String why, String body) throws Exception {
        int before = site.origin().requests().size();
        try (Client client = site.connect()) {
            client.send("POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
            Wire.Response response = client.response();
            assertThat(response.status()).as(response.toString()).isEqualTo(why.startsWith("more than") ? 413 : 400);
            assertThat(response.header("Connection")).contains("close");
            client.expectClosed();
        }
        assertThat(site.origin().requests())
                .as("no whole request reached the origin")
                .hasSize(before);
    }

    // ---- slow

    @Test
    void aHeadThatDoesNotArriveInTimeIsAnsweredWith408() throws Exception {
        try (Client client = site.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost: a\r\nX-Slow: ");
            Wire.Response response = client.response();
            assertThat(response.status()).isEqualTo(408);
            client.expectClosed();
        }
    }

    @Test
    void aHeadThatDripsIsNotGivenMoreTimeForEachByte() throws Exception {
        long start = System.nanoTime();
        try (Client client = site.connect()) {
            client.send("GET /x HTTP/1.1\r\nX: ");
            Until.holds(
                    "an answer comes although bytes keep coming",
                    SOON,
                    () -> {
                        client.send("y");
                        return client.hears(Duration.ofMillis(50));
                    },
                    heard -> heard);
            assertThat(client.response().status()).isEqualTo(408);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }

    @Test
    void aConnectionThatNobodyUsesIsClosed() throws Exception {
        try (Client client = site.connect()) {
            client.request("GET", "/x", "");
            assertThat(client.response().status()).isEqualTo(200);
            client.expectClosed();
        }
    }

    @Test
    void aVisitorThatTakesTheLastAnswerSlowlyGetsAllOfIt() throws Exception {
        // How much the system's buffers hold is not known: some of these pause when the edge has handed over the last
        // byte, but the visitor has not taken what the edge holds. They pause for longer than a connection lingers or
        // may be idle.
        int length = 8 << 20;
        site.page("/large", Say.bytes(200, new byte[length]).header("Cache-Control", "max-age=600"));
        assertThat(site.get("/large").body()).hasSize(length);
        List<Thread> readers = new ArrayList<>();
        AtomicInteger whole = new AtomicInteger();
        for (String field : List.of("Connection: close\r\n", "")) {
            for (int left = 256 << 10; left < length; left += 400 << 10) {
                int before = length - left;
                readers.add(Thread.ofVirtual().start(() -> {
                    try (Client client = Client.connect(site.port(), 16 << 10)) {
                        client.send("GET /large HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n");
                        client.head();
                        int got = client.read(before).length();
                        LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
                        got += client.read(length - before).length();
                        if (got == length) {
                            whole.incrementAndGet();
                        }
                    } catch (IOException broken) {
                        // Then it is not whole.
                    }
                }));
            }
        }
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(whole).hasValue(readers.size());
    }

    @Test
    void aBodyThatStopsHalfwayIsNotWaitedForAndNeverWholeAtTheOrigin() throws Exception {
        int before = site.origin().requests().size();
        try (Client client = site.connect()) {
            client.send("POST /halfway HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
            assertThat(client.response().status()).isEqualTo(408);
            client.expectClosed();
        }
        Until.holds("the origin sees it broken", SOON, () -> broken("/halfway"), broken -> broken == 1);
        assertThat(site.origin().requests()).hasSize(before);
    }
}
