package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// What every answer of the API has: `success`, `errors`, `messages`, `result`, and `result_info` where it is a list.
record Envelope(ObjectNode json) {
    private static final int MOST_ERRORS = 50;
    private static final int DEEPEST_CHAIN = 8;

    /// The envelope in an answer, if there is one.
    static Optional<Envelope> of(ApiClient.Reply reply) {
        if (!reply.isJson()) {
            return Optional.empty();
        }
        try {
            return Json.MAPPER.readTree(reply.body()) instanceof ObjectNode json
                            && json.path("success").isBoolean()
                    ? Optional.of(new Envelope(json))
                    : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    boolean isSuccess() {
        return json.path("success").asBoolean(false);
    }

    JsonNode result() {
        JsonNode result = json.get("result");
        return result == null ? MissingNode.getInstance() : result;
    }

    /// A number of `result_info`; -1 where there is none.
    long pageInfo(String name) {
        return json.path("result_info").path(name).asLong(-1);
    }

    boolean hasError(int code) {
        for (JsonNode error : json.path("errors")) {
            if (error.path("code").asInt(0) == code) {
                return true;
            }
        }
        return false;
    }

    /// What the API remarks on a call that succeeds, as lines.
    List<String> messages() {
        List<String> lines = new ArrayList<>();
        for (JsonNode message : json.path("messages")) {
            String text = message.path("message").asString("");
            if (!text.isEmpty() && lines.size() < MOST_ERRORS) {
                lines.add(text);
            }
        }
        return lines;
    }

    /// The errors as lines: code, message, the place in the body, and indented below what caused it.
    List<String> errors() {
        List<String> lines = new ArrayList<>();
        describe(json.path("errors"), 0, lines);
        return lines;
    }

    private static void describe(JsonNode errors, int depth, List<String> lines) {
        for (JsonNode error : errors) {
            if (lines.size() >= MOST_ERRORS) {
                lines.add("and more");
                return;
            }
            String pointer = error.path("source").path("pointer").asString("");
            String text = "  ".repeat(depth)
                    + (depth == 0 ? "" : "because ")
                    + error.path("code").asString("no code") + ": "
                    + error.path("message").asString("no message")
                    + (pointer.isEmpty() ? "" : " (at " + pointer + ")");
            // What is wrong with an expression is marked on a line below it. Indented, no line passes for another
            // message.
            List<String> parts = text.lines().limit(MOST_ERRORS).toList();
            for (int i = 0; i < parts.size(); i++) {
                lines.add((i == 0 ? "" : "    ") + parts.get(i));
            }
            if (depth < DEEPEST_CHAIN) {
                describe(error.path("error_chain"), depth + 1, lines);
            }
        }
    }

    /// What a failure means for who asked.
    static Exit exit(int status) {
        return switch (status) {
            case 401, 403 -> Exit.DENIED;
            case 404, 410 -> Exit.NOT_FOUND;
            case 408, 429, 502, 503, 504, 507 -> Exit.LATER;
            default -> status >= 500 ? Exit.SOFTWARE : Exit.REFUSED;
        };
    }
}
