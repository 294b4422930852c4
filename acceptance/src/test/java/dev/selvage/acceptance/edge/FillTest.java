package dev.selvage.acceptance.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Until;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Fills: what the edge fetches once, for whom, and what becomes of it when somebody leaves or dies.
@Timeout(60)
class FillTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    static Path directory;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.quickstart(directory, "cache.max-object: 8MiB\n");
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static List<Wire.Response> together(int clients, Callable<Wire.Response> visit, Callable<Void> meanwhile)
            throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Wire.Response>> visits = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                visits.add(threads.submit(visit));
            }
            meanwhile.call();
            List<Wire.Response> responses = new ArrayList<>();
            for (Future<Wire.Response> under : visits) {
                responses.add(under.get(30, TimeUnit.SECONDS));
            }
            return responses;
        }
    }

    private static void arrived(String path, long times) throws Exception {
        Until.holds("the origin is asked for " + path, SOON, () -> site.asked(path), asked -> asked >= times);
    }

    // ---- collapsing

    @Test
    void aHundredVisitorsAtOnceCostTheOriginOneRequest() throws Exception {
        Say.Gate gate = new Say.Gate();
        site.page("/crowd", Say.nothing().await(gate).then("""
                HTTP/1.1 200 OK\r
                Cache-Control: max-age=60\r
                Content-Length: 5\r
                \r
                crowd"""));

        List<Wire.Response> responses = together(100, () -> site.get("/crowd"), () -> {
            arrived("/crowd", 1);
            gate.open();
            return null;
        });

        assertThat(responses).hasSize(100).allSatisfy(response -> {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("crowd");
        });
        assertThat(responses.stream().map(Site::status).filter("MISS"::equals)).hasSize(1);
        assertThat(responses.stream().map(Site::status).filter("HIT"::equals)).hasSize(99);
        assertThat(site.asked("/crowd")).isEqualTo(1);
    }

    @Test
    void visitorsOfWhatCannotBeStoredDoNotQueueUpBehindEachOther() throws Exception {
        Say.Gate first = new Say.Gate();
        Say.Gate all = new Say.Gate();
        AtomicInteger order = new AtomicInteger();
        site.page("/personal", _ -> {
            int number = order.incrementAndGet();
            return (number == 1 ? Say.nothing().await(first) : Say.nothing().await(all))
                    .then("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 1\r\n\r\n" + number % 10);
        });

        List<Wire.Response> responses = together(10, () -> site.get("/personal"), () -> {
            arrived("/personal", 1);
            first.open();
            // All the others are at the origin at the same time: nobody waits for another's answer.
            arrived("/personal", 10);
            all.open();
            return null;
        });

        assertThat(responses).allSatisfy(response -> {
            assertThat(response.status()).isEqualTo(200);
            assertThat(Site.status(response)).isEqualTo("BYPASS");
        });
        assertThat(responses.stream().map(Wire.Response::text)).doesNotHaveDuplicates();
        assertThat(site.asked("/personal")).isEqualTo(10);
    }

    /// RFC 9111 section 5.2.2.4: only the origin can tell whose it is, before it is stored and at each validation.
    @Test
    void whatMustBeValidatedIsNotSharedWithThoseWhoCameTogether() throws Exception {
        Say.Gate first = new Say.Gate();
        Say.Gate others = new Say.Gate();
        AtomicInteger order = new AtomicInteger();
        site.page("/mine", request -> {
            String who = request.header("Cookie").orElse("nobody");
            boolean known = request.header("If-None-Match").orElse("").equals('"' + who + '"');
            String head = "Cache-Control: no-cache\r\nETag: \"" + who + "\"\r\n";
            return Say.nothing()
                    .await(order.incrementAndGet() == 1 ? first : others)
                    .then(
                            known
                                    ? "HTTP/1.1 304 Not Modified\r\n" + head + "\r\n"
                                    : "HTTP/1.1 200 OK\r\n" + head + "Content-Length: 3\r\n\r\n" + who);
        });
        try (Client ann = site.connect();
                Client bob = site.connect()) {
            for (int round = 0; round < 2; round++) {
                int before = order.get();
                ann.request("GET", "/mine", "", "Cookie: ann");
                arrived("/mine", before + 1);
                bob.request("GET", "/mine", "", "Cookie: bob");
                first.open();
                assertThat(ann.response().text()).isEqualTo("ann");
                arrived("/mine", before + 2);
                others.open();
                assertThat(bob.response().text()).isEqualTo("bob");
            }
        }
        assertThat(site.asked("/mine")).isEqualTo(4);
    }

    @Test
    void aFillThatFailsTwiceFailsAllWhoWaitAtOnce() throws Exception {
        Say.Gate gate = new Say.Gate();
        site.page(
                "/broken",
                Say.nothing().await(gate).then("this is not HTTP\r\n\r\n").thenClose());
        Set<Client> waiting = new HashSet<>();
        try {
            for (int i = 0; i < 10; i++) {
                Client client = site.connect();
                waiting.add(client);
                client.request("GET", "/broken", "");
            }
            arrived("/broken", 1);
            // One more on the same loops, answered: all ten are known to the edge by then.
            site.page("/other", Say.ok("other"));
            for (int i = 0; i < 10; i++) {
                assertThat(site.get("/other").text()).isEqualTo("other");
            }
            gate.open();
            for (Client client : waiting) {
                Wire.Response response = client.response();
                assertThat(response.status()).isEqualTo(520);
                assertThat(response.text()).contains("not HTTP");
            }
        } finally {
            for (Client client : waiting) {
                client.close();
            }
        }
        assertThat(site.asked("/broken"))
                .as("those who waited ask once more, it may have been the first one's fault; together, as far as they"
                        + " hear of the failure together")
                .isBetween(2L, 9L);
    }

    @Test
    void aRequestThatSelectsAnotherVariantGoesAlone() throws Exception {
        Say.Gate german = new Say.Gate();
        site.page("/tongues", request -> {
            String language = request.header("Accept-Language").orElse("");
            Say start = language.equals("de") ? Say.nothing().await(german) : Say.nothing();
            return start.then("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nVary: Accept-Language\r\n"
                    + "Content-Length: 2\r\n\r\n" + language);
        });
        try (Client de = site.connect();
                Client fr = site.connect()) {
            de.request("GET", "/tongues", "", "Accept-Language: de");
            arrived("/tongues", 1);
            fr.request("GET", "/tongues", "", "Accept-Language: fr");
            german.open();

            assertThat(de.response().text()).isEqualTo("de");
            assertThat(fr.response().text()).isEqualTo("fr");
        }
        assertThat(site.asked("/tongues")).isEqualTo(2);
        assertThat(Site.status(site.get("/tongues", "Accept-Language: de"))).isEqualTo("HIT");
        assertThat(site.get("/tongues", "Accept-Language: fr").text()).isEqualTo("fr");
        assertThat(site.asked("/tongues")).isEqualTo(2);
    }

    // ---- streaming

    @Test
    void aMissIsStreamedToAllWhoCameAndStoredWhole() throws Exception {
        Say.Gate gate = new Say.Gate();
        String half = "0123456789".repeat(20_000);
        site.page(
                "/stream",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 400000\r\n\r\n" + half)
                        .await(gate)
                        .then(half));
        try (Client early = site.connect();
                Client late = site.connect()) {
            early.request("GET", "/stream", "");
            assertThat(early.head().line()).contains("200");
            assertThat(early.read(half.length())).isEqualTo(half);
            late.request("GET", "/stream", "");
            assertThat(late.head().header("CF-Cache-Status")).contains("HIT");
            assertThat(late.read(half.length())).as("what has come so far").isEqualTo(half);
            gate.open();

            assertThat(early.read(half.length())).isEqualTo(half);
            assertThat(late.read(half.length())).isEqualTo(half);
        }
        Wire.Response stored = site.get("/stream");
        assertThat(Site.status(stored)).isEqualTo("HIT");
        assertThat(stored.text()).isEqualTo(half + half);
        assertThat(site.asked("/stream")).isEqualTo(1);
    }

    @Test
    void aMissInChunksIsStreamedAndStoredWithItsLength() throws Exception {
        Say.Gate gate = new Say.Gate();
        site.page(
                "/pieces",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .then("5\r\nfirst\r\n")
                        .await(gate)
                        .then("6\r\nsecond\r\n0\r\n\r\n"));
        try (Client early = site.connect()) {
            early.request("GET", "/pieces", "");
            assertThat(early.head().header("Transfer-Encoding")).contains("chunked");
            assertThat(early.read(10)).isEqualTo("5\r\nfirst\r\n");
            gate.open();
            assertThat(early.read(16)).isEqualTo("6\r\nsecond\r\n0\r\n\r\n".substring(0, 16));
        }
        Wire.Response stored = site.get("/pieces");
        assertThat(Site.status(stored)).isEqualTo("HIT");
        assertThat(stored.text()).isEqualTo("firstsecond");
    }

    @Test
    void whatTurnsOutTooLargeWhileTwoReadItArrivesWholeAtBoth() throws Exception {
        byte[] piece = new byte[1 << 20];
        new Random(7).nextBytes(piece);
        Say.Gate gate = new Say.Gate();
        site.page(
                "/outgrows",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .thenTalk((_, out) -> {
                            for (int i = 0; i < 20; i++) {
                                if (i == 2 && !gate.await(SOON)) {
                                    return;
                                }
                                out.write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
                                out.write(piece);
                                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                            }
                            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        }));
        List<Wire.Response> responses = together(2, () -> site.get("/outgrows"), () -> {
            arrived("/outgrows", 1);
            gate.open();
            return null;
        });
        for (Wire.Response response : responses) {
            assertThat(response.complete()).isTrue();
            assertThat(response.body()).hasSize(20 << 20);
            for (int i = 0; i < 20; i++) {
                assertThat(Arrays.equals(response.body(), i << 20, (i + 1) << 20, piece, 0, 1 << 20))
                        .as("megabyte " + i)
                        .isTrue();
            }
        }
    }

    @Test
    void whatTurnsOutTooLargeToStoreStillArrivesWhole() throws Exception {
        String chunk = "c".repeat(64 << 10);
        site.page(
                "/grows",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nConnection: close\r\n\r\n")
                        .thenTalk((_, out) -> {
                            for (int i = 0; i < 160; i++) {
                                out.write(chunk.getBytes(StandardCharsets.US_ASCII));
                            }
                        }));

        Wire.Response response = site.get("/grows");

        assertThat(response.complete()).isTrue();
        assertThat(response.body()).hasSize(160 * (64 << 10));
        assertThat(Site.status(site.get("/grows"))).isNotEqualTo("HIT");
        assertThat(site.asked("/grows")).isEqualTo(2);
    }

    // ---- back-pressure

    @Test
    void aSlowReaderSlowsTheOriginAndDoesNotFillTheMemory() throws Exception {
        long total = 96L << 20;
        AtomicLong written = new AtomicLong();
        site.page(
                "/flood",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: " + total + "\r\n\r\n")
                        .thenTalk((_, out) -> {
                            byte[] piece = new byte[64 << 10];
                            while (written.get() < total) {
                                out.write(piece);
                                written.addAndGet(piece.length);
                            }
                        }));
        try (Client slow = Client.connect(site.port(), 16 << 10)) {
            slow.request("GET", "/flood", "");
            assertThat(slow.head().line()).contains("200");
            assertStalls(written);

            long read = 0;
            while (read < total) {
                int count = slow.read(1 << 20).length();
                assertThat(count).as("after " + read + " bytes").isPositive();
                read += count;
            }
            assertThat(read).isEqualTo(total);
        }
    }

    @Test
    void anOriginThatTakesAnUploadSlowlySlowsTheVisitor() throws Exception {
        Say.Gate gate = new Say.Gate();
        byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall".getBytes(StandardCharsets.US_ASCII);
        try (RawOrigin _ = new RawOrigin(site, "slow.example", (in, out) -> {
                    if (gate.await(SOON)) {
                        in.skipNBytes(64L << 20);
                        out.write(answer);
                    }
                });
                Client client = site.connect()) {
            long total = 64L << 20;
            AtomicLong written = new AtomicLong();
            client.send("POST /slow HTTP/1.1\r\nHost: slow.example\r\nContent-Length: " + total + "\r\n\r\n");
            Thread.ofVirtual().start(() -> {
                try {
                    byte[] piece = new byte[64 << 10];
                    while (written.get() < total) {
                        client.send(piece);
                        written.addAndGet(piece.length);
                    }
                } catch (IOException over) {
                    // What the origin counts tells.
                }
            });
            assertStalls(written);
            gate.open();
            assertThat(client.response().text()).isEqualTo("all");
        }
    }

    /// Nothing more is written, and not much was: what the kernel's buffers of two connections take, and the edge's
    /// own window of half a megabyte.
    private static void assertStalls(AtomicLong written) throws Exception {
        long[] seen = {0, 0};
        Until.holds(
                "the writes stall",
                SOON,
                () -> {
                    long now = written.get();
                    seen[1] = now == seen[0] && now > 0 ? seen[1] + 1 : 0;
                    seen[0] = now;
                    return seen[1];
                },
                same -> same >= 60);
        assertThat(written.get()).isLessThan(24L << 20);
    }

    // ---- leaving

    private static long flooded(String path, String control, Say.Gate gone) {
        long total = 64L << 20;
        site.page(
                path,
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: " + control + "\r\nContent-Length: " + total + "\r\n\r\n")
                        .thenTalk((_, out) -> {
                            try {
                                byte[] piece = new byte[64 << 10];
                                for (long sent = 0; sent < total; sent += piece.length) {
                                    out.write(piece);
                                }
                            } catch (SocketException ended) {
                                gone.open();
                            }
                        }));
        return total;
    }

    @Test
    void whenTheOnlyReaderOfWhatCannotBeStoredLeavesTheOriginIsLetGo() throws Exception {
        Say.Gate gone = new Say.Gate();
        flooded("/left", "no-store", gone);
        try (Client client = site.connect()) {
            client.request("GET", "/left", "");
            assertThat(client.head().line()).contains("200");
            assertThat(client.read(1000)).hasSize(1000);
        }
        assertThat(gone.await(SOON)).as("the origin's connection ends").isTrue();
    }

    @Test
    void whenTheReaderOfWhatCanBeStoredLeavesTheFillGoesOn() throws Exception {
        Say.Gate gate = new Say.Gate();
        String half = "h".repeat(100_000);
        site.page(
                "/kept",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 200000\r\n\r\n" + half)
                        .await(gate)
                        .then(half));
        try (Client client = site.connect()) {
            client.request("GET", "/kept", "");
            assertThat(client.head().line()).contains("200");
            client.reset();
        }
        gate.open();

        Until.holds("it is stored", SOON, () -> Site.status(site.get("/kept")), "HIT"::equals);
        assertThat(site.get("/kept").text()).isEqualTo(half + half);
        assertThat(site.asked("/kept")).isEqualTo(1);
    }

    @Test
    void whenAVisitorLeavesWhileItWaitsForWhatCannotBeStoredTheOriginIsLetGo() throws Exception {
        Say.Gate gone = new Say.Gate();
        site.page("/patience", Say.nothing().untilGone(gone));
        try (Client client = site.connect()) {
            client.request("POST", "/patience", "question");
            arrived("/patience", 1);
        }
        assertThat(gone.await(SOON)).isTrue();
    }

    @Test
    void whenAVisitorLeavesWhileOthersWaitTheyAreServed() throws Exception {
        Say.Gate gate = new Say.Gate();
        site.page("/others", Say.nothing().await(gate).then("""
                HTTP/1.1 200 OK\r
                Cache-Control: max-age=60\r
                Content-Length: 4\r
                \r
                them"""));
        try (Client stays = site.connect()) {
            try (Client leaves = site.connect()) {
                leaves.request("GET", "/others", "");
                arrived("/others", 1);
                stays.request("GET", "/others", "");
                leaves.reset();
            }
            gate.open();
            assertThat(stays.response().text()).isEqualTo("them");
        }
        assertThat(site.asked("/others")).isEqualTo(1);
    }

    @Test
    void anUploadThatItsVisitorBreaksOffIsNeverWholeAtTheOrigin() throws Exception {
        site.page("/upload-length", Say.ok("thanks"));
        site.page("/upload-chunked", Say.ok("thanks"));
        try (Client client = site.connect()) {
            client.send("POST /upload-length HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf of it");
            begun("/upload-length");
        }
        try (Client client = site.connect()) {
            client.send("POST /upload-chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            begun("/upload-chunked");
        }

        Until.holds(
                "the origin sees both requests end within their bodies",
                SOON,
                () -> site.origin().broken().stream()
                        .filter(head -> head.line().contains(" /upload-"))
                        .count(),
                broken -> broken == 2);
        assertThat(site.asked("/upload-length") + site.asked("/upload-chunked")).isZero();
    }

    private static void begun(String path) throws Exception {
        Until.holds(
                "the request begins",
                SOON,
                () -> site.origin().begun().stream().filter(head -> head.line().contains(path + " ")),
                heads -> heads.findAny().isPresent());
    }

    // ---- the origin dies

    private static void assertBrokenAndForgotten(String path, Say dying) throws Exception {
        site.page(path, dying);
        Wire.Response broken = brokenGet(path);
        assertThat(broken.complete())
                .as("the visitor sees that it is not whole")
                .isFalse();
        site.page(path, Say.ok("whole").header("Cache-Control", "max-age=60"));
        Wire.Response next = site.get(path);
        assertThat(next.text()).isEqualTo("whole");
        assertThat(Site.status(next)).isEqualTo("MISS");
        assertThat(Site.status(site.get(path))).isEqualTo("HIT");
        assertThat(site.asked(path)).isEqualTo(2);
    }

    /// A reset in the middle of the body is as good a sign as an early end.
    private static Wire.Response brokenGet(String path) throws IOException {
        try (Client client = site.connect()) {
            client.request("GET", path, "");
            try {
                return client.response();
            } catch (SocketException reset) {
                return new Wire.Response(new Wire.Head("HTTP/1.1 200 reset", List.of()), new byte[0], false, List.of());
            }
        }
    }

    @Test
    void aBodyShorterThanItsLengthIsBrokenForTheVisitorAndNotStored() throws Exception {
        assertBrokenAndForgotten(
                "/dies-length",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\n12345")
                        .thenClose());
    }

    @Test
    void aChunkedBodyWithoutItsLastChunkIsBrokenForTheVisitorAndNotStored() throws Exception {
        assertBrokenAndForgotten(
                "/dies-chunked",
                Say.raw(
                                "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n")
                        .thenClose());
    }

    @Test
    void anOriginThatResetsMidBodyBreaksTheResponseToo() throws Exception {
        Say.Gate gate = new Say.Gate();
        site.page(
                "/resets",
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\n12345")
                        .await(gate)
                        .thenReset());
        try (Client client = site.connect()) {
            client.request("GET", "/resets", "");
            assertThat(client.head().line()).contains("200");
            assertThat(client.read(5)).isEqualTo("12345");
            gate.open();
            client.expectClosed();
        }
        site.page("/resets", Say.ok("again"));
        assertThat(site.get("/resets").text()).isEqualTo("again");
    }

    @Test
    void aChunkThatIsNoChunkBreaksTheResponse() throws Exception {
        assertBrokenAndForgotten("/no-chunk", Say.raw("""
                HTTP/1.1 200 OK\r
                Cache-Control: max-age=60\r
                Transfer-Encoding: chunked\r
                \r
                5\r
                12345\r
                ZZ\r
                """));
    }

    // ---- purges

    private static String zone() throws IOException {
        return site.program().api().zone("quickstart.internal");
    }

    private static void purge(String json) throws IOException {
        site.program().api().post("/zones/" + zone() + "/purge_cache", json).result();
    }

    private static void assertNotFreshAfter(String path, String purge) throws Exception {
        Say.Gate gate = new Say.Gate();
        site.page(
                path,
                Say.raw("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 6\r\n\r\nbef")
                        .await(gate)
                        .then("ore"));
        try (Client client = site.connect()) {
            client.request("GET", path, "", "Host: purge.example");
            assertThat(client.head().line()).contains("200");
            assertThat(client.read(3)).isEqualTo("bef");
            purge(purge);
            site.page(path, Say.ok("after").header("Cache-Control", "max-age=60"));
            gate.open();
            assertThat(client.read(3)).as("who was being served gets the whole").isEqualTo("ore");
        }
        assertThat(site.get(path, "Host: purge.example").text()).isEqualTo("after");
        assertThat(Site.status(site.get(path, "Host: purge.example"))).isEqualTo("HIT");
    }

    @Test
    void aFillThatBeganBeforeEverythingIsPurgedIsNotFreshAfterIt() throws Exception {
        assertNotFreshAfter("/purged-all", "{\"purge_everything\":true}");
    }

    @Test
    void aFillThatBeganBeforeItsUrlIsPurgedIsNotFreshAfterIt() throws Exception {
        assertNotFreshAfter("/purged-url", "{\"files\":[\"http://purge.example/purged-url\"]}");
    }
}
