package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.access.Credentials;
import dev.selvage.control.api.Api;
import dev.selvage.control.api.Permission;
import dev.selvage.control.contract.Contract;
import dev.selvage.control.contract.Exchange;
import dev.selvage.control.purge.PurgeLimits;
import dev.selvage.model.origin.OriginPolicy;
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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The management plane behind a real web server on loopback.
final class TestControl implements AutoCloseable {
    static final String TOKEN = "test-token-0123456789-abcdefghij-KLMNOPQ";

    private static final List<String> ADDRESSES = List.of("192.0.2.0/24", "2001:db8::/32");

    final TestClock clock;
    final Health health = new Health();
    final Metrics metrics = new Metrics();
    final Control control;

    /// Every operation of the API.
    final List<Api.Route> routes;

    private final Path directory;
    private final Connection audit;
    private final AtomicLong started = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();
    private final WebServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private final Credentials.Limits limits;
    private final PurgeLimits purging;
    private final OriginPolicy origins;

    private TestControl(
            Path directory, TestClock clock, Credentials.Limits limits, PurgeLimits purging, OriginPolicy origins)
            throws IOException {
        this.directory = directory;
        this.clock = clock;
        this.limits = limits;
        this.purging = purging;
        this.origins = origins;
        control = Control.open(
                new ControlSettings(directory, TOKEN, limits, purging, ADDRESSES, origins, clock), health, metrics);
        try {
            audit = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("control.db"));
        } catch (SQLException failure) {
            throw new IOException(failure);
        }
        Router router = new Router();
        routes = control.routes(router);
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
        return new TestControl(
                directory, new TestClock(now), Credentials.Limits.DEFAULTS, PurgeLimits.DEFAULTS, OriginPolicy.NEARBY);
    }

    static TestControl open(Path directory, PurgeLimits purging) throws IOException {
        return new TestControl(
                directory,
                new TestClock(Instant.parse("2026-03-01T12:00:00.123456Z")),
                Credentials.Limits.DEFAULTS,
                purging,
                OriginPolicy.NEARBY);
    }

    static TestControl open(Path directory, Credentials.Limits limits) throws IOException {
        return new TestControl(
                directory,
                new TestClock(Instant.parse("2026-03-01T12:00:00.123456Z")),
                limits,
                PurgeLimits.DEFAULTS,
                OriginPolicy.NEARBY);
    }

    /// Closes this and opens the same directory again.
    TestControl reopen() throws IOException {
        return reopen(origins);
    }

    /// Closes this and opens the same directory with other addresses allowed as origins.
    TestControl reopen(OriginPolicy origins) throws IOException {
        close();
        return new TestControl(directory, clock, limits, purging, origins);
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

        /// This, when it is a success that has nothing to say.
        Result done() {
            assertThat(status).as(response.body()).isEqualTo(204);
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

    /// A call with this token.
    Result sendAs(String token, String method, String path, @Nullable String body) throws Exception {
        return send(method, "/client/v4" + path, body, "Authorization", "Bearer " + token);
    }

    /// Makes a token of the user and answers its secret.
    ///
    /// @param resources as the API takes them, such as `{"com.cloudflare.api.account.zone.*": "*"}`
    String token(String resources, Permission... permissions) throws Exception {
        return send("POST", "/user/tokens", tokenBody(resources, permissions))
                .ok()
                .result()
                .get("value")
                .stringValue();
    }

    /// A token for these zones of the user.
    String zoneToken(String zone, Permission... permissions) throws Exception {
        return token("{\"com.cloudflare.api.account.zone." + zone + "\":\"*\"}", permissions);
    }

    static String tokenBody(String resources, Permission... permissions) {
        String groups = Stream.of(permissions)
                .map(permission -> "{\"id\":\"" + permission.id() + "\"}")
                .collect(Collectors.joining(","));
        return "{\"name\":\"test\",\"policies\":[{\"effect\":\"allow\",\"resources\":" + resources
                + ",\"permission_groups\":[" + groups + "]}]}";
    }

    /// A call with these headers and no others.
    ///
    /// Whatever changes something must have left a note in the audit log, and what failed must not.
    Result send(String method, String path, @Nullable String body, String... headers) throws Exception {
        long call = started.incrementAndGet();
        boolean alone = running.getAndIncrement() == 0;
        try {
            long notes = notes();
            Result result = exchange(method, path, body, headers);
            boolean changes = !method.equals("GET")
                    && result.status < 300
                    && !path.contains("dry_run=true")
                    && !path.endsWith("/activation_check")
                    && !path.endsWith("/request-tracer/trace")
                    && !path.endsWith("/purge_cache/preview")
                    && !(path.endsWith("/batch") && "{}".equals(body));
            // What fails beside a change of somebody else cannot be told from it.
            if (changes || (alone && started.get() == call)) {
                assertThat(notes() > notes)
                        .as("audit notes of " + method + " " + path + " " + body)
                        .isEqualTo(changes);
            }
            return result;
        } finally {
            running.decrementAndGet();
        }
    }

    private synchronized long notes() throws SQLException {
        try (Statement statement = audit.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from audit_log")) {
            return rows.getLong(1);
        }
    }

    private Result exchange(String method, String path, @Nullable String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        Contract.check(new Exchange(
                method,
                path,
                body == null ? "" : body,
                response.statusCode(),
                response.headers().firstValue("content-type").orElse(""),
                response.body()));
        if (response.statusCode() == 204) {
            assertThat(response.body()).isEmpty();
            assertThat(response.headers().map()).doesNotContainKeys("content-type", "content-length");
            return new Result(204, response, Json.MAPPER.missingNode());
        }
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        JsonNode json = Json.MAPPER.readTree(response.body());
        return new Result(response.statusCode(), response, json);
    }

    /// An answer that is not in the envelope.
    HttpResponse<String> text(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/client/v4" + path))
                        .header("Authorization", "Bearer " + TOKEN)
                        .build(),
                BodyHandlers.ofString());
    }

    /// Sends a form with one file and answers.
    Result upload(String path, String file, String proxied) throws Exception {
        String form = "--b0und\r\nContent-Disposition: form-data; name=\"file\"; filename=\"zone.txt\"\r\n\r\n" + file
                + "\r\n--b0und\r\nContent-Disposition: form-data; name=\"proxied\"\r\n\r\n" + proxied
                + "\r\n--b0und--\r\n";
        return send(
                "POST",
                "/client/v4" + path,
                form,
                "Authorization",
                "Bearer " + TOKEN,
                "Content-Type",
                "multipart/form-data; boundary=b0und");
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
        try {
            audit.close();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        control.close();
    }
}
