package dev.selvage.app.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A column of a table, or a line of a detailed view: a title and where its value stands in what the API answered.
///
/// @param pointer a JSON pointer (RFC 6901); several, with spaces between, where the first that leads somewhere counts
/// @param shrinks may be cut where a terminal is too narrow
/// @param words what people call some of the values
record Column(String title, String pointer, boolean shrinks, Map<String, String> words) {
    /// Stands for what is absent, unknown or empty.
    static final String NOTHING = "-";

    private static final int MOST_ELEMENTS = 1_000;

    static Column of(String title, String pointer) {
        return new Column(title, pointer, true, Map.of());
    }

    /// One that is of use only as a whole, such as an id.
    static Column whole(String title, String pointer) {
        return new Column(title, pointer, false, Map.of());
    }

    /// This one with some values in other words.
    Column saying(Map<String, String> others) {
        return new Column(title, pointer, shrinks, others);
    }

    /// The value in words, on one line, safe to print.
    String of(JsonNode item) {
        for (String place : pointer.split(" ", -1)) {
            JsonNode node = item.at(place);
            if (!node.isMissingNode() && !node.isNull()) {
                return text(node);
            }
        }
        return NOTHING;
    }

    private String text(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> node.stringValue().isEmpty() ? NOTHING : word(time(node.stringValue()));
            case BOOLEAN -> node.booleanValue() ? "yes" : "no";
            case NUMBER -> word(node.toString());
            case ARRAY -> list(node);
            case NULL, MISSING -> NOTHING;
            case OBJECT, BINARY, POJO -> JsonText.compact(node);
        };
    }

    private String word(String text) {
        return Printable.line(words.getOrDefault(text, text));
    }

    private String list(JsonNode array) {
        if (array.isEmpty()) {
            return NOTHING;
        }
        List<String> elements = new ArrayList<>();
        for (JsonNode element : array) {
            if (!element.isString() || elements.size() == MOST_ELEMENTS) {
                return JsonText.compact(array);
            }
            elements.add(word(element.stringValue()));
        }
        return String.join(", ", elements);
    }

    /// A time without the parts of its second, which only a program wants; other text is itself.
    private static String time(String text) {
        boolean isTime = text.length() >= 22
                && text.length() <= 30
                && text.charAt(4) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(19) == '.'
                && text.endsWith("Z");
        return isTime ? text.substring(0, 19) + "Z" : text;
    }
}
