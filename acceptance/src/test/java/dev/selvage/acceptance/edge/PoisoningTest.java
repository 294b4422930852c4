package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Api;
import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What one visitor does to a request, or an origin to its response, never becomes another visitor's answer.
///
/// In each scenario an attacker asks first, and an innocent visitor asks for the same afterwards. The origin believes
/// everything it is told and repeats it.
@Timeout(60)
class PoisoningTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /// A zone made through the API: what is cached goes by the path's ending.
    private static final String ZONE = "shop.example";

    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    static Path directory;

    private static Site site;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "client.max-head: 32KiB\n");
        api = site.program().api();
        zone(ZONE);
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static String zone(String name) throws Exception {
        String id = api.createZone(name);
        api.proxy(id, name, site.origin().port());
        site.page("/here", Say.ok(name).header("Cache-Control", "no-store"));
        Until.holds("served", SOON, () -> site.get("/here", "Host: " + name).text(), name::equals);
        return id;
    }

    /// A path that no other scenario uses.
    private static String path(String ending) {
        return "/p" + NUMBER.incrementAndGet() + ending;
    }

    /// All that the origin was told, as a page.
    private static String mirror(Wire.Request request) {
        return request.head().line() + "\n"
                + request.head().fields().stream()
                        .map(field -> field.name() + ": " + field.value())
                        .collect(Collectors.joining("\n"))
                + "\n" + request.text();
    }

    private static Function<Wire.Request, Say> mirroring(String... fields) {
        return request -> {
            Say said = Say.ok(mirror(request));
            for (String field : fields) {
                said = said.header(field.substring(0, field.indexOf(':')), field.substring(field.indexOf(':') + 2));
            }
            return said;
        };
    }

    // ---- fields that are no part of the key

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Host",
                "X-Forwarded-Server",
                "X-Forwarded-Scheme",
                "X-Forwarded-Proto",
                "X-Forwarded-Port",
                "X-Forwarded-Prefix",
                "X-Forwarded-SSL",
                "X-Forwarded-For",
                "Forwarded",
                "X-Host",
                "X-Original-URL",
                "X-Original-Host",
                "X-Rewrite-URL",
                "X-HTTP-Method-Override",
                "X-HTTP-Method",
                "X-Method-Override",
                "Front-End-Https",
                "True-Client-IP",
                "X-Real-IP",
                "Client-IP",
                "CF-Connecting-IP",
                "X_Forwarded_Host",
                "X.Forwarded.Host",
                "x-Original_URL",
                "Transfer_Encoding",
                "Content_Length"
            })
    void aClaimThatTheKeyDoesNotHoldNeverReachesAnOriginWhoseAnswerIsStored(String name) throws Exception {
        String path = path("");
        site.page(path, mirroring("Cache-Control: max-age=60"));
        assertThat(site.get(path, name + ": evil.example").text()).doesNotContain("evil");
        Wire.Response innocent = site.get(path);
        assertThat(Site.status(innocent)).isEqualTo("HIT");
        assertThat(innocent.text()).doesNotContain("evil");
        assertThat(mirror(site.last(path)))
                .doesNotContainIgnoringCase(name.equals("X-Forwarded-For") ? "evil" : name + ": evil");
    }

    @Test
    void whatIsNotStoredMayCarryClaims() throws Exception {
        String path = path("");
        site.page(path, mirroring());
        assertThat(site.ask("POST", path, "x", "X-Forwarded-Host: evil.example").text())
                .as("nobody but its sender gets the answer")
                .contains("evil.example");
    }

    @Test
    void whatOrdinarySitesNegotiateByReachesTheOrigin() throws Exception {
        String path = path("");
        site.page(path, mirroring("Cache-Control: max-age=60"));
        String[] fields = {
            "User-Agent: Reader/1", "Accept: image/avif", "Accept-Language: de", "Referer: http://x/", "Cookie: a=b"
        };
        assertThat(site.get(path, fields).text()).contains(List.of("Reader/1", "image/avif", "http://x/", "a=b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin", "Accept-Encoding", "X-Other"})
    void anOriginThatAllowsWhoeverAsksAllowsNobodyElse(String vary) throws Exception {
        // Also where it forgets to say that it went by Origin.
        String path = path("");
        site.page(
                path,
                request -> Say.ok("x")
                        .header(
                                "Access-Control-Allow-Origin",
                                request.header("Origin").orElse("none"))
                        .header("Vary", vary)
                        .header("Cache-Control", "max-age=60"));
        site.get(path, "Origin: http://evil.example");
        assertThat(site.get(path, "Origin: http://good.example").header("Access-Control-Allow-Origin"))
                .contains("http://good.example");
        assertThat(site.get(path).header("Access-Control-Allow-Origin")).contains("none");
    }

    @Test
    void aFieldThatTheOriginNeverSawSelectsNothing() throws Exception {
        // What Connection names stays at the edge: the answer is the one for nobody's language.
        String path = path("");
        site.page(
                path,
                request -> Say.ok(request.header("X-Language").orElse("none"))
                        .header("Vary", "X-Language")
                        .header("Cache-Control", "max-age=60"));
        site.get(path, "X-Language: de", "Connection: X-Language");
        assertThat(site.get(path, "X-Language: de").text()).isEqualTo("de");
        assertThat(site.get(path).text()).isEqualTo("none");
    }

    @Test
    void connectionCannotHideWhatSelectsTheAnswer() throws Exception {
        String path = path("");
        site.page(
                path,
                request -> Say.ok(request.header("Accept-Language").orElse("none"))
                        .header("Vary", "Accept-Language")
                        .header("Cache-Control", "max-age=60"));
        site.get(path, "Accept-Language: de", "Connection: Accept-Language");
        assertThat(site.get(path, "Accept-Language: de").text()).isEqualTo("de");
    }

    @Test
    void connectionCannotHideThatARequestWasAuthorized() throws Exception {
        String path = path("");
        site.page(path, mirroring("Cache-Control: max-age=60"));
        assertThat(site.get(path, "Authorization: Basic c2VjcmV0", "Connection: Authorization")
                        .text())
                .contains("c2VjcmV0");
        assertThat(site.get(path).text()).doesNotContain("c2VjcmV0");
    }

    @ParameterizedTest
    @CsvSource({
        "Cache-Control, private",
        "Cache-Control, no-store",
        "Set-Cookie, session=secret",
        "Vary, *",
    })
    void anOriginsConnectionFieldCannotHideWhatForbidsStoring(String name, String value) throws Exception {
        // A path that the zone gives two hours by default.
        String path = path(".css");
        site.page(
                path,
                request -> Say.ok(request.header("Cookie").orElse("nobody"))
                        .header(name, value)
                        .header("Connection", "keep-alive, " + name));
        site.get(path, "Host: " + ZONE, "Cookie: secret");
        assertThat(site.get(path, "Host: " + ZONE).text()).isEqualTo("nobody");
    }

    // ---- the host

    @ParameterizedTest
    @ValueSource(strings = {"SHOP.example", "shop.example.", "shop.example:1337", "Shop.Example.:80", "shop.example:"})
    void anOriginThatRepeatsTheHostRepeatsTheOneOfTheKey(String host) throws Exception {
        String path = path(".css");
        site.page(
                path,
                request -> Say.status(301, "")
                        .header("Location", "http://" + request.header("Host").orElseThrow() + "/moved"));
        site.get(path, "Host: " + host);
        Wire.Response innocent = site.get(path, "Host: " + ZONE);
        assertThat(Site.status(innocent)).isEqualTo("HIT");
        assertThat(innocent.header("Location")).contains("http://shop.example/moved");
    }

    @Test
    void theHostOfAnAbsoluteTargetIsTheOneOfTheKey() throws Exception {
        String path = path(".css");
        site.page(path, request -> Say.ok(request.header("Host").orElseThrow()));
        try (Client client = site.connect()) {
            client.send("GET http://SHOP.example:99" + path + " HTTP/1.1\r\nHost: evil.example\r\n\r\n");
            assertThat(client.response().text()).isEqualTo(ZONE);
        }
        assertThat(site.get(path, "Host: " + ZONE).text()).isEqualTo(ZONE);
        assertThat(site.asked(path)).isEqualTo(1);
    }

    @Test
    void twoSitesOnOneConnectionStayApart() throws Exception {
        zone("left.example");
        zone("right.example");
        String path = path(".css");
        site.page(path, request -> Say.ok(request.header("Host").orElseThrow()));
        String[] hosts = {"left.example", "right.example", "RIGHT.example", "left.example:80", "right.example"};
        StringBuilder all = new StringBuilder();
        for (String host : hosts) {
            all.append("GET ")
                    .append(path)
                    .append(" HTTP/1.1\r\nHost: ")
                    .append(host)
                    .append("\r\n\r\n");
        }
        all.append("GET http://left.example").append(path).append(" HTTP/1.1\r\nHost: right.example\r\n\r\n");
        for (int round = 0; round < 2; round++) {
            try (Client client = site.connect()) {
                client.send(all.toString());
                for (String expected : List.of("left", "right", "right", "left", "right", "left")) {
                    assertThat(client.response().text()).isEqualTo(expected + ".example");
                }
            }
        }
    }

    // ---- the path

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/account/x.css",
                "/account/x.jpg",
                "/account;x.css",
                "/account%3Bx.css",
                "/account%00.css",
                "/account%0A.css",
                "/account%23x.css",
                "/account%3fx.css",
                "/account%2fx.css",
                "/account%5Cx.css",
                "/account/%2e%2e/x.css",
                "/static/..%2faccount.css",
                "/account.css;jsessionid=1",
                "/account?x.css",
                "/account?x=/x.css",
                "/account/x.css/",
                "/account/x.CSS"
            })
    void aPageThatPretendsToBeAFileIsNotStored(String target) throws Exception {
        // The origin ignores whatever follows the page's name, and makes the page for whoever is logged in.
        String salted = target + (target.contains("?") ? "&" : "?") + NUMBER.incrementAndGet();
        accounts(salted);
        site.get(salted, "Host: " + ZONE, "Cookie: session=victim");
        assertThat(site.get(salted, "Host: " + ZONE).text()).doesNotContain("victim");
    }

    private static void accounts(String target) {
        int question = target.indexOf('?');
        site.page(
                target.substring(0, question),
                request -> Say.ok("Hello " + request.header("Cookie").orElse("nobody"))
                        .header("Content-Type", "text/html; charset=utf-8"));
    }

    @ParameterizedTest
    @CsvSource({
        ".css, text/css",
        ".js, text/javascript",
        ".jpg, image/webp",
        ".gif, video/webm",
        ".woff2, application/octet-stream",
        ".pdf, application/pdf",
        ".svg, image/svg+xml"
    })
    void aFileIsStoredByItsName(String ending, String type) throws Exception {
        String path = path(ending);
        site.page(path, Say.ok("x").header("Content-Type", type));
        site.get(path, "Host: " + ZONE);
        assertThat(Site.status(site.get(path, "Host: " + ZONE))).isEqualTo("HIT");
    }

    @Test
    void aPageUnderAFilesNameIsStoredWhenItsOriginSaysSo() throws Exception {
        String path = path(".css");
        site.page(path, Say.ok("x").header("Content-Type", "text/html").header("Cache-Control", "public, max-age=60"));
        site.get(path, "Host: " + ZONE);
        assertThat(Site.status(site.get(path, "Host: " + ZONE))).isEqualTo("HIT");
    }

    // ---- the query

    @Test
    void everyWayToWriteAQueryIsAKeyOfItsOwn() throws Exception {
        String path = path("");
        site.page(path, request -> Say.ok(request.target()).header("Cache-Control", "max-age=60"));
        List<String> queries = List.of(
                "",
                "?",
                "?a=1&b=2",
                "?b=2&a=1",
                "?a=1%26b=2",
                "?a=1;b=2",
                "?a=1%3Bb=2",
                "?a=1&a=2",
                "?a=2&a=1",
                "?A=1",
                "?a=1",
                "?a=%31",
                "?%61=1",
                "?a=1&",
                "?&a=1",
                "?a",
                "?a=",
                "??a=1",
                "?a=1?b=2",
                "?a=1&utm_source=x",
                "?a=1&_method=POST",
                "?a=1%00",
                "?a=1%0d%0aX:y",
                "?a+b",
                "?a%20b",
                "?callback=x");
        for (int round = 0; round < 2; round++) {
            for (String query : queries) {
                Wire.Response response = site.get(path + query);
                assertThat(response.text()).isEqualTo(path + query);
                assertThat(Site.status(response)).as(query).isEqualTo(round == 0 ? "MISS" : "HIT");
            }
        }
    }

    @Test
    void whereQueriesAreSortedTheOrderOfValuesOfOneNameStillCounts() throws Exception {
        String zone = zone("sorted.example");
        api.patch("/zones/" + zone + "/settings/sort_query_string_for_cache", "{\"value\":\"on\"}")
                .result();
        String path = path(".css");
        site.page(path, request -> Say.ok(request.target()));
        Until.holds(
                "sorted",
                SOON,
                () -> {
                    String probe = "?n=" + NUMBER.incrementAndGet();
                    site.get(path + probe + "&m", "Host: sorted.example");
                    return Site.status(site.get(path + "?m&" + probe.substring(1), "Host: sorted.example"));
                },
                "HIT"::equals);
        for (String[] pair : new String[][] {
            {"?a=1&a=2", "?a=2&a=1"},
            {"?id=1&%69d=2", "?%69d=2&id=1"},
            {"?b=1&c=2", "?b=1%26c=2"},
            {"?d=1&e=2", "?d=1;e=2"},
            {"?f=1&f=1", "?f=1"},
        }) {
            assertThat(site.get(path + pair[0], "Host: sorted.example").text()).isEqualTo(path + pair[0]);
            assertThat(site.get(path + pair[1], "Host: sorted.example").text())
                    .as("not the answer to " + pair[0])
                    .isEqualTo(path + pair[1]);
        }
    }

    // ---- method and body

    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Length: 4\r\n\r\nevil", "Transfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n"})
    void aGetWithABodyIsNeitherStoredNorAnsweredFromTheCache(String fat) throws Exception {
        String path = path("");
        site.page(path, mirroring("Cache-Control: max-age=60"));
        try (Client client = site.connect()) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fat);
            Wire.Response attacker = client.response();
            assertThat(Site.status(attacker)).isEqualTo("DYNAMIC");
            assertThat(attacker.text()).contains("evil");
        }
        assertThat(site.get(path).text()).doesNotContain("evil");
        try (Client client = site.connect()) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fat);
            assertThat(client.response().text()).contains("evil");
        }
        assertThat(site.get(path).text()).doesNotContain("evil");
    }

    @Test
    void whatFollowsAGetThatAnOriginReadsWithoutItsBodyIsNobodysRequest() throws Exception {
        // CL.0: the origin does not read the body, but takes it for the start of the next request.
        try (RawOrigin _ = new RawOrigin(site, "ignorant.example", (in, out) -> {
                    RawOrigin.say(out, "answer to the first");
                    for (Wire.Head head = Wire.head(in); head != null; head = Wire.head(in)) {
                        RawOrigin.say(out, "answer to " + head.line());
                    }
                });
                Client attacker = site.connect()) {
            String smuggled = "GET /poison HTTP/1.1\r\nX-Swallow: ";
            attacker.send("GET /a HTTP/1.1\r\nHost: ignorant.example\r\nContent-Length: " + smuggled.length()
                    + "\r\n\r\n" + smuggled);
            assertThat(attacker.response().text()).isEqualTo("answer to the first");
            for (int i = 0; i < 3; i++) {
                assertThat(site.get("/victim?" + i, "Host: ignorant.example").text())
                        .isIn("answer to the first", "answer to GET /victim?" + i + " HTTP/1.1");
            }
        }
    }

    @Test
    void theAnswerToHeadNeverBecomesTheAnswerToGet() throws Exception {
        String path = path("");
        site.page(
                path,
                request -> request.method().equals("HEAD")
                        // With a body that an answer to HEAD cannot have.
                        ? Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 6\r\n\r\nforged")
                        : Say.ok("content").header("Cache-Control", "max-age=60"));
        for (int i = 0; i < 3; i++) {
            assertThat(site.ask("HEAD", path, "").status()).isEqualTo(200);
            assertThat(site.get(path).text()).isEqualTo("content");
        }
    }

    @Test
    void theAnswerToHeadRenewsNothingByWhatItsVisitorClaims() throws Exception {
        String path = path("");
        site.page(
                path,
                request -> (request.method().equals("HEAD")
                                ? Say.raw("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")
                                : Say.ok("content"))
                        .header(
                                "Link",
                                "<http://" + request.header("X-Forwarded-Host").orElse("good.example") + "/>")
                        .header("ETag", "\"1\"")
                        .header("Cache-Control", "max-age=" + (request.method().equals("HEAD") ? 60 : 0)));
        site.get(path);
        site.ask("HEAD", path, "", "X-Forwarded-Host: evil.example", "Range: bytes=0-1");
        assertThat(site.get(path).header("Link")).contains("<http://good.example/>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "POST", "get", "GETS", "PURGE", "X"})
    void theAnswerToAnotherMethodNeverBecomesTheAnswerToGet(String method) throws Exception {
        String path = path("");
        site.page(path, request -> Say.ok(request.method()).header("Cache-Control", "max-age=60"));
        for (int i = 0; i < 2; i++) {
            assertThat(site.ask(method, path, "").text()).isEqualTo(method);
            assertThat(site.get(path).text()).isEqualTo("GET");
        }
    }

    // ---- errors that a request brought upon itself

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 402, 406, 407, 408, 409, 411, 412, 413, 415, 417, 421, 422, 425, 426, 428, 429})
    void anErrorOfOneRequestIsNotStoredForAll(int status) throws Exception {
        assertErrorNotStored(status, path(""), "localhost");
        assertErrorNotStored(status, path(".css"), ZONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {431, 451, 500, 502, 503, 504, 505, 507, 520, 599})
    void anErrorOfTheOriginIsNotStoredForAll(int status) throws Exception {
        assertErrorNotStored(status, path(""), "localhost");
        assertErrorNotStored(status, path(".css"), ZONE);
    }

    private static void assertErrorNotStored(int status, String path, String host) throws IOException {
        site.page(
                path,
                request -> (request.header("X-Odd").isPresent() ? Say.status(status, "your fault") : Say.ok("fine"))
                        .header("Last-Modified", "Sat, 01 Aug 2020 00:00:00 GMT"));
        assertThat(site.get(path, "Host: " + host, "X-Odd: " + "x".repeat(20_000))
                        .status())
                .isEqualTo(status);
        assertThat(site.get(path, "Host: " + host).text()).isEqualTo("fine");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 431, 500, 502, 503})
    void aRuleThatGivesEverythingATimeDoesNotGiveItToErrors(int status) throws Exception {
        String name = "ruled" + status + ".example";
        String zone = zone(name);
        api.put("/zones/" + zone + "/rulesets/phases/http_request_cache_settings/entrypoint", """
                {"rules":[{"expression":"true","action":"set_cache_settings","action_parameters":
                  {"cache":true,"edge_ttl":{"mode":"override_origin","default":3600}}}]}
                """)
                .result();
        site.page("/ruled", Say.ok("x"));
        Until.holds("ruled", SOON, () -> Site.status(site.get("/ruled", "Host: " + name)), "HIT"::equals);
        assertErrorNotStored(status, path(""), name);
    }

    // ---- parts

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1", "bytes=0-1,3-4", "bytes=-1", "bytes=99-", "bytes=cow", "cows=0-1"})
    void aPartThatOneVisitorWantsIsNotWhatOthersGet(String range) throws Exception {
        String path = path("");
        site.page(
                path,
                request -> (request.header("Range").isPresent()
                                ? Say.status(206, "pa").header("Content-Range", "bytes 0-1/5")
                                : Say.ok("whole"))
                        .header("ETag", "\"1\"")
                        .header("Cache-Control", "max-age=60"));
        site.get(path, "Range: " + range, "If-Range: \"1\"");
        Wire.Response innocent = site.get(path);
        assertThat(innocent.status()).isEqualTo(200);
        assertThat(innocent.text()).isEqualTo("whole");
    }

    @ParameterizedTest
    @ValueSource(ints = {206, 416, 304, 412})
    void anAnswerToAQuestionThatNobodyPutIsNotStoredAsTheWhole(int status) throws Exception {
        String path = path("");
        AtomicInteger asked = new AtomicInteger();
        site.page(
                path,
                _ -> asked.getAndIncrement() > 0
                        ? Say.ok("whole").header("Cache-Control", "max-age=60")
                        : Say.raw("HTTP/1.1 " + status + " Odd\r\nETag: \"1\"\r\nLast-Modified: Sat, 01 Aug 2020"
                                + " 00:00:00 GMT\r\nContent-Range: bytes 0-1/5\r\n"
                                + (status == 304 ? "\r\n" : "Content-Length: 2\r\n\r\npa")));
        site.get(path);
        Wire.Response innocent = site.get(path);
        assertThat(innocent.status()).isEqualTo(200);
        assertThat(innocent.text()).isEqualTo("whole");
    }

    // ---- responses that are two

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nX: a\r\n b: folded\r\n",
                "HTTP/1.1 200 OK\r\nX: a\r\n\tb: folded\r\n",
                "HTTP/1.1 200 OK\r\nLocation: /a\rSet-Cookie: evil=1\r\n",
                "HTTP/1.1 200 OK\r\nLocation: /a\nSet-Cookie: evil=1\r\n",
                "HTTP/1.1 200 OK\r\nLocation: /a\0b\r\n",
                "HTTP/1.1 200 OK\r\nX: a\u0001\r\n",
                "HTTP/1.1 200 O\rK\r\n",
                "HTTP/1.1 200 OK\r\nX Y: a\r\n",
                "HTTP/1.1 200 OK\r\n: a\r\n",
                "HTTP/1.1 200 OK\r\nX\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n",
                "HTTP/1.1 +200 OK\r\n",
                "HTTP/1.1 0200 OK\r\n"
            })
    void aResponseThatCouldBeReadInTwoWaysIsNobodys(String head) throws Exception {
        String path = path("");
        AtomicInteger asked = new AtomicInteger();
        site.page(
                path,
                _ -> asked.getAndIncrement() > 0
                        ? Say.ok("good").header("Cache-Control", "max-age=60")
                        : Say.raw(head + "Cache-Control: max-age=60\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
        Wire.Response first = site.get(path);
        assertThat(first.status()).isEqualTo(520);
        assertThat(first.toString()).doesNotContain("evil", "hello");
        assertThat(site.get(path).text()).isEqualTo("good");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 204 No Content\r\nContent-Length: 90\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 103 Early Hints\r\nContent-Length: 90\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            })
    void aSecondResponseIsNotTheAnswerToTheNextRequest(String first) throws Exception {
        String forged = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 6\r\n\r\nforged";
        String together = path("");
        String later = path("");
        Say.Gate closed = new Say.Gate();
        site.page(together, Say.raw(first + forged));
        // The second one comes when the connection has long been put aside.
        site.page(
                later, Say.raw(first).pause(Duration.ofMillis(50)).then(forged).untilGone(closed));
        String after = path("");
        site.page(after, request -> Say.ok(request.target()).header("Cache-Control", "max-age=60"));
        for (String attack : List.of(together, later)) {
            assertThat(site.get(attack).text()).doesNotContain("forged");
            if (attack.equals(later)) {
                assertThat(closed.await(SOON))
                        .as("the edge ends the connection")
                        .isTrue();
            }
            for (int i = 0; i < 3; i++) {
                String target = after + "?" + NUMBER.incrementAndGet();
                assertThat(site.get(target).text()).isEqualTo(target);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 199})
    void anInterimResponseHasNoBodyThatCouldBeTheAnswer(int status) throws Exception {
        String path = path("");
        site.page(
                path,
                Say.raw("HTTP/1.1 " + status + " Odd\r\nContent-Length: 5\r\n\r\nhello"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"));
        Wire.Response response = site.get(path);
        assertThat(response.status()).isEqualTo(520);
    }

    @Test
    void aConnectionIsNotUsedAgainWhenItsAnswerCameBeforeTheRequestWasWhole() throws Exception {
        try (RawOrigin _ = new RawOrigin(site, "hasty.example", (in, out) -> {
                    RawOrigin.say(out, "answer to the first");
                    // Whatever comes is taken for a request.
                    for (int next = in.read(); next >= 0; next = in.read()) {
                        if (next == '\n') {
                            RawOrigin.say(out, "answer to something else");
                        }
                    }
                });
                Client attacker = site.connect()) {
            attacker.send("POST /a HTTP/1.1\r\nHost: hasty.example\r\nContent-Length: 500\r\n\r\nGET /poison");
            assertThat(attacker.response().text()).isEqualTo("answer to the first");
            attacker.send(" HTTP/1.1\r\n\r\n".repeat(20));
            assertThat(site.get("/victim", "Host: hasty.example").text()).isEqualTo("answer to the first");
        }
    }

    // ---- waiting for another one's answer

    @Test
    void anAttackersFailureIsNotTheFailureOfThoseWhoWaitWithIt() throws Exception {
        String path = path("");
        Say.Gate gate = new Say.Gate();
        site.page(
                path,
                request -> request.header("X-Odd").isPresent()
                        ? Say.nothing().await(gate).thenClose()
                        : Say.ok("fine").header("Cache-Control", "max-age=60"));
        try (Client attacker = site.connect();
                Client innocent = site.connect()) {
            attacker.request("GET", path, "", "X-Odd: 1");
            Until.holds(
                    "the attacker asks first",
                    SOON,
                    () -> site.origin().begun().stream()
                            .filter(head -> head.line().contains(path))
                            .count(),
                    asked -> asked == 1);
            innocent.request("GET", path, "");
            assertThat(innocent.hears(Duration.ofMillis(200))).as("it waits").isFalse();
            gate.open();
            assertThat(innocent.response().text()).isEqualTo("fine");
        }
    }

    // ---- what is told of time

    @ParameterizedTest
    @ValueSource(strings = {"Age: 99999999999", "Age: 3600", "Date: Sat, 01 Aug 2020 00:00:00 GMT"})
    void whatIsSaidToBeOldIsNotTakenForFresh(String field) throws Exception {
        String path = path("");
        site.page(path, mirroring("Cache-Control: max-age=60", field));
        site.get(path);
        assertThat(Site.status(site.get(path))).isNotEqualTo("HIT");
    }
}
