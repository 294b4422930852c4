package dev.selvage.control.contract;

import java.util.Map;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Where the public document of 2024 is wrong, or older than the product: each correction has a name
/// and a reason, and changes one place as JSON Patch (RFC 6902) does.
final class Corrections {
    private Corrections() {}

    /// Applies every correction of `list` to `document`.
    ///
    /// @throws IllegalStateException when one has no reason, or does not fit the document
    static void apply(JsonNode list, ObjectNode document) {
        for (JsonNode correction : list) {
            String name = correction.path("name").asString("");
            if (name.isBlank() || correction.path("reason").asString("").isBlank()) {
                throw new IllegalStateException("a correction has no name or no reason: " + correction);
            }
            for (JsonNode change : correction.path("patch")) {
                try {
                    change(change, document);
                } catch (IllegalArgumentException misfit) {
                    throw new IllegalStateException(
                            "the correction \"" + name + "\" does not fit the document: " + misfit.getMessage(),
                            misfit);
                }
            }
        }
    }

    /// Leaves of a failure described as "the success, and the failure" the failure: no answer can be
    /// both, as the one has `success` true and a result, the other false and none.
    static void failuresAlone(ObjectNode document) {
        for (JsonNode path : document.path("paths")) {
            for (JsonNode operation : path) {
                for (Map.Entry<String, JsonNode> response :
                        operation.path("responses").properties()) {
                    JsonNode json = response.getValue().path("content").path("application/json");
                    JsonNode parts = json.path("schema").path("allOf");
                    boolean both = response.getKey().startsWith("4") && parts.size() == 2;
                    if (both && parts.get(1).has("$ref") && json instanceof ObjectNode content) {
                        content.set("schema", parts.get(1));
                    }
                }
            }
        }
    }

    private static void change(JsonNode change, ObjectNode document) {
        String path = change.path("path").asString();
        JsonPointer pointer = JsonPointer.compile(path);
        JsonNode parent = document.at(pointer.head());
        String last = pointer.last().getMatchingProperty();
        boolean there = !document.at(pointer).isMissingNode();
        String operation = change.path("op").asString();
        if (!(operation.equals("add") || there)) {
            throw new IllegalArgumentException("there is no " + path);
        }
        switch (parent) {
            case ObjectNode object -> {
                if (operation.equals("remove")) {
                    object.remove(last);
                } else {
                    object.set(last, value(change));
                }
            }
            case ArrayNode array -> {
                int index = last.equals("-") ? array.size() : pointer.last().getMatchingIndex();
                switch (operation) {
                    case "remove" -> array.remove(index);
                    case "add" -> array.insert(index, value(change));
                    default -> array.set(index, value(change));
                }
            }
            case JsonNode other -> throw new IllegalArgumentException("nothing can be put into " + other);
        }
    }

    private static JsonNode value(JsonNode change) {
        JsonNode value = change.get("value");
        if (value == null) {
            throw new IllegalArgumentException("no value for " + change.path("path"));
        }
        return value;
    }
}
