package dev.selvage.bench.analytics;

import dev.selvage.analytics.Analytics;
import dev.selvage.analytics.AnalyticsSettings;
import dev.selvage.model.access.Access;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.purge.PurgeHistory;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The analytics plane over a store, behind a real web server, and a client of it.
final class Client implements AutoCloseable {
    private final Health health = new Health();
    private final Metrics metrics = new Metrics();
    private final Analytics analytics;
    private final WebServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    Client(AnalyticsSettings settings) throws IOException {
        analytics = Analytics.open(settings, new Everyone(), PurgeHistory.NONE, health, metrics);
        Router router = new Router();
        analytics.routes(router);
        server = WebServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), router, new Plain());
    }

    /// Asks, and fails on any answer but 200.
    JsonNode ask(String body) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send(body);
        if (response.statusCode() != 200) {
            throw new IOException("a question was answered " + response.statusCode() + ": "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return Json.MAPPER.readTree(response.body());
    }

    private HttpResponse<byte[]> send(String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/client/v4/graphql"))
                        .timeout(Duration.ofSeconds(60))
                        .header("Authorization", "Bearer bench")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    /// Answers a request without the web server's way there and back.
    Answer handle(byte[] body) {
        try {
            return analytics
                    .graphql()
                    .handle(new Call(
                            "POST",
                            "/client/v4/graphql",
                            Map.of(),
                            Map.of(),
                            Map.of("authorization", List.of("Bearer bench")),
                            body,
                            "127.0.0.1"));
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// The value of a metric without labels.
    double metric(String name) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /// What an edge does with a batch.
    boolean offer(TrafficBatch batch) {
        return analytics.offer(batch);
    }

    /// Waits until the store answers.
    void ready(Duration patience) throws IOException, InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (send("{\"query\":\"{viewer{budget}}\"}").statusCode() != 200) {
            if (System.nanoTime() > until) {
                throw new IOException("the store did not open within " + patience);
            }
        }
    }

    @Override
    public void close() {
        server.close();
        analytics.close();
    }

    /// May read every zone.
    private record Everyone() implements Access, Access.Principal {
        @Override
        public Optional<Principal> authenticate(Presented by) {
            return Optional.of(this);
        }

        @Override
        public String id() {
            return "bench";
        }

        @Override
        public Optional<ZoneRef> zone(String id) {
            return Optional.of(new ZoneRef(id, "example.com", Zones.ACCOUNT));
        }

        @Override
        public List<ZoneRef> zones(@Nullable String after, int limit) {
            return List.of();
        }

        @Override
        public List<ZoneRef> accountZones(String account) {
            return List.of();
        }
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
