package dev.selvage.acceptance;

import dev.selvage.control.contract.Contract;
import dev.selvage.control.contract.Exchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The management API as a client uses it, with a token. Every answer is held against the documents that
/// describe the API.
public final class Api {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final int port;
    private final List<String> fields;

    /// The API on a port of loopback.
    public Api(int port, String token) {
        this(port, List.of("Authorization: Bearer " + token));
    }

    private Api(int port, List<String> fields) {
        this.port = port;
        this.fields = List.copyOf(fields);
    }

    /// The same without any credentials.
    public Api anonymous() {
        return new Api(port, List.of());
    }

    /// The same with another token.
    public Api as(String token) {
        return new Api(port, token);
    }

    /// An answer of the API.
    public record Answer(int status, JsonNode json) {
        /// The envelope's result.
        public JsonNode result() {
            if (!json.path("success").asBoolean()) {
                throw new AssertionError("the API refused: " + status + " " + json);
            }
            return json.path("result");
        }

        /// The code of the first error.
        public int code() {
            return json.path("errors").path(0).path("code").asInt();
        }

        /// The message of the first error.
        public String message() {
            return json.path("errors").path(0).path("message").asString();
        }
    }

    /// `path` is below `/client/v4`.
    public Answer get(String path) throws IOException {
        return ask("GET", path, "");
    }

    public Answer post(String path, String json) throws IOException {
        return ask("POST", path, json);
    }

    public Answer put(String path, String json) throws IOException {
        return ask("PUT", path, json);
    }

    public Answer patch(String path, String json) throws IOException {
        return ask("PATCH", path, json);
    }

    public Answer delete(String path) throws IOException {
        return ask("DELETE", path, "");
    }

    /// Any method; the answer must be JSON.
    public Answer ask(String method, String path, String body) throws IOException {
        List<String> lines = new ArrayList<>(fields);
        if (!body.isEmpty()) {
            lines.add("Content-Type: application/json");
        }
        String whole = "/client/v4" + path;
        Wire.Response response = Client.ask(port, method, whole, body, lines.toArray(String[]::new));
        String type = response.header("Content-Type").orElse("");
        Contract.check(new Exchange(method, whole, body, response.status(), type, response.text()));
        if (!type.startsWith("application/json")) {
            throw new AssertionError("not JSON: " + response);
        }
        return new Answer(response.status(), JSON.readTree(response.body()));
    }

    /// The id of the zone of that name.
    public String zone(String name) throws IOException {
        for (JsonNode zone : get("/zones?per_page=50").result()) {
            if (zone.path("name").asString().equals(name)) {
                return zone.path("id").asString();
            }
        }
        throw new AssertionError("there is no zone " + name);
    }

    /// Makes a zone in the first account; gives its id.
    public String createZone(String name) throws IOException {
        String account = get("/accounts").result().path(0).path("id").asString();
        return post("/zones", "{\"name\":\"%s\",\"account\":{\"id\":\"%s\"}}".formatted(name, account))
                .result()
                .path("id")
                .asString();
    }

    /// Makes a proxied host of a zone: an A record to loopback, and a rule that sends the zone to `port`.
    public void proxy(String zone, String host, int port) throws IOException {
        post(
                        "/zones/" + zone + "/dns_records",
                        "{\"type\":\"A\",\"name\":\"%s\",\"content\":\"127.0.0.1\",\"proxied\":true}".formatted(host))
                .result();
        put("/zones/" + zone + "/rulesets/phases/http_request_origin/entrypoint", """
                        {"rules":[{"expression":"true","action":"route",
                          "action_parameters":{"origin":{"port":%d}}}]}
                        """.formatted(port))
                .result();
        patch("/zones/" + zone + "/settings/ssl", "{\"value\":\"flexible\"}").result();
    }

    /// A GraphQL query; gives its `data`.
    public JsonNode graphql(String query) throws IOException {
        Answer answer = post("/graphql", JSON.writeValueAsString(java.util.Map.of("query", query)));
        if (answer.json().path("errors").size() > 0) {
            throw new AssertionError("GraphQL refused: " + answer.json());
        }
        return answer.json().path("data");
    }
}
