package dev.selvage.analytics;

import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.purge.PurgeHistory;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Fallback;
import dev.selvage.toolkit.web.Router;
import dev.selvage.toolkit.web.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The analytics plane behind a real web server, and a client of it.
final class Api implements AutoCloseable {
    final Health health = new Health();
    final Metrics metrics = new Metrics();
    final Analytics analytics;
    private final WebServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    Api(Path directory) throws IOException {
        this(AnalyticsSettings.in(directory));
    }

    Api(AnalyticsSettings settings) throws IOException {
        analytics = Analytics.open(settings, new FakeAccess(), PurgeHistory.NONE, health, metrics);
        Router router = new Router();
        analytics.routes(router);
        server = WebServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), router, new Plain());
    }

    /// @param status the HTTP status
    record Reply(int status, JsonNode json) {
        String message() {
            return json.at("/errors/0/message").asString();
        }

        /// The groups of the first zone or account.
        JsonNode groups(String dataset) {
            JsonNode scope = json.at("/data/viewer/zones/0").isMissingNode()
                    ? json.at("/data/viewer/accounts/0")
                    : json.at("/data/viewer/zones/0");
            return scope.path(dataset);
        }
    }

    Reply ask(String query) throws Exception {
        return ask("Bearer all", query, Map.of());
    }

    Reply ask(String query, Map<String, Object> variables) throws Exception {
        return ask("Bearer all", query, variables);
    }

    Reply ask(@Nullable String authorization, String query, Map<String, Object> variables) throws Exception {
        Map<String, Object> body = new HashMap<>();
        body.put("query", query);
        body.put("variables", variables.isEmpty() ? null : variables);
        return post(authorization, new String(Json.write(body), java.nio.charset.StandardCharsets.UTF_8));
    }

    Reply post(@Nullable String authorization, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + "/client/v4/graphql"))
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Reply(response.statusCode(), Json.MAPPER.readTree(response.body()));
    }

    /// Offers a batch and waits until it can be queried.
    void record(TrafficBatch batch) throws Exception {
        if (!analytics.offer(batch)) {
            throw new AssertionError("refused");
        }
        long offered = System.currentTimeMillis();
        // The watermark allows for what edges hold back, so it passes this moment a little later.
        await(() -> {
            try {
                String watermark = ask("{viewer{budget}}")
                        .json()
                        .at("/extensions/watermark")
                        .asString();
                return !watermark.isEmpty() && Instant.parse(watermark).toEpochMilli() >= offered - 900;
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        });
    }

    /// Waits at most 20 s.
    static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("waited 20 s in vain");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        server.close();
        analytics.close();
    }

    private static final class Plain implements Fallback {
        @Override
        public Answer notFound(String method, String path) {
            return Answer.text(404, "no such path");
        }

        @Override
        public Answer methodNotAllowed(String method, String path, List<String> allowed) {
            return Answer.text(405, "wrong method");
        }

        @Override
        public Answer tooLarge(String path, int limit) {
            return Answer.text(413, "too large");
        }

        @Override
        public Answer badRequest(String path, String reason) {
            return Answer.text(400, reason);
        }

        @Override
        public Answer failed(String path, String id) {
            return Answer.text(500, id);
        }
    }
}
