package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.config.Zones;
import dev.selvage.edge.fill.Extent;
import dev.selvage.edge.http.ContentRange;
import dev.selvage.model.rules.Route;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginHeadTest {
    private final Zones zone = Zones.zone("z1", "site.example").host("site.example");
    private @Nullable SmallEdge edge;

    private SmallEdge edge() {
        SmallEdge running = edge;
        if (running == null) {
            running = new SmallEdge(zone);
            running.port = 8080;
            edge = running;
        }
        return running;
    }

    @AfterEach
    void close() {
        if (edge != null) {
            edge.close();
        }
    }

    /// The head that the origin sees of a request.
    private String sent(@Nullable Entry stale, boolean storable, String request) {
        edge().ask(request);
        return new String(
                OriginHead.encode(edge().exchange(), stale, storable, Extent.WHOLE), StandardCharsets.ISO_8859_1);
    }

    private String get(String... fields) {
        return sent(
                null,
                true,
                "GET /a?b HTTP/1.1\r\nHost: Site.Example.:8080\r\n"
                        + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n") + "\r\n");
    }

    @Test
    void theOriginSeesTheRequestAndWhoItComesFrom() {
        assertThat(get("Accept: x", "User-Agent: y")).matches("""
                        GET /a\\?b HTTP/1\\.1
                        Host: site\\.example:8080
                        accept: x
                        user-agent: y
                        X-Forwarded-For: 192\\.0\\.2\\.7
                        X-Forwarded-Proto: http
                        CF-Connecting-IP: 192\\.0\\.2\\.7
                        CF-IPCountry: NL
                        CF-Visitor: \\{"scheme":"http"\\}
                        CF-Ray: [0-9a-f]{16}-DEV
                        CDN-Loop: selvage

                        """.replace("\n", "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For",
                "X-Forwarded-Proto",
                "CF-Connecting-IP",
                "CF-Connecting-IPv6",
                "CF-IPCountry",
                "CF-Visitor",
                "CF-Ray",
                "CF-EW-Via",
                "CF-Worker",
                "True-Client-IP",
                "Expect",
                "Keep-Alive",
                "Proxy-Authorization",
                "TE",
                "Transfer_Encoding",
                "Content_Length",
                "Content.Length",
                "Proxy_Connection",
                "X_Forwarded.For"
            })
    void whatTheEdgeVouchesForIsNotTakenFromAVisitor(String name) {
        assertThat(get(name + ": forged", name.toLowerCase(java.util.Locale.ROOT) + ": forged"))
                .doesNotContain("forged");
    }

    @Test
    void whatConnectionNamesStaysBehind() {
        assertThat(get("Connection: X-Hop, close", "X-Hop: 1", "X-End: 2"))
                .contains("x-end: 2")
                .doesNotContainIgnoringCase("x-hop")
                .doesNotContainIgnoringCase("connection: ");
    }

    @Test
    void aTrustedProxyIsBelieved() {
        edge().address = SmallEdge.proxy();
        assertThat(get("X-Forwarded-For: 198.51.100.1", "X-Forwarded-Proto: https"))
                .contains(
                        "X-Forwarded-For: 198.51.100.1, 10.0.0.1\r\n",
                        "CF-Connecting-IP: 198.51.100.1\r\n",
                        "X-Forwarded-Proto: https\r\n",
                        "CF-Visitor: {\"scheme\":\"https\"}\r\n");
        assertThat(get("X-Forwarded-Proto: \"}evil")).contains("X-Forwarded-Proto: http\r\n");
    }

    @Test
    void theLoopGrows() {
        assertThat(get("CDN-Loop: other;v=1", "CDN-Loop: selvage"))
                .contains("CDN-Loop: other;v=1, selvage, selvage\r\n")
                .containsOnlyOnce("CDN-Loop");
    }

    @Test
    void whatIsToBeStoredIsAskedForWholeAndUnconditionally() {
        String[] fields = {
            "Range: bytes=0-1",
            "If-Range: \"1\"",
            "If-Match: \"1\"",
            "If-None-Match: \"1\"",
            "If-Modified-Since: x",
            "If-Unmodified-Since: x"
        };
        assertThat(get(fields)).doesNotContain("range: ", "if-");
        String passed = sent(
                null, false, "GET /a HTTP/1.1\r\nHost: site.example\r\n" + String.join("\r\n", fields) + "\r\n\r\n");
        assertThat(passed).contains("range: bytes=0-1\r\n", "if-none-match: \"1\"\r\n", "if-match: \"1\"\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Host",
                "X-Forwarded-Server",
                "X-Forwarded-Scheme",
                "X-Forwarded-Port",
                "X-Forwarded-Prefix",
                "X-Forwarded-SSL",
                "X_Forwarded_Host",
                "X-Host",
                "X-Original-URL",
                "X-Original-Host",
                "X-Rewrite-URL",
                "X-HTTP-Method-Override",
                "X-HTTP-Method",
                "X-Method-Override",
                "Front-End-Https",
                "X-Real-IP",
                "If_None_Match"
            })
    void whatIsToBeStoredIsAskedForWithoutClaimsThatTheKeyDoesNotHold(String name) {
        String[] fields = {name + ": forged", name.toUpperCase(java.util.Locale.ROOT) + ": forged"};
        assertThat(get(fields)).doesNotContain("forged");
        edge().address = SmallEdge.proxy();
        assertThat(get(fields)).as("a proxy passes on what visitors say").doesNotContain("forged");
        assertThat(sent(null, false, "POST / HTTP/1.1\r\nHost: site.example\r\n" + fields[0] + "\r\n\r\n"))
                .as("what is not stored harms nobody else")
                .contains("forged");
    }

    @Test
    void hostIsWhatTheKeyHoldsWhereTheResponseMayBeStored() {
        String request = "GET / HTTP/1.1\r\nHost: SITE.example.:1337\r\n\r\n";
        assertThat(sent(null, true, request)).contains("\r\nHost: site.example\r\n");
    }

    @Test
    void aRangeThatIsPassedOnStaysAsItCame() {
        get("Range: Bytes=-5", "If-Range: \"1\"", "If-None-Match: \"1\"");
        String head = new String(
                OriginHead.encode(edge().exchange(), null, true, new Extent.AsAsked()), StandardCharsets.ISO_8859_1);
        assertThat(head).contains("range: Bytes=-5\r\n", "if-range: \"1\"\r\n").doesNotContain("if-none-match");
    }

    @Test
    void theRestOfAPartIsAskedForUnderItsValidator() {
        Entry held = edge().store(
                        "z1", "site.example", "/a", new Storing.Yes(60, 0, 0, -1, false), 0, "01234", "etag", "\"1\"")
                .partial(new ContentRange(5, 9, 20));
        get("Range: bytes=7-12", "If-Range: \"1\"");
        String head = new String(
                OriginHead.encode(edge().exchange(), null, true, new Extent.Rest(held)), StandardCharsets.ISO_8859_1);
        assertThat(head)
                .contains("Range: bytes=10-\r\nIf-Range: \"1\"\r\n")
                .doesNotContain("7-12")
                .containsOnlyOnce("If-Range");
    }

    @Test
    void aStaleEntryIsAskedAboutByItsValidators() {
        String date = "Sun, 06 Nov 1994 08:49:37 GMT";
        Entry both = edge().store(
                        "z1",
                        "site.example",
                        "/x",
                        new Storing.No(dev.selvage.model.event.MissReason.NONE),
                        0,
                        "x",
                        "etag",
                        "\"7\"",
                        "last-modified",
                        date);
        assertThat(sent(both, true, "GET / HTTP/1.1\r\nHost: site.example\r\nIf-None-Match: \"1\"\r\n\r\n"))
                .contains("If-None-Match: \"7\"\r\n", "If-Modified-Since: " + date + "\r\n")
                .doesNotContain("\"1\"");
    }

    @ParameterizedTest
    @CsvSource({
        "'POST / HTTP/1.1\r\nHost: site.example\r\nContent-Length: 5\r\n\r\n',            'Content-Length: 5'",
        "'POST / HTTP/1.1\r\nHost: site.example\r\nContent-Length: 0\r\n\r\n',            'Content-Length: 0'",
        "'POST / HTTP/1.1\r\nHost: site.example\r\nTransfer-Encoding: Chunked\r\n\r\n',   'Transfer-Encoding: chunked'",
    })
    void theBodyIsFramedAsItCame(String request, String framing) {
        assertThat(sent(null, false, request))
                .contains(framing + "\r\n")
                .containsOnlyOnce(framing.substring(0, framing.indexOf(':')));
    }

    @Test
    void aRequestWithoutABodyHasNoFraming() {
        assertThat(get()).doesNotContain("Content-Length", "Transfer-Encoding");
    }

    @Test
    void anUpgradeIsAskedFor() {
        assertThat(get("Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: x"))
                .contains("Connection: Upgrade\r\nUpgrade: websocket\r\n", "sec-websocket-key: x\r\n");
        assertThat(get("Connection: Upgrade", "Upgrade: h2c, WebSocket")).contains("\r\nUpgrade: websocket\r\n");
        assertThat(get("Upgrade: websocket")).doesNotContainIgnoringCase("upgrade");
        assertThat(get("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQ"))
                .doesNotContainIgnoringCase("upgrade")
                .doesNotContainIgnoringCase("settings");
    }

    @Test
    void aRuleReplacesHost() {
        zone.originRules.add(Zones.rule("true", new Route("origin.example", null, null, null)));
        assertThat(get()).contains("Host: origin.example\r\n").doesNotContain("site.example");
        assertThat(OriginHead.name(edge().exchange())).isEqualTo("origin.example");
    }

    @ParameterizedTest
    @CsvSource({
        "site.example,      site.example",
        "SITE.example.,     site.example",
        "site.example:8080, site.example:8080",
        "site.example:80,   site.example",
        "site.example:1337, site.example",
        "site.example:443,  site.example",
    })
    void theOriginIsToldTheHostAsTheKeyKnowsIt(String host, String told) {
        assertThat(sent(null, true, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .contains("\r\nHost: " + told + "\r\n");
        assertThat(sent(null, true, "GET http://" + host + "/ HTTP/1.1\r\nHost: evil.example:8080\r\n\r\n"))
                .contains("\r\nHost: " + told + "\r\n")
                .doesNotContain("evil");
    }

    @Test
    void theTargetIsToldAsTheKeyKnowsIt() {
        assertThat(sent(null, true, "GET /x/%2e%2e/%7ea%2fb?%7e HTTP/1.1\r\nHost: site.example\r\n\r\n"))
                .startsWith("GET /~a%2Fb?%7e HTTP/1.1\r\n");
    }

    @Test
    void theNameForTlsHasNoPort() {
        get();
        assertThat(OriginHead.name(edge().exchange())).isEqualTo("site.example");
    }

    @Test
    void anAbsoluteTargetIsSentInItsUsualForm() {
        assertThat(sent(null, true, "GET http://site.example:8080/x?y HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
                .startsWith("GET /x?y HTTP/1.1\r\nHost: site.example:8080\r\n")
                .doesNotContain("evil");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CF_Connecting_IP: 1.1.1.1",
                "X_Forwarded-For: 1.1.1.1",
                "Forwarded: for=1.1.1.1",
                "CF_RAY: 1.1.1.1"
            })
    void lookAlikesOfOurFieldsDoNotReachTheOrigin(String field) {
        assertThat(get(field)).doesNotContain("1.1.1.1");
    }

    @Test
    void forTheCacheTheOriginIsAskedInTheNormalForm() {
        String cached = "GET /a.css HTTP/1.1\r\nHost: Site.Example\r\n";
        assertThat(sent(null, true, cached + "Accept-Encoding: br;q=0.5, deflate\r\naccept-encoding: x-gzip\r\n\r\n"))
                .containsOnlyOnce("ccept-")
                .contains("Accept-Encoding: gzip, br\r\n");
        assertThat(sent(null, true, cached + "Accept-Encoding: deflate\r\n\r\n"))
                .contains("Accept-Encoding: identity\r\n");
        assertThat(sent(null, true, cached + "\r\n")).doesNotContain("ccept-");
    }

    @Test
    void whatTheCacheHasNothingToDoWithKeepsTheVisitorsWords() {
        assertThat(get("Accept-Encoding: br;q=0.5, deflate")).contains("accept-encoding: br;q=0.5, deflate\r\n");
    }
}
