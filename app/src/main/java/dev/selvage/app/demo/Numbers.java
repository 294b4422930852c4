package dev.selvage.app.demo;

import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.toolkit.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The program's own numbers, asked for as any client would: through the API.
final class Numbers implements AutoCloseable {
    /// The sums of `httpRequests1mGroups`.
    record Sums(long requests, long bytes, long cachedRequests, long originRequests, long originResponseBytes) {
        Sums minus(Sums before) {
            return new Sums(
                    requests - before.requests,
                    bytes - before.bytes,
                    cachedRequests - before.cachedRequests,
                    originRequests - before.originRequests,
                    originResponseBytes - before.originResponseBytes);
        }
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String QUERY = """
            query Demo($zone: string!, $since: Time!, $until: Time!) {
              viewer {
                zones(filter: { zoneTag: $zone }) {
                  httpRequests1mGroups(limit: 1000, filter: { datetime_geq: $since, datetime_lt: $until }) {
                    sum { requests bytes cachedRequests originRequests originResponseBytes }
                  }
                }
              }
            }
            """;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final URI api;
    private final String token;

    Numbers(URI api, String token) {
        this.api = api;
        this.token = token;
    }

    /// The id of the zone that holds the demo's site.
    String zone() throws IOException, InterruptedException {
        JsonNode answer = send(HttpRequest.newBuilder(api.resolve("/client/v4/zones?name=" + ZoneConfig.QUICKSTART))
                .GET());
        String id = answer.path("result").path(0).path("id").asString("");
        if (id.isEmpty()) {
            throw new IOException("the API knows no zone " + ZoneConfig.QUICKSTART);
        }
        return id;
    }

    /// The zone's sums from `since`, cut to its minute, to the end of the minute of `until`.
    Sums sums(String zone, Instant since, Instant until) throws IOException, InterruptedException {
        Map<String, Object> question = Map.of(
                "query",
                QUERY,
                "variables",
                Map.of(
                        "zone",
                        zone,
                        "since",
                        since.truncatedTo(ChronoUnit.MINUTES).toString(),
                        "until",
                        until.truncatedTo(ChronoUnit.MINUTES)
                                .plus(1, ChronoUnit.MINUTES)
                                .toString()));
        JsonNode answer = send(HttpRequest.newBuilder(api.resolve("/client/v4/graphql"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(question))));
        JsonNode errors = answer.path("errors");
        if (!errors.isMissingNode() && !errors.isNull() && !errors.isEmpty()) {
            throw new IOException("GraphQL refused the question: "
                    + errors.path(0).path("message").asString(""));
        }
        Sums sums = new Sums(0, 0, 0, 0, 0);
        for (JsonNode group :
                answer.path("data").path("viewer").path("zones").path(0).path("httpRequests1mGroups")) {
            JsonNode sum = group.path("sum");
            sums = new Sums(
                    sums.requests + sum.path("requests").asLong(0),
                    sums.bytes + sum.path("bytes").asLong(0),
                    sums.cachedRequests + sum.path("cachedRequests").asLong(0),
                    sums.originRequests + sum.path("originRequests").asLong(0),
                    sums.originResponseBytes + sum.path("originResponseBytes").asLong(0));
        }
        return sums;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = client.send(
                request.header("Authorization", "Bearer " + token)
                        .timeout(TIMEOUT)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        try {
            JsonNode body = Json.read(answer.body(), JsonNode.class);
            if (answer.statusCode() != 200) {
                throw new IOException("the API answered " + answer.statusCode() + ": "
                        + body.path("errors").path(0).path("message").asString(""));
            }
            return body;
        } catch (JacksonException notJson) {
            throw new IOException("the API answered " + answer.statusCode() + " with what is not JSON", notJson);
        }
    }
}
