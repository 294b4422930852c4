package dev.selvage.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoOriginTest {
    private static final List<AccessLog.Entry> LOG = List.of(
            entry("GET", "/a.png", 304, 0),
            entry("GET", "/a.png", 200, 150_000),
            entry("GET", "/a.png", 200, 90_000),
            entry("GET", "/a.png", 206, 100),
            entry("GET", "/", 200, 10),
            entry("GET", "/style.css?v=2", 200, 20),
            entry("GET", "/unchanged.js", 304, 0),
            entry("GET", "/gone", 404, 33),
            entry("GET", "/dir", 301, 44),
            entry("GET", "/broken", 500, 0),
            entry("GET", "/broken", 200, 7),
            entry("OPTIONS", "/", 500, 5));

    private final HttpClient client = HttpClient.newHttpClient();
    private DemoOrigin origin;

    @BeforeEach
    void start() throws IOException {
        origin = DemoOrigin.start(Site.of(LOG));
    }

    @AfterEach
    void stop() {
        origin.close();
        client.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /a.png, 200, 150000, image/png",
        "GET, /, 200, 10, text/html; charset=utf-8",
        "GET, /style.css?v=2, 200, 20, text/css",
        "GET, /unchanged.js, 200, 4096, text/javascript",
        "GET, /gone, 404, 33, text/html; charset=utf-8",
        "GET, /dir, 301, 44, text/html; charset=utf-8",
        "GET, /broken, 200, 7, text/html; charset=utf-8",
        "GET, /never-seen, 404, 0, text/html; charset=utf-8",
        "OPTIONS, /, 500, 5, text/html; charset=utf-8"
    })
    void aPageHasItsLoggedStatusSizeAndType(String method, String target, int status, int size, String type)
            throws Exception {
        HttpResponse<byte[]> answer = ask(method, target);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(DemoOrigin.body(target, 0, size));
        assertThat(answer.headers().firstValue("Content-Type")).contains(type);
        assertThat(answer.headers().firstValue("Cache-Control").isPresent()).isEqualTo(status == 200);
    }

    @Test
    void whatWasFoundMayBeCachedForAnHour() throws Exception {
        assertThat(ask("GET", "/").headers().firstValue("Cache-Control")).contains("public, max-age=3600");
    }

    @Test
    void aBodyIsTheSameEachTimeAndNotThatOfAnotherPage() throws Exception {
        assertThat(ask("GET", "/a.png").body()).isEqualTo(ask("GET", "/a.png").body());
        assertThat(DemoOrigin.body("/a.png", 0, 100)).isNotEqualTo(DemoOrigin.body("/", 0, 100));
    }

    @Test
    void anUnchangedPageIsNotSentAgain() throws Exception {
        String etag = ask("GET", "/a.png").headers().firstValue("ETag").orElseThrow();
        for (String field : List.of(etag, "W/" + etag, "\"x\", " + etag, "*")) {
            HttpResponse<byte[]> answer = ask("GET", "/a.png", "If-None-Match", field);
            assertThat(answer.statusCode()).isEqualTo(304);
            assertThat(answer.headers().firstValue("ETag")).contains(etag);
        }
        assertThat(ask("GET", "/a.png", "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"bytes=0-99, 0, 100", "bytes=140000-, 140000, 150000", "bytes=-5, 149995, 150000"})
    void aRangeIsSentAlone(String range, int from, int to) throws Exception {
        HttpResponse<byte[]> answer = ask("GET", "/a.png", "Range", range);
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes " + from + "-" + (to - 1) + "/150000");
        assertThat(answer.body()).isEqualTo(DemoOrigin.body("/a.png", from, to));
    }

    @ParameterizedTest
    @CsvSource({"bytes=150000-", "bytes=5-4", "bytes=x-", "bytes=", "bytes=-0"})
    void aRangeThatIsNotThereIsRefused(String range) throws Exception {
        HttpResponse<byte[]> answer = ask("GET", "/a.png", "Range", range);
        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes */150000");
    }

    @Test
    void aHeadHasNoBodyAndTheConnectionGoesOn() throws Exception {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), origin.uri().getPort())) {
            socket.getOutputStream()
                    .write(
                            "HEAD /a.png HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Head first = Objects.requireNonNull(Head.read(in, 1_000));
            assertThat(first.field("content-length")).isEqualTo("150000");
            Head second = Objects.requireNonNull(Head.read(in, 1_000));
            assertThat(second.status()).isEqualTo(200);
            assertThat(in.readAllBytes()).isEqualTo(DemoOrigin.body("/", 0, 10));
        }
    }

    @Test
    void requestsAndBytesAreCounted() throws Exception {
        ask("GET", "/a.png");
        ask("GET", "/");
        assertThat(origin.requests()).isEqualTo(2);
        assertThat(origin.bytes()).isBetween(150_010L, 150_010L + 1_000);
    }

    @Test
    void whatIsNotHttpEndsOnlyItsConnection() throws Exception {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), origin.uri().getPort())) {
            socket.getOutputStream().write("x\r\ncontent-length: y\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
    }

    private HttpResponse<byte[]> ask(String method, String target, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin.uri() + target))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static AccessLog.Entry entry(String method, String target, int status, long bytes) {
        return new AccessLog.Entry("1.2.3.0", 0, method, target, status, bytes, "", "");
    }
}
