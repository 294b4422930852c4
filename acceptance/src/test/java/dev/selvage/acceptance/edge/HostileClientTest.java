package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Visitors that are slow, many, or never content: what they hold is bounded and given back, and others are served.
@Timeout(60)
class HostileClientTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int MIB = 1 << 20;

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, """
                client.header-timeout: 1s
                client.body-timeout: 1s
                client.idle-timeout: 4s
                client.send-timeout: 1s
                client.max-head: 16KiB
                client.max-connections: 2500
                """);
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

    private static byte[] stored(String path, int length) throws IOException {
        byte[] body = noise(length);
        site.page(path, Say.bytes(200, body).header("Cache-Control", "max-age=600"));
        assertThat(site.get(path).body()).isEqualTo(body);
        return body;
    }

    private static void assertGivenBack(Footprint before) throws Exception {
        Until.holds(
                "descriptors are back to about " + before.descriptors(),
                SOON,
                () -> Footprint.descriptors(site.program()),
                now -> now <= before.descriptors() + 20);
    }

    private static List<Client> crowd(int size, int buffer, String request) throws IOException {
        List<Client> crowd = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Client client = Client.connect(site.port(), buffer);
            crowd.add(client);
            client.send(request);
        }
        return crowd;
    }

    private static void leave(List<Client> crowd) throws IOException {
        for (Client client : crowd) {
            client.close();
        }
    }

    // ---- slow

    @Test
    void manyHeadsThatNeverEndAreEachAnswered408() throws Exception {
        Footprint before = Footprint.of(site.program());
        try (Bystander bystander = new Bystander(site)) {
            List<Client> crowd = crowd(300, 0, "GET /x HTTP/1.1\r\nHost: a\r\nX-Slow: ");
            for (int drip = 0; drip < 5; drip++) {
                for (Client client : crowd) {
                    client.send("y");
                }
                bystander.assertServed();
            }
            for (Client client : crowd) {
                assertThat(client.response().status()).isEqualTo(408);
                client.expectClosed();
            }
            leave(crowd);
            bystander.assertServed();
        }
        assertGivenBack(before);
    }

    @Test
    void manyBodiesThatNeverEndAreEachAnswered408AndNeverWholeAtTheOrigin() throws Exception {
        Footprint before = Footprint.of(site.program());
        site.page("/slow-body", Say.ok("never said"));
        try (Bystander bystander = new Bystander(site)) {
            List<Client> crowd =
                    crowd(100, 0, "POST /slow-body HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsome");
            bystander.assertServed();
            for (Client client : crowd) {
                assertThat(client.response().status()).isEqualTo(408);
                client.expectClosed();
            }
            leave(crowd);
        }
        assertThat(site.asked("/slow-body")).isZero();
        assertGivenBack(before);
    }

    @Test
    void visitorsThatDoNotReadALargeAnswerHoldLittleAndAreLetGo() throws Exception {
        byte[] body = stored("/large", 8 * MIB);
        Footprint before = Footprint.of(site.program());
        try (Bystander bystander = new Bystander(site)) {
            List<Client> crowd = crowd(60, 4096, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
            bystander.assertServed();
            assertThat(site.get("/large").body())
                    .as("another reader of the same")
                    .isEqualTo(body);
            assertThat(Footprint.of(site.program()).memory() - before.memory())
                    .as("not a copy for each")
                    .isLessThan(60L * 4 * MIB);
            Until.holds(
                    "none is waited for longer than client.send-timeout",
                    SOON,
                    () -> Footprint.descriptors(site.program()),
                    now -> now <= before.descriptors() + 20);
            leave(crowd);
        }
    }

    @Test
    void theOneWhoStartedAFillDoesNotSlowItDownForOthers() throws Exception {
        byte[] body = noise(8 * MIB);
        site.page("/growing", Say.bytes(200, body).header("Cache-Control", "max-age=600"));
        try (Client slow = Client.connect(site.port(), 4096)) {
            slow.request("GET", "/growing", "");
            slow.head();
            assertThat(site.get("/growing").body()).isEqualTo(body);
        }
        assertThat(site.asked("/growing")).isEqualTo(1);
        assertThat(Site.status(site.get("/growing"))).isEqualTo("HIT");
    }

    // ---- many

    @Test
    void thousandsOfIdleConnectionsHarmNobodyAndEnd() throws Exception {
        Footprint before = Footprint.of(site.program());
        try (Bystander bystander = new Bystander(site)) {
            List<Client> crowd = crowd(2_000, 0, "");
            Until.holds(
                    "all are there",
                    SOON,
                    () -> Footprint.descriptors(site.program()),
                    now -> now >= before.descriptors() + 2_000);
            bystander.assertServed();
            assertThat(Footprint.of(site.program()).memory() - before.memory())
                    .as("little for each, the heap's own growth included")
                    .isLessThan(256L * MIB);
            assertGivenBack(before);
            leave(crowd);
        }
    }

    @Test
    void beyondTheBoundConnectionsAreClosedAtOnceAndThoseWithinItAreServed() throws Exception {
        Footprint before = Footprint.of(site.program());
        try (Bystander bystander = new Bystander(site)) {
            List<Client> crowd = new ArrayList<>();
            try (Client kept = site.connect()) {
                kept.request("GET", "/bystander", "");
                assertThat(kept.response().status()).isEqualTo(200);
                for (int i = 0; i < 2_600; i++) {
                    crowd.add(site.connect());
                }
                crowd.getLast().expectClosed();
                kept.request("GET", "/bystander", "");
                assertThat(Site.status(kept.response())).isEqualTo("HIT");
            }
            leave(crowd);
            assertGivenBack(before);
            bystander.assertServed();
        }
    }

    @Test
    void connectionsThatComeAndGoLeaveNothingBehind() throws Exception {
        Footprint before = Footprint.of(site.program());
        try (Bystander bystander = new Bystander(site)) {
            for (int i = 0; i < 2_000; i++) {
                try (Client client = site.connect()) {
                    switch (i % 4) {
                        case 0 -> client.reset();
                        case 1 -> client.send("GET /bystander HT");
                        case 2 -> {
                            client.send("GET /bystander HTTP/1.1\r\nHost: localhost\r\n\r\n");
                            client.reset();
                        }
                        default -> {
                            // It says nothing and goes.
                        }
                    }
                }
            }
            bystander.assertServed();
        }
        assertGivenBack(before);
    }

    @Test
    void thoseWhoCloseTheirHalfAreGone() throws Exception {
        Footprint before = Footprint.of(site.program());
        Say.Gate never = new Say.Gate();
        site.page("/waited-for", Say.nothing().await(never));
        List<Client> crowd = new ArrayList<>();
        for (String said : List.of(
                "",
                "GET /x HT",
                "GET /waited-for HTTP/1.1\r\nHost: a\r\nCookie: x\r\n\r\n",
                "POST /waited-for HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")) {
            for (Client client : crowd(50, 0, said)) {
                client.finish();
                crowd.add(client);
            }
        }
        for (Client client : crowd) {
            client.expectClosed();
        }
        never.open();
        leave(crowd);
        assertGivenBack(before);
    }

    // ---- never content

    @ParameterizedTest
    @ValueSource(strings = {"HEAD /bystander", "GET /bystander"})
    void aVisitorThatAsksAndAsksAndNeverReadsIsNotReadEither(String what) throws Exception {
        Footprint before = Footprint.of(site.program());
        String request = what + " HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\n\r\n";
        byte[] many = request.repeat((64 << 10) / request.length()).getBytes(StandardCharsets.US_ASCII);
        AtomicLong sent = new AtomicLong();
        Say.Gate ended = new Say.Gate();
        try (Bystander bystander = new Bystander(site);
                Client greedy = Client.connect(site.port(), 4096)) {
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 1_600; i++) {
                        greedy.send(many);
                        sent.addAndGet(many.length);
                    }
                } catch (IOException closed) {
                    // As it should be.
                }
                ended.open();
            });
            bystander.assertServed();
            assertThat(ended.await(SOON)).as("it is let go").isTrue();
            bystander.assertServed();
        }
        assertThat(sent.get())
                .as("bytes taken from it, or lying in the system's buffers")
                .isLessThan(24L * MIB);
        assertGivenBack(before);
    }

    @Test
    void aFloodOfPipelinedRequestsIsAnsweredInOrder() throws Exception {
        site.page("/count", request -> Say.ok(request.target()).header("Cache-Control", "max-age=600"));
        for (int i = 0; i < 10; i++) {
            site.get("/count?" + i);
        }
        try (Bystander bystander = new Bystander(site);
                Client flood = site.connect()) {
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 5_000; i++) {
                        flood.send("GET /count?" + i % 10 + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                    }
                } catch (IOException closed) {
                    // The answers tell.
                }
            });
            bystander.assertServed();
            for (int i = 0; i < 5_000; i++) {
                assertThat(flood.response().text()).isEqualTo("/count?" + i % 10);
            }
        }
    }

    @Test
    void giantCookiesAreRefusedAndNotKept() throws Exception {
        Footprint before = Footprint.of(site.program());
        try (Bystander bystander = new Bystander(site)) {
            String head = "GET /bystander HTTP/1.1\r\nHost: localhost\r\nCookie: " + "c".repeat(MIB);
            for (int i = 0; i < 100; i++) {
                try (Client client = site.connect()) {
                    try {
                        client.send(head);
                    } catch (IOException refused) {
                        // It need not take all of it.
                    }
                    if (i % 25 == 0) {
                        bystander.assertServed();
                    }
                }
            }
            try (Client client = site.connect()) {
                client.send(head.substring(0, 20 << 10));
                Wire.Response response = client.response();
                assertThat(response.status()).isEqualTo(431);
                client.expectClosed();
            }
        }
        assertGivenBack(before);
    }
}
