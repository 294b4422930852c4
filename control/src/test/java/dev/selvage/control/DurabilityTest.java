package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.zone.ProxiedHost;
import dev.selvage.toolkit.json.Json;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DurabilityTest {
    private static final int WRITERS = 4;

    @TempDir
    Path directory;

    private final Set<String> records = ConcurrentHashMap.newKeySet();
    private final Set<String> purges = ConcurrentHashMap.newKeySet();

    @Test
    void everyAcknowledgedChangeSurvivesAKill() throws Exception {
        String zone;
        try (TestControl api = TestControl.open(directory, Instant.now())) {
            zone = api.zone("example.com");
        }
        for (int round = 1; round <= 3; round++) {
            writeUntilKilled(zone, round);
            try (TestControl api = TestControl.open(directory, Instant.now())) {
                Set<String> stored = TestControl.each(api.get("/zones/" + zone + "/dns_records?per_page=5000")
                                .ok()
                                .result())
                        .map(record -> record.get("name").stringValue())
                        .collect(Collectors.toSet());
                assertThat(stored).containsAll(records);
                assertThat(api.latest(zone).orElseThrow().hosts().stream().map(ProxiedHost::name))
                        .as("what the edges learn is what is stored")
                        .containsExactlyInAnyOrderElementsOf(stored);
                List<PurgeCommand> published = api.control.changeLog().commands("purges").entries().stream()
                        .map(entry -> Json.read(java.util.Objects.requireNonNull(entry.value()), PurgeCommand.class))
                        .toList();
                assertThat(published).extracting(PurgeCommand::id).containsAll(purges);
                assertThat(published)
                        .as("a sequence is one purge, even where it was published twice")
                        .allSatisfy(purge -> assertThat(published)
                                .filteredOn(other -> other.sequence() == purge.sequence())
                                .allMatch(purge::equals));
            }
        }
        assertThat(records).hasSizeGreaterThan(10);
        assertThat(purges).hasSizeGreaterThan(10);
    }

    private void writeUntilKilled(String zone, int round) throws Exception {
        Path portFile = directory.resolve("port");
        Files.deleteIfExists(portFile);
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath(),
                        KilledProgram.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Await.until(() -> Files.exists(portFile) || !program.isAlive());
            assertThat(program.isAlive())
                    .as(Files.readString(directory.resolve("output")))
                    .isTrue();
            String base = "http://127.0.0.1:" + Files.readString(portFile) + "/client/v4/zones/" + zone;
            int before = records.size();
            Thread[] writers = new Thread[WRITERS];
            for (int writer = 0; writer < WRITERS; writer++) {
                String name = "r" + round + "-w" + writer + "-";
                writers[writer] = Thread.ofVirtual().start(() -> write(client, base, name));
            }
            // In the middle of a write, whichever that is.
            Await.until(() -> records.size() >= before + 20);
            program.destroyForcibly();
            assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
            for (Thread writer : writers) {
                writer.join();
            }
        } finally {
            program.destroyForcibly();
        }
    }

    /// Makes records and purges until nobody answers, and remembers what was acknowledged.
    private void write(HttpClient client, String base, String name) {
        try {
            for (int i = 0; i < 500; i++) {
                JsonNode record = post(
                        client,
                        base + "/dns_records",
                        "{\"type\":\"A\",\"name\":\"" + name + i + "\",\"content\":\"192.0.2.1\",\"proxied\":true}");
                records.add(record.get("name").stringValue());
                purges.add(post(client, base + "/purge_cache", "{\"purge_everything\":true}")
                        .get("id")
                        .stringValue());
            }
        } catch (IOException _) {
            // The kill.
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private static JsonNode post(HttpClient client, String url, String body) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(30))
                        .header("Authorization", "Bearer " + TestControl.TOKEN)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        return Json.MAPPER.readTree(response.body()).get("result");
    }

    /// The class path of this test, whether it is given whole or by a jar that only names it.
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator);
    }
}
