package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

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

/// Interim responses are passed on to whom they are for (RFC 9110 section 15.2, RFC 8297).
@Timeout(60)
class InterimTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String HINT = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
    private static final String FINAL =
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 5\r\n\r\nfinal";

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "");
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static List<String> lines(Client client) {
        return client.interim().stream().map(Wire.Head::line).toList();
    }

    @Test
    void hintsArriveBeforeTheFinalResponseAndAreNotStored() throws Exception {
        Say.Gate hinted = new Say.Gate();
        site.page("/hint", Say.raw(HINT).await(hinted).then(FINAL));
        try (Client client = site.connect()) {
            client.request("GET", "/hint", "");
            Wire.Head hint = client.head();
            assertThat(hint.line()).isEqualTo("HTTP/1.1 103 Early Hints");
            assertThat(hint.fields()).containsExactly(new Wire.Field("Link", "</a.css>; rel=preload"));
            assertThat(client.hears(Duration.ofMillis(50)))
                    .as("the final one waits")
                    .isFalse();
            hinted.open();
            Wire.Response response = client.response();
            assertThat(response.text()).isEqualTo("final");
            assertThat(response.header("Link")).isEmpty();

            client.request("GET", "/hint", "");
            Wire.Response hit = client.response();
            assertThat(Site.status(hit)).isEqualTo("HIT");
            assertThat(hit.header("Link")).isEmpty();
            assertThat(client.interim()).isEmpty();
        }
    }

    @Test
    void severalOfAnyKindArriveInOrder() throws Exception {
        site.page(
                "/several",
                Say.raw(HINT
                        + "HTTP/1.1 102 Processing\r\n\r\n"
                        + "HTTP/1.1 100 Continue\r\n\r\n"
                        + HINT
                        + "HTTP/1.1 142 Whatever\r\nX: y\r\n\r\n"
                        + FINAL));
        try (Client client = site.connect()) {
            client.request("GET", "/several", "");
            assertThat(client.response().text()).isEqualTo("final");
            assertThat(lines(client))
                    .as("100 is between the origin and the edge")
                    .containsExactly(
                            "HTTP/1.1 103 Early Hints",
                            "HTTP/1.1 102 Processing",
                            "HTTP/1.1 103 Early Hints",
                            "HTTP/1.1 142 Unknown");
        }
    }

    @Test
    void fieldsOfTheConnectionAndOfTheEdgeAreDropped() throws Exception {
        site.page(
                "/fields",
                Say.raw("HTTP/1.1 103 Early Hints\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: a\r\n"
                        + "Content-Length: 5\r\nAge: 7\r\nCF-Ray: x\r\nCF-Cache-Status: HIT\r\nCache-Tag: t\r\n"
                        + "X-Kept: 1\r\n\r\n" + FINAL));
        try (Client client = site.connect()) {
            client.request("GET", "/fields", "");
            assertThat(client.response().text()).isEqualTo("final");
            assertThat(client.interim()).hasSize(1);
            assertThat(client.interim().getFirst().fields()).containsExactly(new Wire.Field("X-Kept", "1"));
        }
    }

    @Test
    void anOldClientGetsNone() throws Exception {
        site.page("/old", Say.raw(HINT + FINAL));
        try (Client client = site.connect()) {
            client.send("GET /old HTTP/1.0\r\nHost: a\r\n\r\n");
            assertThat(client.response().text()).isEqualTo("final");
            assertThat(client.interim()).isEmpty();
        }
    }

    @Test
    void aPipelinedRequestGetsItsOwnInItsTurn() throws Exception {
        site.page("/pipe-1", Say.raw(HINT).pause(Duration.ofMillis(50)).then(FINAL));
        site.page("/pipe-2", Say.raw(HINT.replace("a.css", "b.css") + FINAL.replace("final", "other")));
        try (Client client = site.connect()) {
            client.send("GET /pipe-1 HTTP/1.1\r\nHost: a\r\n\r\nGET /pipe-2 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.head().header("Link")).contains("</a.css>; rel=preload");
            assertThat(client.response().text()).isEqualTo("final");
            assertThat(client.head().header("Link")).contains("</b.css>; rel=preload");
            assertThat(client.response().text()).isEqualTo("other");
        }
    }

    @Test
    void whoJoinsAnothersRequestGetsNoneOfItsHints() throws Exception {
        Say.Gate hinting = new Say.Gate();
        Say.Gate ending = new Say.Gate();
        site.page(
                "/joined", Say.nothing().await(hinting).then(HINT).await(ending).then(FINAL));
        try (Client owner = site.connect();
                Client waiter = site.connect()) {
            owner.request("GET", "/joined", "");
            Until.holds("asked", SOON, () -> site.asked("/joined"), asked -> asked == 1);
            waiter.request("GET", "/joined", "");
            hinting.open();
            assertThat(owner.head().line()).contains("103");
            assertThat(waiter.hears(Duration.ofMillis(100)))
                    .as("the hint may be about its owner")
                    .isFalse();
            ending.open();
            assertThat(owner.response().text()).isEqualTo("final");
            assertThat(waiter.response().text()).isEqualTo("final");
            assertThat(waiter.interim()).isEmpty();
        }
        assertThat(site.asked("/joined")).isEqualTo(1);
    }

    @Test
    void aRevalidationPassesThemOnToo() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        site.page(
                "/again",
                request -> asked.incrementAndGet() == 1
                        ? Say.ok("stored").header("ETag", "\"1\"").header("Cache-Control", "max-age=0")
                        : Say.raw(HINT + "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n"));
        site.get("/again");
        try (Client client = site.connect()) {
            client.request("GET", "/again", "");
            Wire.Response response = client.response();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("stored");
            assertThat(Site.status(response)).isEqualTo("REVALIDATED");
            assertThat(lines(client)).containsExactly("HTTP/1.1 103 Early Hints");
        }
    }

    @Test
    void anOriginThatNeverComesToThePointIsAnError() throws Exception {
        site.page("/endless", Say.raw(HINT.repeat(500) + FINAL));
        site.page("/huge", Say.raw(HINT.replace("a.css", "x".repeat(15_000)).repeat(31) + FINAL));
        for (String path : List.of("/endless", "/huge")) {
            try (Client client = site.connect()) {
                client.request("GET", path, "");
                Wire.Response response = client.response();
                assertThat(response.status()).isEqualTo(520);
                assertThat(client.interim()).hasSizeLessThanOrEqualTo(32);
            }
        }
    }

    @Test
    void anUploadGetsItsLeaveAndItsHints() throws Exception {
        site.page("/upload", Say.raw(HINT + FINAL));
        try (Client client = site.connect()) {
            client.send("PUT /upload HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.head().line()).startsWith("HTTP/1.1 100");
            client.send("body");
            assertThat(client.response().text()).isEqualTo("final");
            assertThat(lines(client)).containsExactly("HTTP/1.1 103 Early Hints");
        }
    }
}
