package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Api;
import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Paths and hosts have one form, and the origin sees the one that the cache knows (RFC 3986 section 6.2.2,
/// RFC 9110 sections 4.2.3 and 7.2, RFC 9112 section 3.2).
@Timeout(60)
class PathTest {
    private static final Duration PROMPTLY = Duration.ofSeconds(5);
    private static final AtomicInteger COUNT = new AtomicInteger();

    @TempDir
    static Path open;

    @TempDir
    static Path managed;

    /// A site that caches whatever the standard lets it cache.
    private static Site site;

    /// A site whose zones cache static files.
    private static Site shop;

    private static Api api;
    private static String zone;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(open, "");
        shop = Site.managed(managed, "");
        api = shop.program().api();
        zone = api.createZone("shop.example");
        api.proxy(zone, "shop.example", shop.origin().port());
        Until.holds(
                "the zone is served",
                PROMPTLY,
                () -> shop.get("/", "Host: shop.example").status(),
                status -> status == 404 && shop.asked("/") > 0);
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
        shop.close();
    }

    /// A host name that no other scenario uses.
    private static String fresh() {
        return "p" + COUNT.incrementAndGet() + ".example";
    }

    private static Wire.Response get(String host, String target) throws Exception {
        return site.get(target, "Host: " + host);
    }

    private static String lastTarget(Site site) {
        return site.origin().requests().getLast().target();
    }

    private static Say cacheable(String text) {
        return Say.ok(text).header("Cache-Control", "max-age=600");
    }

    // ---- what the origin is asked for

    @ParameterizedTest
    @CsvSource({
        "/n/plain,                      /n/plain",
        "/n/%7euser/%41%2d,             /n/~user/A-",
        "/n/%c3%a9,                     /n/%C3%A9",
        "/n/a/./b/../c,                 /n/a/c",
        "/n/a/%2e%2E/c,                 /n/c",
        "/n/a/..,                       /n/",
        "/n//a//,                       /n//a//",
        "/n/a%2fb,                      /n/a%2Fb",
        "/n/a%5cb,                      /n/a%5Cb",
        "/n/a%252fb,                    /n/a%252fb",
        "/n/%e9,                        /n/%E9",
        "/n/%c0%ae%c0%ae/a,             /n/%C0%AE%C0%AE/a",
        "/n/a;b=c,                      /n/a;b=c",
        "/n/a?x=%2e/../%7e%zz%00,       /n/a?x=%2e/../%7e%zz%00",
        "http://ignored.example/n/%7e,  /n/~",
        "http://ignored.example?x,      /?x",
    })
    void theOriginIsAskedForTheNormalForm(String target, String seen) throws Exception {
        get(fresh(), target);
        assertThat(lastTarget(site)).isEqualTo(seen);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%zz",
                "/%2",
                "/100%",
                "/account%00.css",
                "/account%0a.css",
                "/account%0D%0aX:y",
                "/%7f",
                "/a\\b",
                "/account/..\\x.css",
                "/..",
                "/a/../../etc/passwd",
                "/%2e%2e/a",
                "/account%2f..%2fx.css",
                "/account/..%5cx.css",
                "/static/..;/account",
                "/static/..%3b/account",
                "/caf\u00e9",
                "http://a.example/..",
                "http://user@a.example/",
                "ftp://a.example/",
                "a/b",
                "*"
            })
    void aPathThatTwoCouldReadInTwoWaysIsRefused(String target) throws Exception {
        int before = site.origin().requests().size();
        try (Client client = site.connect()) {
            client.request("GET", target, "", "Host: refused.example");
            assertThat(client.response().status()).as(target).isEqualTo(400);
            client.expectClosed();
        }
        assertThat(site.origin().requests()).hasSize(before);
    }

    // ---- the key

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/k/~one%2Ftwo/three?q=%7e",
                "/k/%7Eone%2Ftwo/three?q=%7e",
                "/k/~one%2ftwo/three?q=%7e",
                "/k/x/../~one%2Ftwo/./three?q=%7e",
                "/k/x/%2e%2e/~on%65%2ftwo/%2E/three?q=%7e",
                "/./k/~one%2Ftwo/three?q=%7e",
                "http://shared.example/k/%7eone%2Ftwo/three?q=%7e"
            })
    void everySpellingIsTheSameEntry(String target) throws Exception {
        site.page("/k/~one%2Ftwo/three", cacheable("one"));
        Until.holds(
                "stored",
                PROMPTLY,
                () -> Site.status(get("shared.example", "/k/~one%2Ftwo/three?q=%7e")),
                "HIT"::equals);
        assertThat(Site.status(get("shared.example", target))).isEqualTo("HIT");
        assertThat(site.asked("/k/~one%2Ftwo/three")).isEqualTo(1);
    }

    @Test
    void whatAnOriginMayTellApartIsNoSharedEntry() throws Exception {
        String host = fresh();
        List<String> targets = List.of(
                "/d/a/b",
                "/d/a%2Fb",
                "/d/a%5Cb",
                "/d//a/b",
                "/d/a//b",
                "/d/a/b/",
                "/d/A/b",
                "/d/a/b?",
                "/d/a/b?x",
                "/d/a/b?%78",
                "/d/a/b?%2f",
                "/d/a/b?%2F",
                "/d/a/b;x",
                "/d/a/b%3Bx",
                "/d/a/b%3Fx",
                "/d/a/b%23x",
                "/d/a/b%20",
                "/d/a/b+",
                "/d/a%252Fb",
                "/d/%C3%A9",
                "/d/%E9",
                "/d/%C0%AE/b",
                "/d/a/%28b%29",
                "/d/a/(b)");
        for (String target : targets) {
            int question = target.indexOf('?');
            site.page(question < 0 ? target : target.substring(0, question), request -> cacheable(request.target()));
        }
        for (int round = 0; round < 2; round++) {
            for (String target : targets) {
                Wire.Response response = get(host, target);
                assertThat(response.text()).isEqualTo(target);
                assertThat(Site.status(response)).as(target).isEqualTo(round == 0 ? "MISS" : "HIT");
            }
        }
    }

    @Test
    void anUnsafeRequestInAnySpellingRemovesWhatIsStored() throws Exception {
        String host = fresh();
        site.page("/i/~a", cacheable("x"));
        for (String spelling : List.of("/i/~a", "/i/%7ea", "/i/b/../~a", "/i/%7E%61")) {
            get(host, "/i/~a");
            assertThat(Site.status(get(host, "/i/~a"))).isEqualTo("HIT");
            site.ask("POST", spelling, "x", "Host: " + host);
            assertThat(Site.status(get(host, "/i/~a"))).as(spelling).isEqualTo("MISS");
        }
    }

    @Test
    void aPurgeInAnySpellingRemovesWhatAnySpellingStored() throws Exception {
        shop.page("/p/~a/b.css", cacheable("x"));
        List<String> spellings =
                List.of("/p/~a/b.css", "/p/%7ea/b%2ecss", "/p/c/../%7Ea/./b.css", "/p/%70/../~a/b.css");
        for (String stored : spellings) {
            for (String purged : spellings) {
                shop.get(stored, "Host: shop.example");
                assertThat(Site.status(shop.get("/p/~a/b.css", "Host: shop.example")))
                        .isEqualTo("HIT");
                api.post("/zones/" + zone + "/purge_cache", "{\"files\":[\"https://SHOP.example:8443" + purged + "\"]}")
                        .result();
                assertThat(Site.status(shop.get("/p/~a/b.css", "Host: shop.example")))
                        .as("%s purged as %s", stored, purged)
                        .isEqualTo("MISS");
            }
        }
    }

    @Test
    void aPurgeFindsWhatWasAskedForWithThePortToo() throws Exception {
        shop.page("/p/port.css", cacheable("x"));
        for (String host : List.of("shop.example", "shop.example:" + shop.port())) {
            shop.get("/p/port.css", "Host: " + host);
            assertThat(Site.status(shop.get("/p/port.css", "Host: " + host))).isEqualTo("HIT");
        }
        api.post("/zones/" + zone + "/purge_cache", "{\"files\":[\"http://shop.example/p/port.css\"]}")
                .result();
        for (String host : List.of("shop.example", "shop.example:" + shop.port())) {
            assertThat(Site.status(shop.get("/p/port.css", "Host: " + host)))
                    .as(host)
                    .isEqualTo("MISS");
        }
    }

    // ---- web cache deception

    /// The origin takes everything that begins with `/account` for the visitor's account, as many do in one of these
    /// cases: nobody else may ever get it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/account;x.css",
                "/account;/x.css",
                "/account%3bx.css",
                "/account%3fx.css",
                "/account%23.css",
                "/account%23/x.css",
                "/account%2fx.css",
                "/account%5cx.css",
                "/account%253fx.css",
                "/account%2500.css",
                "/account%ff.css",
                "/account%c0%afx.css",
                "/account%e0%80%af.css",
                "/account?x.css",
                "/static/../account",
                "/static/x.css/../../account",
                "/static/x.css/%2e%2e/%2e%2e/account",
                // Refused by what they are.
                "/account%00.css",
                "/account%0a.css",
                "/account%2f..%2fx.css",
                "/account/..%5cx.css",
                "/static/..%2faccount%2fx.css",
                "/static/..;/account.css",
                "/account\\x.css"
            })
    void aPrivatePageIsNotStoredAsAStaticFile(String target) throws Exception {
        String seen = target.contains("/../") || target.contains("/%2e%2e/") ? "/account" : seen(target);
        shop.page(
                seen,
                request -> Say.ok("the account of " + request.header("Cookie").orElse("nobody")));
        shop.get(target, "Host: shop.example", "Cookie: victim");
        Wire.Response stolen = shop.get(target, "Host: shop.example", "Cookie: thief");
        assertThat(stolen.text()).doesNotContain("victim");
        assertThat(Site.status(stolen)).isIn("", "DYNAMIC");
        assertThat(stolen.status()).isIn(200, 400);
    }

    /// The path of a target as the origin sees it.
    private static String seen(String target) {
        int question = target.indexOf('?');
        StringBuilder path = new StringBuilder(question < 0 ? target : target.substring(0, question));
        for (int i = path.indexOf("%"); i >= 0; i = path.indexOf("%", i + 1)) {
            path.replace(i, i + 3, path.substring(i, i + 3).toUpperCase(java.util.Locale.ROOT));
        }
        return path.toString();
    }

    @Test
    void aPathThatEndsInAStaticFileAfterAllIsOne() throws Exception {
        shop.page("/static/x.css", Say.ok("a style"));
        assertThat(Site.status(shop.get("/account/%2e%2e/static/x.css", "Host: shop.example")))
                .isEqualTo("MISS");
        assertThat(shop.last("/static/x.css").target()).isEqualTo("/static/x.css");
        assertThat(Site.status(shop.get("/static/x.css", "Host: shop.example"))).isEqualTo("HIT");
    }

    // ---- hosts

    @Test
    void aPortThatNobodyListensOnReachesNeitherOriginNorCache() throws Exception {
        shop.page(
                "/redirect.css",
                request -> Say.status(301, "")
                        .header("Location", "http://" + request.header("Host").orElse("") + "/there")
                        .header("Cache-Control", "max-age=600"));
        assertThat(shop.get("/redirect.css", "Host: shop.example:1337").header("Location"))
                .contains("http://shop.example/there");
        Wire.Response hit = shop.get("/redirect.css", "Host: shop.example");
        assertThat(Site.status(hit)).isEqualTo("HIT");
        assertThat(hit.header("Location")).contains("http://shop.example/there");

        String here = "shop.example:" + shop.port();
        assertThat(shop.get("/redirect.css", "Host: " + here).header("Location"))
                .contains("http://" + here + "/there");
        assertThat(shop.get("/redirect.css", "Host: shop.example").header("Location"))
                .contains("http://shop.example/there");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop.example",
                "SHOP.Example",
                "shop.example.",
                "shop.example:80",
                "SHOP.EXAMPLE.:80",
                "shop.example:",
                "shop.example:65535"
            })
    void aHostHasOneForm(String form) throws Exception {
        String path = "/host" + COUNT.incrementAndGet() + ".css";
        shop.page(path, request -> cacheable(request.header("Host").orElse("")));
        assertThat(shop.get(path, "Host: " + form).text()).isEqualTo("shop.example");
        assertThat(Site.status(shop.get(path, "Host: shop.example"))).isEqualTo("HIT");
        assertThat(Site.status(shop.get("http://" + form + path, "Host: other.example")))
                .isEqualTo("HIT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a b",
                "a,b",
                "a@b",
                "a/b",
                "a?b",
                "a#b",
                "a%00",
                "a:99999",
                "a:0",
                "a:b",
                "a..b",
                ":80",
                "[::1",
                "::1",
                "[127.0.0.1]",
                "caf\u00e9.example",
                "*.example"
            })
    void anOddHostIsRefused(String host) throws Exception {
        int before = site.origin().requests().size();
        for (String request : List.of(
                "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: " + host + "\r\n\r\n",
                "GET http://good.example/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n",
                "GET http://" + host + "/ HTTP/1.1\r\nHost: good.example\r\n\r\n")) {
            if (request.startsWith("GET http://a/b/") || request.startsWith("GET http://a?b/")) {
                continue; // A path or a query in that place.
            }
            try (Client client = site.connect()) {
                client.send(request);
                assertThat(client.response().status()).as(request).isEqualTo(400);
                client.expectClosed();
            }
        }
        assertThat(site.origin().requests()).hasSize(before);
    }

    @Test
    void anAddressIsAHostToo() throws Exception {
        site.page("/address", cacheable("x"));
        assertThat(Site.status(get("[2001:DB8:0::1]:80", "/address"))).isEqualTo("MISS");
        assertThat(Site.status(get("[2001:db8::1]", "/address"))).isEqualTo("HIT");
        assertThat(Site.status(get("under_score.example", "/address"))).isEqualTo("MISS");
    }

    @Test
    void theSchemeOfAnAbsoluteTargetMustBeTheConnections() throws Exception {
        int before = site.origin().requests().size();
        assertThat(get("a.example", "https://a.example/").status()).isEqualTo(421);
        assertThat(site.origin().requests()).hasSize(before);
    }

    @Test
    void theServerIsAskedForItsOptions() throws Exception {
        shop.ask("OPTIONS", "*", "", "Host: shop.example");
        assertThat(lastTarget(shop)).isEqualTo("*");
        shop.ask("OPTIONS", "http://shop.example", "", "Host: other.example");
        assertThat(lastTarget(shop)).isEqualTo("*");
        assertThat(shop.origin().requests().getLast().header("Host")).contains("shop.example");
        shop.ask("OPTIONS", "http://shop.example/", "", "Host: other.example");
        assertThat(lastTarget(shop)).isEqualTo("/");
    }
}
