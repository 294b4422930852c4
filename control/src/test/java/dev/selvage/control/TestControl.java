package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog.Batch;
import dev.selvage.toolkit.log.ChangeLog.Entry;
import dev.selvage.toolkit.log.ChangeLog.Position;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Router;
import dev.selvage.toolkit.web.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The management plane behind a real web server on loopback.
final class TestControl implements AutoCloseable {
    static final String TOKEN = "test-token-0123456789-abcdefghij-KLMNOPQ";

    final TestClock clock;
    final Health health = new Health();
    final Metrics metrics = new Metrics();
    final Control control;
    private final Path directory;
    private final WebServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private TestControl(Path directory, TestClock clock) throws IOException {
        this.directory = directory;
        this.clock = clock;
        control = Control.open(new ControlSettings(directory, TOKEN, clock), health, metrics);
        Router router = new Router();
        control.routes(router);
        router.add("GET", "/fails", _ -> {
            throw new IllegalStateException("a bug with a secret in its message");
        });
        server =
                WebServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), router, control.fallback());
    }

    static TestControl open(Path directory) throws IOException {
        return open(directory, Instant.parse("2026-03-01T12:00:00.123456Z"));
    }

    static TestControl open(Path directory, Instant now) throws IOException {
        return new TestControl(directory, new TestClock(now));
    }

    /// Closes this and opens the same directory again.
    TestControl reopen() throws IOException {
        close();
        return new TestControl(directory, clock);
    }

    /// An answer of the API.
    record Result(int status, HttpResponse<String> response, JsonNode body) {
        JsonNode result() {
            return body.get("result");
        }

        int code() {
            return body.at("/errors/0/code").intValue();
        }

        String message() {
            return body.at("/errors/0/message").asString();
        }

        String pointer() {
            return body.at("/errors/0/source/pointer").asString();
        }

        String id() {
            return result().get("id").stringValue();
        }

        /// This, when it is a success in the envelope.
        Result ok() {
            assertThat(status).as(response.body()).isEqualTo(200);
            assertThat(body.get("success").booleanValue()).isTrue();
            assertThat(body.get("errors").isEmpty()).isTrue();
            return this;
        }

        /// This, when it is this failure in the envelope.
        Result refused(int wantedStatus, int code) {
            assertThat(status).as(response.body()).isEqualTo(wantedStatus);
            assertThat(body.get("success").booleanValue()).isFalse();
            assertThat(body.get("result").isNull()).isTrue();
            assertThat(body.get("messages").isArray()).isTrue();
            assertThat(code()).as(response.body()).isEqualTo(code);
            return this;
        }
    }

    Result get(String path) throws Exception {
        return send("GET", path, null);
    }

    Result send(String method, String path, @Nullable String body) throws Exception {
        return send(method, "/client/v4" + path, body, "Authorization", "Bearer " + TOKEN);
    }

    /// A call with these headers and no others.
    Result send(String method, String path, @Nullable String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        JsonNode json = Json.MAPPER.readTree(response.body());
        assertThat(json.propertyNames()).contains("success", "errors", "messages", "result");
        return new Result(response.statusCode(), response, json);
    }

    HttpResponse<String> head(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .HEAD()
                        .header("Authorization", "Bearer " + TOKEN)
                        .build(),
                BodyHandlers.ofString());
    }

    String account() throws Exception {
        return get("/accounts").ok().result().get(0).get("id").stringValue();
    }

    /// Makes a zone and answers its id.
    String zone(String name) throws Exception {
        return send("POST", "/zones", "{\"account\":{\"id\":\"" + account() + "\"},\"name\":\"" + name + "\"}")
                .ok()
                .id();
    }

    /// Makes a record and answers its id.
    String record(String zone, String type, String name, String content, boolean proxied) throws Exception {
        return send(
                        "POST",
                        "/zones/" + zone + "/dns_records",
                        "{\"type\":\"" + type + "\",\"name\":\"" + name + "\",\"content\":\"" + content
                                + "\",\"proxied\":" + proxied + "}")
                .ok()
                .id();
    }

    /// The zone in the change log, once `wanted` holds for it.
    ZoneConfig published(String zone, Predicate<ZoneConfig> wanted) throws InterruptedException {
        Position at = Position.START;
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline) {
            Batch batch = control.changeLog().read(at, 1_000, Duration.ofMillis(200));
            at = batch.next();
            for (Entry entry : batch.entries()) {
                if (entry.stream().equals("zones") && entry.key().equals(zone) && entry.value() != null) {
                    ZoneConfig config = Json.read(entry.value(), ZoneConfig.class);
                    if (wanted.test(config)) {
                        return config;
                    }
                }
            }
        }
        throw new AssertionError("the change log never had the zone as wanted; it has "
                + latest(zone).map(ZoneConfig::toString).orElse("nothing"));
    }

    /// The zone as the change log has it now.
    Optional<ZoneConfig> latest(String zone) {
        return control.changeLog().snapshot().entries().stream()
                .filter(entry -> entry.stream().equals("zones") && entry.key().equals(zone))
                .map(entry -> Json.read(Objects.requireNonNull(entry.value()), ZoneConfig.class))
                .findFirst();
    }

    /// The purges in the change log, once there are `count`.
    List<PurgeCommand> purges(int count) throws InterruptedException {
        Position at = Position.START;
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline) {
            List<PurgeCommand> purges = control.changeLog().commands("purges").entries().stream()
                    .map(entry -> Json.read(Objects.requireNonNull(entry.value()), PurgeCommand.class))
                    .toList();
            if (purges.size() >= count) {
                return purges;
            }
            at = control.changeLog().read(at, 1_000, Duration.ofMillis(200)).next();
        }
        throw new AssertionError("the change log never had " + count + " purges");
    }

    static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        control.close();
    }
}
