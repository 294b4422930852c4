package dev.selvage.control.api;

import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.web.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A JSON object that a caller sent, read field by field. What is wrong goes to [Problems] with its
/// pointer, and the
/// reader goes on with "absent". A field whose value is null counts as absent.
public final class Body {
    private static final int MALFORMED = 6007;

    private final ObjectNode object;
    private final String pointer;
    private final Problems problems;

    public Body(ObjectNode object, String pointer, Problems problems) {
        this.object = object;
        this.pointer = pointer;
        this.problems = problems;
    }

    /// The body of a call.
    ///
    /// @throws Refused when it is not one JSON object; the message says at which line and column
    public static Body of(Call call, Problems problems) {
        return new Body(parse(call), "", problems);
    }

    /// The body of a call as it came.
    public static ObjectNode parse(Call call) {
        if (call.body().length == 0) {
            throw new Refused(400, MALFORMED, "The request has no body; expected a JSON object");
        }
        JsonNode node;
        try {
            node = Json.MAPPER.readTree(call.body());
        } catch (JacksonException failure) {
            TokenStreamLocation at = failure.getLocation();
            String place = at == null ? "" : " at " + at.getLineNr() + ":" + at.getColumnNr();
            throw new Refused(
                    400, MALFORMED, "Malformed JSON in request body" + place + ": " + failure.getOriginalMessage());
        }
        if (!(node instanceof ObjectNode object)) {
            throw new Refused(400, MALFORMED, "The request's body must be a JSON object, not " + kind(node));
        }
        return object;
    }

    public ObjectNode node() {
        return object;
    }

    public String pointer() {
        return pointer;
    }

    public String pointer(String field) {
        return pointer + "/" + field.replace("~", "~0").replace("/", "~1");
    }

    public Problems problems() {
        return problems;
    }

    /// True when the field is there and not null.
    public boolean has(String field) {
        JsonNode node = object.get(field);
        return node != null && !node.isNull();
    }

    /// Refuses every field that is not in `known`.
    public void only(Set<String> known) {
        for (String field : object.propertyNames()) {
            if (!known.contains(field)) {
                problems.add(
                        pointer(field),
                        "unknown field \"" + field + "\"; expected one of " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    /// Refuses the absence of a field; true when it is there.
    public boolean require(String field) {
        if (!has(field)) {
            problems.add(pointer(field), "\"" + field + "\" is required");
            return false;
        }
        return true;
    }

    /// A string of at most `longest` characters.
    public @Nullable String text(String field, int longest) {
        JsonNode node = present(field);
        if (node == null) {
            return null;
        }
        if (!node.isString()) {
            wrong(field, "a string", node);
            return null;
        }
        return text(node.stringValue(), pointer(field), longest);
    }

    /// One of `known`, which are lower case.
    public @Nullable String choice(String field, Set<String> known) {
        String text = text(field, 1_000);
        if (text != null && !known.contains(text)) {
            problems.add(
                    pointer(field),
                    "\"" + field + "\" must be one of " + String.join(", ", new TreeSet<>(known)) + ", not \"" + text
                            + "\"");
            return null;
        }
        return text;
    }

    public @Nullable Boolean flag(String field) {
        JsonNode node = present(field);
        if (node == null) {
            return null;
        }
        if (!node.isBoolean()) {
            wrong(field, "true or false", node);
            return null;
        }
        return node.booleanValue();
    }

    /// A whole number from `least` to `most`.
    public @Nullable Integer number(String field, int least, int most) {
        JsonNode node = present(field);
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
            wrong(field, "a whole number from " + least + " to " + most, node);
            return null;
        }
        return node.intValue();
    }

    public @Nullable Body object(String field) {
        JsonNode node = present(field);
        if (node == null) {
            return null;
        }
        if (!(node instanceof ObjectNode inner)) {
            wrong(field, "an object", node);
            return null;
        }
        return new Body(inner, pointer(field), problems);
    }

    public @Nullable ArrayNode array(String field) {
        JsonNode node = present(field);
        if (node == null) {
            return null;
        }
        if (!(node instanceof ArrayNode array)) {
            wrong(field, "an array", node);
            return null;
        }
        return array;
    }

    /// The objects in an array of at most `most`; empty when absent.
    public List<Body> objects(String field, int most) {
        ArrayNode array = array(field);
        List<Body> bodies = new ArrayList<>();
        if (array == null) {
            return bodies;
        }
        if (array.size() > most) {
            problems.add(
                    pointer(field),
                    "\"" + field + "\" has " + array.size() + " elements; at most " + most + " are allowed");
            return bodies;
        }
        for (int i = 0; i < array.size(); i++) {
            String at = pointer(field) + "/" + i;
            if (array.get(i) instanceof ObjectNode inner) {
                bodies.add(new Body(inner, at, problems));
            } else {
                problems.add(at, "expected an object, not " + kind(array.get(i)));
            }
        }
        return bodies;
    }

    /// The strings in an array of at most `most`; empty when absent.
    public List<String> texts(String field, int most, int longest) {
        ArrayNode array = array(field);
        List<String> texts = new ArrayList<>();
        if (array == null) {
            return texts;
        }
        if (array.size() > most) {
            problems.add(
                    pointer(field),
                    "\"" + field + "\" has " + array.size() + " elements; at most " + most + " are allowed");
            return texts;
        }
        for (int i = 0; i < array.size(); i++) {
            String at = pointer(field) + "/" + i;
            JsonNode node = array.get(i);
            if (!node.isString()) {
                problems.add(at, "expected a string, not " + kind(node));
                continue;
            }
            String text = text(node.stringValue(), at, longest);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /// What a JSON value is, for messages.
    public static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case NULL, MISSING -> "null";
            case BINARY, POJO -> "something else";
        };
    }

    private @Nullable JsonNode present(String field) {
        return has(field) ? object.get(field) : null;
    }

    private void wrong(String field, String expected, JsonNode found) {
        String what = found.isNumber() ? found.toString() : kind(found);
        problems.add(pointer(field), "\"" + field + "\" must be " + expected + ", not " + what);
    }

    /// `text` when it can be stored and written again: bounded, whole characters, no NUL.
    private @Nullable String text(String text, String at, int longest) {
        if (text.length() > longest) {
            problems.add(at, "the text has " + text.length() + " characters; at most " + longest + " are allowed");
            return null;
        }
        boolean broken = text.codePoints().anyMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
        if (broken) {
            problems.add(at, "the text has a NUL or half a surrogate pair");
            return null;
        }
        return text;
    }
}
