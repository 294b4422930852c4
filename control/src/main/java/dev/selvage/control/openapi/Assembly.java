package dev.selvage.control.openapi;

import dev.selvage.toolkit.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts the description together from its parts.
final class Assembly {
    /// One file each, in the order in which a reader meets them.
    private static final List<String> PARTS = List.of(
            "accounts",
            "user",
            "tokens",
            "audit-logs",
            "zones",
            "dns-records",
            "settings",
            "cache",
            "page-rules",
            "rulesets",
            "traces",
            "addresses",
            "description");

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final ObjectNode whole;
    private final ObjectNode paths;

    private Assembly(ObjectNode whole) {
        this.whole = whole;
        this.paths = whole.putObject("paths");
    }

    static ObjectNode document() {
        Assembly assembly = new Assembly(Yaml.read("openapi.yaml"));
        PARTS.forEach(part -> assembly.add(Yaml.read(part + ".yaml")));
        return assembly.whole;
    }

    private void add(ObjectNode part) {
        JsonNode tag = part.path("tag");
        whole.withArray("tags").add(tag);
        for (Map.Entry<String, JsonNode> schema : part.path("schemas").properties()) {
            ObjectNode schemas = whole.withObject("/components").withObject("/schemas");
            if (schemas.replace(schema.getKey(), schema.getValue()) != null) {
                throw new IllegalStateException("two schemas are called " + schema.getKey());
            }
        }
        for (Map.Entry<String, JsonNode> path : part.path("paths").properties()) {
            ObjectNode item = paths.withObjectProperty(path.getKey());
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (!METHODS.contains(operation.getKey())) {
                    throw new IllegalStateException(path.getKey() + " has " + operation.getKey());
                }
                item.set(
                        operation.getKey(),
                        operation(
                                operation.getKey(),
                                path.getKey(),
                                tag.path("name").asString(),
                                operation.getValue()));
            }
        }
    }

    private static ObjectNode operation(String method, String path, String tag, JsonNode source) {
        ObjectNode operation = Json.MAPPER.createObjectNode();
        operation.put("operationId", operationId(method, path));
        operation.putArray("tags").add(tag);
        for (String field : List.of("summary", "description")) {
            if (source.has(field)) {
                operation.set(field, source.get(field));
            }
        }
        if (source.path("addition").asBoolean(false)) {
            operation.put("x-selvage-addition", true);
        }
        if (source.has("permission")) {
            operation.set("x-selvage-permission", source.get("permission"));
        }
        if (source.path("open").asBoolean(false)) {
            operation.putArray("security");
        }
        parameters(path, source, operation);
        body(source, operation);
        ObjectNode responses = operation.putObject("responses");
        if (source.path("nothing").asBoolean(false)) {
            responses.putObject("204").put("description", "Done.");
        } else {
            responses.set("200", success(source));
        }
        responses.putObject("default").put("$ref", "#/components/responses/Failure");
        errors(source, operation);
        return operation;
    }

    /// `get` of `/zones/{zone}/dns_records` is `getZonesZoneDnsRecords`.
    private static String operationId(String method, String path) {
        StringBuilder id = new StringBuilder(method);
        boolean first = true;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                id.append(first ? Character.toUpperCase(c) : c);
                first = false;
            } else {
                first = true;
            }
        }
        return id.toString();
    }

    private static void parameters(String path, JsonNode source, ObjectNode operation) {
        ArrayNode parameters = Json.MAPPER.createArrayNode();
        for (String segment : path.split("/", -1)) {
            if (segment.startsWith("{")) {
                String name = segment.substring(1, segment.length() - 1);
                parameters.addObject().put("$ref", "#/components/parameters/" + name);
            }
        }
        for (Map.Entry<String, JsonNode> query : source.path("query").properties()) {
            ObjectNode schema = query.getValue().deepCopy().asObject();
            ObjectNode parameter =
                    parameters.addObject().put("name", query.getKey()).put("in", "query");
            JsonNode description = schema.remove("description");
            if (description != null) {
                parameter.set("description", description);
            }
            parameter.set("schema", schema);
        }
        if (source.has("page")) {
            int most = source.path("most").asInt(50);
            int usual = source.path("usual").asInt(20);
            ObjectNode page = parameters.addObject().put("name", "page").put("in", "query");
            page.put("description", "Which page, from 1. A page past the end is empty.");
            page.putObject("schema").put("type", "integer").put("minimum", 1).put("default", 1);
            ObjectNode size = parameters.addObject().put("name", "per_page").put("in", "query");
            size.put("description", "How many entries a page has.");
            size.putObject("schema")
                    .put("type", "integer")
                    .put("minimum", 1)
                    .put("maximum", most)
                    .put("default", usual);
        }
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
    }

    private static void body(JsonNode source, ObjectNode operation) {
        boolean form = source.has("form");
        if (form || source.has("body")) {
            ObjectNode body = operation.putObject("requestBody").put("required", !source.has("optional_body"));
            body.putObject("content")
                    .putObject(form ? "multipart/form-data" : "application/json")
                    .set("schema", schema(source.get(form ? "form" : "body")));
        }
    }

    private static ObjectNode success(JsonNode source) {
        ObjectNode success = Json.MAPPER.createObjectNode();
        success.put("description", source.path("answer").asString("Done."));
        ObjectNode content = success.putObject("content");
        if (source.has("text")) {
            content.putObject("text/plain").putObject("schema").put("type", "string");
            return success;
        }
        if (source.has("bare")) {
            content.putObject("application/json").set("schema", schema(source.get("bare")));
            return success;
        }
        ObjectNode envelope =
                content.putObject("application/json").putObject("schema").put("type", "object");
        ArrayNode required = envelope.putArray("required");
        List.of("success", "errors", "messages", "result").forEach(required::add);
        ObjectNode properties = envelope.putObject("properties");
        properties.putObject("success").put("const", true);
        properties.putObject("errors").put("type", "array").put("maxItems", 0);
        properties.putObject("messages").put("$ref", "#/components/schemas/Messages");
        if (source.has("page")) {
            properties.putObject("result").put("type", "array").set("items", schema(source.get("page")));
            properties.putObject("result_info").put("$ref", "#/components/schemas/ResultInfo");
            required.add("result_info");
        } else if (source.has("list")) {
            properties.putObject("result").put("type", "array").set("items", schema(source.get("list")));
        } else {
            properties.set("result", schema(source.path("result")));
        }
        return success;
    }

    /// A schema written out, or the name of one; an array of names is any of them.
    private static JsonNode schema(JsonNode source) {
        ObjectNode schema = Json.MAPPER.createObjectNode();
        if (source.isString()) {
            return schema.put("$ref", "#/components/schemas/" + source.stringValue());
        }
        if (source.isArray()) {
            ArrayNode any = schema.putArray("anyOf");
            source.forEach(each -> any.add(schema(each)));
            return schema;
        }
        if (!source.isObject()) {
            throw new IllegalStateException("an operation does not say what it answers");
        }
        return source;
    }

    /// `1061: 400 another zone has the name`, as status, code and words; several of them as an array.
    private static void errors(JsonNode source, ObjectNode operation) {
        if (!source.has("errors")) {
            return;
        }
        ArrayNode errors = operation.putArray("x-selvage-errors");
        for (Map.Entry<String, JsonNode> error : source.get("errors").properties()) {
            int code = Integer.parseInt(error.getKey());
            if (error.getValue().isArray()) {
                error.getValue().forEach(each -> error(code, each.asString(), errors.addObject()));
            } else {
                error(code, error.getValue().asString(), errors.addObject());
            }
        }
    }

    private static void error(int code, String text, ObjectNode error) {
        int space = text.indexOf(' ');
        String words = text.substring(space + 1);
        error.put("status", Integer.parseInt(text.substring(0, space)))
                .put("code", code)
                .put("when", words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1));
    }
}
