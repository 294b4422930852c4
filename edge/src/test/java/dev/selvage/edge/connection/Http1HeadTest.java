package dev.selvage.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.CachePlan.BrowserTtl;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.cache.Variance;
import dev.selvage.edge.coding.Coding;
import dev.selvage.edge.config.Zones;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.loop.TextBuffer;
import dev.selvage.edge.request.Exchange;
import dev.selvage.edge.request.Response;
import dev.selvage.edge.request.SmallEdge;
import dev.selvage.model.rules.Computed;
import dev.selvage.model.rules.ModifyHeaders;
import dev.selvage.model.zone.CacheLevel;
import dev.selvage.model.zone.CacheSettings;
import dev.selvage.model.zone.DefaultCaching;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http1HeadTest {
    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final byte[] NOW = "Mon, 07 Nov 1994 08:49:37 GMT".getBytes(StandardCharsets.US_ASCII);

    private final SmallEdge edge = new SmallEdge(Zones.zone("z1", "site.example"));
    private final Exchange exchange = edge.exchange();
    private final Response response = exchange.response();

    @BeforeEach
    void aPlainResponse() {
        edge.ask("GET / HTTP/1.1\r\nHost: unknown.example\r\n\r\n");
        response.status = 200;
        response.entry = null;
        response.text = null;
        response.fields = Headers.EMPTY;
        response.start = 0;
        response.end = 10;
        response.whole = -1;
        response.offset = 0;
        response.multipart = null;
        response.withBody = true;
        response.age = -1;
        response.cacheStatus = "Selvage; hit";
        response.hasTtl = true;
        response.ttl = 42;
        response.cacheStatusDetail = "; detail=x";
        response.browserTtl = BrowserTtl.RESPECT;
        response.close = false;
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private static Entry entry(int status, String... fields) {
        return new Entry(
                status,
                Headers.of(fields),
                new Body(UnpooledByteBufAllocator.DEFAULT, Runnable::run, 0),
                10,
                new Storing.Yes(60, 0, 0, -1, false),
                new PurgeFences.Birth(0, 0),
                0,
                new Entry.Selection(_ -> null, Variance.AS_SENT, ""));
    }

    private static String text(TextBuffer out) {
        ByteBuf bytes = Unpooled.buffer();
        out.writeTo(bytes);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private String written() {
        TextBuffer out = new TextBuffer();
        Http1Head.write(out, exchange, "DEV".getBytes(StandardCharsets.US_ASCII), NOW);
        String head = text(out);
        assertThat(head).endsWith("\r\n\r\n").doesNotContainPattern("[^\r]\n|\r[^\n]");
        assertThat(head.indexOf("\r\n\r\n")).isEqualTo(head.length() - 4);
        return head.substring(0, head.length() - 2);
    }

    @Test
    void anEntrysHeadCarriesItsFieldsAndOurs() {
        response.entry = entry(
                200,
                "date",
                DATE,
                "content-type",
                "text/html",
                "etag",
                "\"1\"",
                "x-frame-options",
                "DENY",
                "vary",
                "a",
                "vary",
                "b");
        response.age = 7;
        assertThat(written())
                .matches("(?s)HTTP/1\\.1 200 OK\r\n"
                        + "Date: " + DATE + "\r\n"
                        + "Content-Type: text/html\r\n"
                        + "ETag: \"1\"\r\n"
                        + "X-Frame-Options: DENY\r\n"
                        + "Vary: a\r\nVary: b\r\n"
                        + "Content-Length: 10\r\n"
                        + "Age: 7\r\n"
                        + "CF-Cache-Status: NONE\r\n"
                        + "Cache-Status: Selvage; hit; ttl=42; detail=x\r\n"
                        + "CF-Ray: [0-9a-f]{16}-DEV\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"age", "content-length", "cf-cache-status", "cf-ray", "cache-tag", "content-range"})
    void anOriginDoesNotSpeakForUs(String name) {
        response.entry = entry(200, "date", DATE, name, "forged");
        String head = written();
        if (name.equals("content-range")) {
            assertThat(head).as("a part that the origin sent keeps its range").contains("forged");
        } else {
            assertThat(head).doesNotContain("forged");
        }
    }

    @Test
    void anEntryWithoutADateGetsOne() {
        response.entry = entry(200);
        assertThat(written()).containsOnlyOnce("Date: ");
    }

    @Test
    void theEncodedHeadIsMadeOnceForEachBrowserTtl() {
        Entry entry = entry(200, "date", DATE, "cache-control", "max-age=5", "expires", DATE);
        response.entry = entry;
        assertThat(written()).contains("Cache-Control: max-age=5\r\n", "Expires: ");
        Entry.EncodedHead first = entry.encoded(null);
        written();
        assertThat(entry.encoded(null)).isSameAs(first);
        response.browserTtl = new BrowserTtl(BrowserTtl.Form.EXACTLY, 90);
        assertThat(written())
                .contains("Cache-Control: max-age=90\r\n")
                .doesNotContain("Expires")
                .doesNotContain("max-age=5");
        response.browserTtl = BrowserTtl.RESPECT;
        assertThat(written()).contains("max-age=5");
    }

    @Test
    void aPartNamesItsRangeAndLength() {
        response.entry = entry(200, "date", DATE, "content-type", "text/html");
        response.status = 206;
        response.start = 2;
        response.end = 5;
        response.whole = 10;
        assertThat(written())
                .startsWith("HTTP/1.1 206 Partial Content\r\n")
                .contains("Content-Range: bytes 2-4/10\r\n", "Content-Length: 3\r\n", "Content-Type: text/html\r\n");
    }

    @Test
    void aPartOfAPartNamesItsPlaceInTheWhole() {
        response.entry = entry(200, "date", DATE);
        response.status = 206;
        response.start = 2;
        response.end = 5;
        response.offset = 1_000;
        response.whole = 2_000;
        assertThat(written()).contains("Content-Range: bytes 1002-1004/2000\r\n", "Content-Length: 3\r\n");
    }

    @Test
    void anImpossiblePartNamesTheLength() {
        response.entry = entry(200, "date", DATE, "content-type", "text/html", "etag", "\"1\"", "x", "1");
        response.status = 416;
        response.end = 0;
        response.whole = 10;
        assertThat(written())
                .startsWith("HTTP/1.1 416 Range Not Satisfiable\r\n")
                .contains("Content-Range: bytes */10\r\n", "Content-Length: 0\r\n", "X: 1\r\n")
                .doesNotContain("Content-Type", "ETag");
    }

    @Test
    void a304RepeatsWhatTheStandardNamesAndHasNoLength() {
        response.entry = entry(
                200,
                "date",
                DATE,
                "content-type",
                "text/html",
                "etag",
                "\"1\"",
                "cache-control",
                "max-age=1",
                "expires",
                DATE,
                "vary",
                "a",
                "content-location",
                "/x",
                "last-modified",
                DATE,
                "set-cookie",
                "a=b");
        response.status = 304;
        response.end = 0;
        assertThat(written())
                .startsWith("HTTP/1.1 304 Not Modified\r\n")
                .contains("ETag: ", "Cache-Control: ", "Expires: ", "Vary: ", "Content-Location: ", "Last-Modified: ")
                .doesNotContain("Content-Length", "Content-Type", "Set-Cookie");
    }

    @Test
    void a204HasNoLengthAndNoCoding() {
        response.entry = entry(204, "date", DATE);
        response.status = 204;
        response.end = -1;
        assertThat(written()).doesNotContain("Content-Length", "Transfer-Encoding");
    }

    @Test
    void aBodyOfUnknownLengthIsChunkedForThoseWhoCanReadIt() {
        response.entry = entry(200, "date", DATE);
        response.end = -1;
        assertThat(written()).contains("Transfer-Encoding: chunked\r\n").doesNotContain("Content-Length");
        response.withBody = false;
        assertThat(written()).as("HEAD").doesNotContain("Transfer-Encoding", "Content-Length");
        edge.ask("GET / HTTP/1.0\r\n\r\n");
        response.status = 200;
        response.entry = entry(200, "date", DATE);
        response.end = -1;
        assertThat(written()).as("HTTP/1.0").doesNotContain("Transfer-Encoding");
    }

    @Test
    void theConnectionsEndIsAnnounced() {
        assertThat(written()).doesNotContain("Connection");
        response.close = true;
        assertThat(written()).contains("Connection: close\r\n");
        edge.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        response.close = false;
        assertThat(written()).contains("Connection: keep-alive\r\n");
    }

    @Test
    void aTextOfOurOwnHasADateAndNoCacheStatusOfAnEntry() {
        response.status = 523;
        response.fields = Headers.of("content-type", "text/plain");
        assertThat(written())
                .startsWith("HTTP/1.1 523 Origin Is Unreachable\r\nDate: " + new String(NOW, StandardCharsets.US_ASCII))
                .contains("Content-Type: text/plain\r\n", "Content-Length: 10\r\n")
                .doesNotContain("CF-Cache-Status");
    }

    @Test
    void aSwitchOfProtocolsNamesTheProtocol() {
        TextBuffer out = new TextBuffer();
        Http1Head.writeSwitching(out, Headers.of("sec-websocket-accept", "x"), "websocket");
        assertThat(text(out)).isEqualTo("""
                        HTTP/1.1 101 Switching Protocols
                        Connection: Upgrade
                        Upgrade: websocket
                        Sec-Websocket-Accept: x

                        """.replace("\n", "\r\n"));
    }

    @Test
    void aRefusalIsWholeAndCloses() {
        TextBuffer out = new TextBuffer();
        Http1Head.writeRefusal(out, 431, "the head is larger than 8 bytes", NOW);
        String text = text(out);
        String body = text.substring(text.indexOf("\r\n\r\n") + 4);
        assertThat(text)
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\nDate: ")
                .contains("Connection: close\r\n", "Content-Length: " + body.length() + "\r\n");
        assertThat(body).isEqualTo("431: the head is larger than 8 bytes\n");
    }

    @Test
    void aFormInACodingSaysSoAndItsTagIsWeak() {
        response.entry = entry(
                200,
                "date",
                DATE,
                "content-type",
                "text/html",
                "etag",
                "\"1\"",
                "accept-ranges",
                "bytes",
                "content-digest",
                "sha-256=:AA==:",
                "content-md5",
                "AA==");
        response.negotiated = true;
        assertThat(written())
                .contains("ETag: \"1\"\r\n", "Vary: Accept-Encoding\r\n", "Content-Digest: ", "Accept-Ranges: bytes")
                .doesNotContain("Content-Encoding");
        response.coding = Coding.BROTLI;
        assertThat(written())
                .contains("ETag: W/\"1\"\r\n", "Content-Encoding: br\r\n", "Vary: Accept-Encoding\r\n")
                .doesNotContain("Accept-Ranges")
                .doesNotContain("Content-Digest")
                .doesNotContain("Content-MD5");
        response.coding = Coding.GZIP;
        assertThat(written()).contains("Content-Encoding: gzip\r\n");
        response.coding = null;
        assertThat(written()).contains("ETag: \"1\"\r\n").doesNotContain("Content-Encoding");
    }

    @Test
    void a304HasTheTagOfTheFormThatWouldBeSentButNoCoding() {
        response.entry = entry(200, "date", DATE, "etag", "\"1\"", "content-type", "text/html");
        response.status = 304;
        response.negotiated = true;
        response.coding = Coding.ZSTD;
        assertThat(written())
                .contains("ETag: W/\"1\"\r\n", "Vary: Accept-Encoding\r\n")
                .doesNotContain("Content-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"accept-encoding", "Origin, Accept-Encoding", "*"})
    void whatVariesByCodingAlreadyIsNotSaidAgain(String vary) {
        response.entry = entry(200, "date", DATE, "content-type", "text/html", "vary", vary);
        response.negotiated = true;
        assertThat(written()).containsOnlyOnce("Vary: ").contains("Vary: " + vary);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {"\"a\" | W/\"a\"", "W/\"a\" | W/\"a\"", "unquoted | ''", "w/\"a\" | ''"})
    void onlyATagIsMadeAWeakOne(String etag, String weak) {
        response.entry = entry(200, "date", DATE, "etag", etag);
        response.coding = Coding.GZIP;
        String head = written();
        if (weak.isEmpty()) {
            assertThat(head).doesNotContain("ETag");
        } else {
            assertThat(head).contains("ETag: " + weak + "\r\n");
        }
    }

    @Test
    void whatRulesChangeOfAHeadIsNotKeptForTheNext() {
        Zones zone = Zones.zone("z1", "site.example").host("site.example");
        zone.caching = DefaultCaching.RFC9111;
        zone.responseHeaders.add(Zones.rule(
                "http.request.uri.query eq \"a\"",
                new ModifyHeaders(List.of(
                        new ModifyHeaders.Change("x-set", ModifyHeaders.Operation.SET, Computed.of("1")),
                        new ModifyHeaders.Change("x-powered-by", ModifyHeaders.Operation.REMOVE, null),
                        new ModifyHeaders.Change("link", ModifyHeaders.Operation.ADD, Computed.of("<b>")),
                        new ModifyHeaders.Change("content-length", ModifyHeaders.Operation.SET, Computed.of("1")),
                        new ModifyHeaders.Change("connection", ModifyHeaders.Operation.SET, Computed.of("close")),
                        new ModifyHeaders.Change("date", ModifyHeaders.Operation.REMOVE, null)))));
        zone.cache = new CacheSettings(CacheLevel.SIMPLIFIED, 0, 0, 0, false, false, 0);
        try (SmallEdge ruled = new SmallEdge(zone)) {
            ruled.store("z1", "site.example", "/", 0, "0123456789", "x-powered-by", "php", "x-set", "0", "link", "<a>");
            String plain = head(ruled, "/");
            assertThat(plain)
                    .contains("X-Powered-By: php\r\n", "X-Set: 0\r\n", "Link: <a>\r\n")
                    .doesNotContain("<b>");
            for (int i = 0; i < 2; i++) {
                assertThat(head(ruled, "/?a"))
                        .contains("X-Set: 1\r\n", "Link: <a>\r\n", "Link: <b>\r\n", "Content-Length: 10\r\n", "Date: ")
                        .doesNotContain("X-Powered-By", "X-Set: 0", "Content-Length: 1\r\n", "Connection: close");
                assertThat(head(ruled, "/")).isEqualTo(plain);
            }
        }
    }

    private static String head(SmallEdge edge, String target) {
        TextBuffer out = new TextBuffer();
        edge.delivering = x -> Http1Head.write(out, x, new byte[] {'T'}, NOW);
        edge.get(target);
        String head = text(out);
        // All but what is another each time.
        return head.substring(0, head.indexOf("CF-Ray"));
    }
}
