package dev.selvage.control.contract;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An OpenAPI document: which operations there are, and the schemas of their answers.
final class Document {
    private static final String ERRORS = "x-selvage-errors";

    private final String name;
    private final ObjectNode root;
    private final SchemaRegistry registry;
    private final List<Operation> operations;
    private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

    /// @param template the path with `{name}` for a segment of any text
    record Operation(String method, String template, JsonNode node) {
        String name() {
            return method + " " + template;
        }

        /// How many leading segments fit literally; -1 when `path` is not one of this operation's.
        private int fit(String path) {
            String[] wanted = template.split("/", -1);
            String[] given = path.split("/", -1);
            if (wanted.length != given.length) {
                return -1;
            }
            int literal = 0;
            for (int i = 0; i < wanted.length; i++) {
                if (wanted[i].equals(given[i])) {
                    literal++;
                } else if (!wanted[i].startsWith("{") || given[i].isEmpty()) {
                    return -1;
                }
            }
            return literal;
        }
    }

    Document(String name, ObjectNode root, Dialect dialect) {
        this.name = name;
        this.root = root;
        SchemaRegistryConfig config =
                SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build();
        // Where the schemas of a document lie says nothing about an answer.
        Dialect plain = Dialect.builder(dialect)
                .keyword(new NonValidationKeyword("components"))
                .build();
        registry = SchemaRegistry.withDefaultDialect(plain, builder -> builder.schemaRegistryConfig(config));
        List<Operation> found = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (method.getValue().has("responses")) {
                    found.add(
                            new Operation(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()));
                }
            }
        }
        operations = List.copyOf(found);
    }

    List<Operation> operations() {
        return operations;
    }

    /// The operation of a path below the API's root, literal segments first.
    Optional<Operation> operation(String method, String path) {
        Operation best = null;
        int fit = -1;
        for (Operation operation : operations) {
            int literal = operation.method().equals(method) ? operation.fit(path) : -1;
            if (literal > fit) {
                best = operation;
                fit = literal;
            }
        }
        return Optional.ofNullable(best);
    }

    /// What the document says of an operation's answers of this status; missing when nothing.
    JsonNode response(Operation operation, int status) {
        JsonNode responses = operation.node().path("responses");
        for (String key : new String[] {String.valueOf(status), status / 100 + "XX", status / 100 + "xx", "default"}) {
            if (responses.has(key)) {
                return resolve(responses.get(key));
            }
        }
        return JsonMapper.shared().missingNode();
    }

    /// What is wrong with `answer`, an answer of this operation, status and media type; empty when it
    /// is as described.
    List<String> faults(Operation operation, int status, String kind, JsonNode answer) {
        JsonNode response = response(operation, status);
        if (kind.isEmpty() && !response.isMissingNode() && !response.has("content")) {
            return List.of();
        }
        JsonNode content = response.path("content").path(kind);
        if (content.isMissingNode()) {
            return List.of(name + " does not say that " + operation.name() + " answers " + status + " as " + kind);
        }
        return faults(operation.name() + " " + status + " " + kind, content.path("schema"), answer);
    }

    /// What is wrong with `answer` by a schema of this document.
    List<String> faults(String key, JsonNode schema, JsonNode answer) {
        return compiled.computeIfAbsent(key, _ -> compile(schema)).validate(answer).stream()
                .map(error -> error.getInstanceLocation() + ": " + error.getMessage() + " ("
                        + error.getSchemaLocation().getFragment() + ")")
                .toList();
    }

    private Schema compile(JsonNode schema) {
        ObjectNode whole = JsonMapper.shared().createObjectNode();
        whole.set("components", root.path("components"));
        whole.putArray("allOf").add(schema);
        return registry.getSchema(SchemaLocation.of("urn:" + name + ":" + compiled.size()), whole);
    }

    /// The parameters of an operation in this place: `path` or `query`.
    Set<String> parameters(Operation operation, String place) {
        Set<String> names = new TreeSet<>();
        for (JsonNode parameter : operation.node().path("parameters")) {
            JsonNode resolved = resolve(parameter);
            if (resolved.path("in").asString("").equals(place)) {
                names.add(resolved.path("name").asString());
            }
        }
        return names;
    }

    /// What is wrong with a JSON body by what the operation says of it.
    List<String> requestFaults(Operation operation, JsonNode body) {
        JsonNode schema = operation.node().at("/requestBody/content/application~1json/schema");
        return schema.isMissingNode()
                ? List.of(name + " does not say that " + operation.name() + " takes a JSON body")
                : faults(operation.name() + " request", schema, body);
    }

    /// True when the operation, or the document for all of them, lists this error.
    boolean lists(Operation operation, int status, int code) {
        return lists(operation.node().path(ERRORS), status, code) || lists(root.path(ERRORS), status, code);
    }

    private static boolean lists(JsonNode errors, int status, int code) {
        for (JsonNode error : errors) {
            if (error.path("status").intValue(0) == status && error.path("code").intValue(0) == code) {
                return true;
            }
        }
        return false;
    }

    /// Refuses, in every schema below `node`, properties that it does not name: to clients they are
    /// allowed, so that there can be more one day.
    static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(Document::close);
    }

    /// What a node with a `$ref` into this document stands for.
    JsonNode resolve(JsonNode node) {
        JsonNode at = node;
        Map<String, Boolean> seen = new HashMap<>();
        while (at.path("$ref").isString()) {
            String reference = at.path("$ref").stringValue();
            if (!reference.startsWith("#/") || seen.put(reference, true) != null) {
                throw new IllegalStateException(name + " has a reference that leads nowhere: " + reference);
            }
            at = root.at(reference.substring(1));
        }
        return at;
    }
}
