package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Refusal;
import dev.selvage.toolkit.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What a client posted.
///
/// @param variables as JSON gives them
record Request(
        String query,
        Map<String, Object> variables,
        @Nullable String operation) {
    static Request read(byte[] body) {
        if (body.length > GraphqlEndpoint.MAX_BODY) {
            throw new Refusal(
                    400,
                    "params",
                    "the request is larger than " + GraphqlEndpoint.MAX_BODY + " bytes; use a smaller filter");
        }
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(body);
        } catch (JacksonException malformed) {
            throw new Refusal(
                    400,
                    "params",
                    "the request is not JSON (" + first(malformed.getOriginalMessage())
                            + "); send {\"query\": \"…\", \"variables\": {…}}");
        }
        if (!json.isObject() || !json.path("query").isString()) {
            throw new Refusal(
                    400, "params", "\"query\" is missing or not a text; send {\"query\": \"…\", \"variables\": {…}}");
        }
        JsonNode variables = json.path("variables");
        if (!(variables.isMissingNode() || variables.isNull() || variables.isObject())) {
            throw new Refusal(400, "params", "\"variables\" is not an object");
        }
        JsonNode operation = json.path("operationName");
        if (!(operation.isMissingNode() || operation.isNull() || operation.isString())) {
            throw new Refusal(400, "params", "\"operationName\" is not a text");
        }
        String query = json.path("query").stringValue();
        if (query.length() > GraphqlEndpoint.MAX_QUERY) {
            throw new Refusal(400, "params", "the query is longer than " + GraphqlEndpoint.MAX_QUERY + " characters");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        if (variables.isObject()) {
            Map<?, ?> map = Json.MAPPER.convertValue(variables, Map.class);
            map.forEach((name, value) -> values.put(String.valueOf(name), value));
        }
        return new Request(
                query,
                values,
                operation.isString() && !operation.stringValue().isEmpty() ? operation.stringValue() : null);
    }

    private static String first(@Nullable String message) {
        String text = message == null ? "malformed" : message;
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
