package dev.selvage.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Starting, stopping and dying.
@Timeout(180)
class LifeTest {
    @TempDir
    Path directory;

    @Test
    void itStartsWhileTheOriginIsDownAndSaysSo() throws Exception {
        int nobody = Origin.nobody();
        try (Program program = Program.in(directory).up(java.net.URI.create("http://127.0.0.1:" + nobody))) {
            String health = Until.holds(
                    "health shows it",
                    Duration.ofSeconds(10),
                    () -> Client.get(program.apiPort(), "/health/ready").text(),
                    text -> text.contains("degraded"));
            assertThat(health).contains("127.0.0.1:" + nobody).contains("\"status\":\"ready\"");
            assertThat(program.err()).contains("WARNING").contains("127.0.0.1:" + nobody);
            assertThat(Client.get(program.edgePort(), "/").status()).isBetween(502, 530);

            try (Origin back = Origin.answering(nobody, _ -> Say.ok("back"))) {
                Until.holds(
                        "it is served again",
                        Duration.ofSeconds(10),
                        () -> Client.get(program.edgePort(), "/").text(),
                        "back"::equals);
                Until.holds(
                        "health recovers",
                        Duration.ofSeconds(10),
                        () -> Client.get(program.apiPort(), "/health/ready").text(),
                        text -> !text.contains("degraded"));
                assertThat(back.requests()).isNotEmpty();
            }
        }
    }

    @Test
    void sigtermLetsRequestsFinishAndExitsWithZero() throws Exception {
        Say.Gate gate = new Say.Gate();
        try (Origin origin = Origin.answering(_ -> Say.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
                        .await(gate)
                        .then("after"));
                Program program = Program.in(directory).up(origin.uri());
                Client client = Client.connect(program.edgePort())) {
            client.request("GET", "/slow", "");
            assertThat(client.head().line()).startsWith("HTTP/1.1 200");

            program.signal("TERM");
            Until.holds("it says that it stops", Duration.ofSeconds(5), program::err, err -> err.contains("stopping"));
            gate.open();

            assertThat(client.read(10)).isEqualTo("firstafter");
            assertThat(program.ended()).isZero();
        }
    }

    @Test
    void aRequestThatNeverEndsHoldsTheStopNoLongerThanTheDrainTime() throws Exception {
        try (Origin origin = Origin.answering(_ -> Say.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
                        .await(new Say.Gate()));
                Program program = Program.in(directory).settings("drain: 1s\n").up(origin.uri());
                Client client = Client.connect(program.edgePort())) {
            client.request("GET", "/endless", "");
            client.head();
            long before = System.nanoTime();

            assertThat(program.terminate()).isZero();

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(6));
        }
    }

    @Test
    void aSecondSignalStopsAtOnce() throws Exception {
        try (Origin origin = Origin.answering(_ -> Say.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
                        .await(new Say.Gate()));
                Program program = Program.in(directory).settings("drain: 10m\n").up(origin.uri());
                Client client = Client.connect(program.edgePort())) {
            client.request("GET", "/endless", "");
            client.head();

            program.signal("INT");
            Until.holds("it says that it stops", Duration.ofSeconds(5), program::err, err -> err.contains("stopping"));
            program.signal("INT");

            assertThat(program.ended()).isEqualTo(130);
        }
    }

    @Test
    void aKilledProgramHasKeptEveryAcknowledgedChange() throws Exception {
        ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
        try (Origin origin = Origin.answering(_ -> Say.ok("here"))) {
            try (Program program = Program.in(directory).up()) {
                Api api = program.api();
                String zone = api.createZone("kept.example");
                api.proxy(zone, "kept.example", origin.port());
                AtomicBoolean over = new AtomicBoolean();
                List<Thread> writers = new ArrayList<>();
                for (int writer = 0; writer < 4; writer++) {
                    String prefix = "w" + writer + "-";
                    writers.add(Thread.ofVirtual().start(() -> write(api, zone, prefix, acknowledged, over)));
                }
                Until.holds("some changes are in", Duration.ofSeconds(60), acknowledged::size, size -> size > 60);
                program.kill();
                over.set(true);
                for (Thread thread : writers) {
                    thread.join();
                }
            }
            try (Program program = Program.in(directory).up()) {
                String zone = program.api().zone("kept.example");
                List<String> kept = new ArrayList<>();
                for (JsonNode stored : program.api()
                        .get("/zones/" + zone + "/dns_records?per_page=50000")
                        .result()) {
                    kept.add(stored.path("name").asString());
                }
                assertThat(kept).containsAll(acknowledged);
                String last = acknowledged.stream().reduce("", (_, next) -> next);
                Until.holds(
                        "the edge serves the last one",
                        Duration.ofSeconds(5),
                        () -> Client.get(program.edgePort(), "/", "Host: " + last)
                                .text(),
                        "here"::equals);
            }
        }
    }

    private static void write(
            Api api, String zone, String prefix, ConcurrentLinkedQueue<String> acknowledged, AtomicBoolean over) {
        for (int i = 0; !over.get(); i++) {
            String name = prefix + i + ".kept.example";
            try {
                Api.Answer answer = api.post(
                        "/zones/" + zone + "/dns_records",
                        "{\"type\":\"A\",\"name\":\"%s\",\"content\":\"127.0.0.1\",\"proxied\":true}".formatted(name));
                if (answer.status() == 200) {
                    acknowledged.add(name);
                }
            } catch (java.io.IOException killed) {
                return;
            }
        }
    }

    @Test
    void twoProgramsDoNotShareADataDirectory() throws Exception {
        try (Program program = Program.in(directory).up()) {
            Program.Ran second = Program.run(
                    directory,
                    java.util.Map.of(),
                    "up",
                    "--data",
                    program.data().toString(),
                    "--http",
                    "0",
                    "--https",
                    "0",
                    "--api",
                    "0");

            assertThat(second.exit()).isEqualTo(69);
            assertThat(second.err())
                    .contains("in use by the process " + program.pid())
                    .contains("--data");
            assertThat(Client.get(program.apiPort(), "/health/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void aTakenEdgePortIsNamedWithItsOptionAndNothingIsLeftRunning() throws Exception {
        try (Origin taken = Origin.answering(_ -> Say.ok(""))) {
            Program.Ran ran = Program.run(
                    directory,
                    java.util.Map.of(),
                    "up",
                    "--data",
                    directory.resolve("data").toString(),
                    "--http",
                    String.valueOf(taken.port()),
                    "--https",
                    "0",
                    "--api",
                    "0");

            assertThat(ran.exit()).isEqualTo(69);
            assertThat(ran.err()).contains(String.valueOf(taken.port())).contains("--http");
        }
        try (Program program = Program.in(directory).up()) {
            assertThat(program.api().get("/zones").status()).isEqualTo(200);
        }
    }

    @Test
    void aGivenTokenIsTheOneThatCounts() throws Exception {
        String token = "given-0123456789-given-0123456789";
        try (Program program = Program.in(directory).token(token).up()) {
            assertThat(program.api().get("/user/tokens/verify").status()).isEqualTo(200);
            assertThat(program.out() + program.err()).doesNotContain(token);
        }
    }
}
