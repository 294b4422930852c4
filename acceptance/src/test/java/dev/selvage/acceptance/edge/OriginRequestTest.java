package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the origin sees of a visitor's request, and the visitor of the origin's response.
@Timeout(60)
class OriginRequestTest {
    private static final String[] FORGED = {
        "X-Forwarded-For: 203.0.113.9",
        "X-Forwarded-Proto: https",
        "CF-Connecting-IP: 203.0.113.9",
        "CF-IPCountry: ZZ",
        "CF-Visitor: {\"scheme\":\"https\"}",
        "CF-Ray: 0000000000000000-ZZZ",
        "True-Client-IP: 203.0.113.9"
    };

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "colo: TST\n");
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static void assertOnly(Wire.Request request, String name, String value) {
        assertThat(request.head().headers(name)).as(name).containsExactly(value);
    }

    @Test
    void theOriginIsToldWhoAsksAndHow() throws Exception {
        site.page("/who", Say.ok("you"));
        Wire.Response response = site.get("/who", "Host: shop.example:8080");
        Wire.Request asked = site.last("/who");

        assertOnly(asked, "X-Forwarded-For", "127.0.0.1");
        assertOnly(asked, "X-Forwarded-Proto", "http");
        assertOnly(asked, "CF-Connecting-IP", "127.0.0.1");
        assertOnly(asked, "CF-IPCountry", "XX");
        assertOnly(asked, "CF-Visitor", "{\"scheme\":\"http\"}");
        assertOnly(asked, "CDN-Loop", "selvage");
        assertOnly(asked, "CF-Ray", response.header("CF-Ray").orElseThrow());
        assertThat(response.header("CF-Ray").orElseThrow()).matches("[0-9a-f]{16}-TST");
        assertThat(asked.head().headers("Host")).hasSize(1);
    }

    @Test
    void whatAVisitorClaimsOfItselfIsNotBelieved() throws Exception {
        site.page("/forged", Say.ok("you"));
        site.get("/forged", FORGED);
        Wire.Request asked = site.last("/forged");

        assertOnly(asked, "X-Forwarded-For", "127.0.0.1");
        assertOnly(asked, "X-Forwarded-Proto", "http");
        assertOnly(asked, "CF-Connecting-IP", "127.0.0.1");
        assertOnly(asked, "CF-IPCountry", "XX");
        assertOnly(asked, "CF-Visitor", "{\"scheme\":\"http\"}");
        assertThat(asked.head().headers("CF-Ray")).hasSize(1).first().isNotEqualTo("0000000000000000-ZZZ");
        assertThat(asked.header("True-Client-IP")).isEmpty();
    }

    @Test
    void aTrustedProxyIsBelieved(@TempDir Path other) throws Exception {
        try (Site trusting = Site.quickstart(other, "trusted-proxies: [127.0.0.0/8, 10.0.0.0/8]\n")) {
            trusting.page("/trusted", Say.ok("you"));
            trusting.get(
                    "/trusted", "X-Forwarded-For: 198.51.100.7, 203.0.113.9, 10.1.2.3", "X-Forwarded-Proto: https");
            Wire.Request asked = trusting.last("/trusted");

            assertOnly(asked, "CF-Connecting-IP", "203.0.113.9");
            assertOnly(asked, "X-Forwarded-For", "198.51.100.7, 203.0.113.9, 10.1.2.3, 127.0.0.1");
            assertOnly(asked, "X-Forwarded-Proto", "https");
            assertOnly(asked, "CF-Visitor", "{\"scheme\":\"https\"}");

            trusting.get("/trusted", "X-Forwarded-For: nonsense");
            assertOnly(trusting.last("/trusted"), "CF-Connecting-IP", "127.0.0.1");
            trusting.get("/trusted");
            assertOnly(trusting.last("/trusted"), "CF-Connecting-IP", "127.0.0.1");
        }
    }

    @Test
    void fieldsOfOneConnectionStayOnItBothWays() throws Exception {
        site.page(
                "/hops",
                Say.ok("hop")
                        .header("Connection", "keep-alive, X-Inner")
                        .header("Keep-Alive", "timeout=5")
                        .header("X-Inner", "secret")
                        .header("Proxy-Authenticate", "Basic")
                        .header("X-Outer", "shown"));
        Wire.Response response = site.get(
                "/hops",
                "Connection: keep-alive, X-Private",
                "Keep-Alive: timeout=5",
                "X-Private: secret",
                "Proxy-Authorization: Basic abc",
                "TE: trailers",
                "X-Public: shown");
        Wire.Request asked = site.last("/hops");

        for (String name : List.of("Keep-Alive", "X-Private", "Proxy-Authorization", "TE", "Upgrade")) {
            assertThat(asked.header(name)).as(name).isEmpty();
        }
        assertThat(asked.header("X-Public")).contains("shown");
        for (String name : List.of("Keep-Alive", "X-Inner", "Proxy-Authenticate")) {
            assertThat(response.header(name)).as(name).isEmpty();
        }
        assertThat(response.header("X-Outer")).contains("shown");
    }

    @Test
    void aVisitorCannotHaveTheEdgesOwnFieldsDropped() throws Exception {
        site.page("/dropped", Say.ok("you"));
        site.get("/dropped", "Connection: CF-Connecting-IP, X-Forwarded-For, Host, CDN-Loop", "CDN-Loop: other");
        Wire.Request asked = site.last("/dropped");

        assertOnly(asked, "CF-Connecting-IP", "127.0.0.1");
        assertOnly(asked, "X-Forwarded-For", "127.0.0.1");
        assertThat(asked.header("Host")).isPresent();
        assertOnly(asked, "CDN-Loop", "other, selvage");
    }

    @Test
    void endToEndFieldsArriveAsTheyWere() throws Exception {
        site.page("/fields", Say.ok("").header("Set-Cookie", "a=1").header("Set-Cookie", "b=2"));
        Wire.Response response =
                site.get("/fields?q=%41&r=a+b", "Cookie: c=3", "X-Twice: 1", "X-Twice: 2", "Accept: */*");
        Wire.Request asked = site.last("/fields");

        assertThat(asked.target()).isEqualTo("/fields?q=%41&r=a+b");
        assertOnly(asked, "Cookie", "c=3");
        assertThat(asked.head().headers("X-Twice")).containsExactly("1", "2");
        assertThat(response.head().headers("Set-Cookie")).containsExactlyInAnyOrder("a=1", "b=2");
    }

    @Test
    void aRequestThatPassedTooOftenIsAnsweredWith508() throws Exception {
        site.page("/loop", Say.ok("no loop"));
        assertThat(site.get("/loop", "CDN-Loop: selvage, other; x=y, Selvage").status())
                .isEqualTo(200);
        assertOnly(site.last("/loop"), "CDN-Loop", "selvage, other; x=y, Selvage, selvage");
        Wire.Response refused = site.get("/loop?2", "CDN-Loop: selvage; a=b, selvage", "CDN-Loop: selvage");
        assertThat(refused.status()).isEqualTo(508);
        assertThat(refused.text()).contains("CDN-Loop");
        assertThat(site.asked("/loop")).isEqualTo(1);
    }

    @Test
    void anOriginThatIsTheEdgeItselfEndsIn508AtOnce() throws Exception {
        String zone = site.program().api().createZone("loop.example");
        site.program().api().proxy(zone, "loop.example", site.port());
        Until.holds(
                "the loop is seen",
                Duration.ofSeconds(5),
                () -> site.get("/page", "Host: loop.example").status(),
                status -> status == 508);
        // A path that is cached must not wait for itself.
        try (Client client = site.connect()) {
            client.request("GET", "/style.css", "", "Host: loop.example");
            assertThat(client.hears(Duration.ofSeconds(5))).as("an answer").isTrue();
            assertThat(client.response().status()).isEqualTo(508);
        }
    }
}
