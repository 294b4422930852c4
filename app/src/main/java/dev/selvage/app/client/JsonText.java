package dev.selvage.app.client;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// JSON as text, UTF-8, in which every character that cannot be seen is escaped: the same value, safe to look at.
final class JsonText {
    private static final String INDENT = "  ";

    private final boolean pretty;
    private final StringBuilder text = new StringBuilder();

    private JsonText(boolean pretty) {
        this.pretty = pretty;
    }

    /// @param pretty over several indented lines, for people
    /// @param depth how deep the value lies in what surrounds it
    static String of(JsonNode node, boolean pretty, int depth) {
        JsonText json = new JsonText(pretty);
        json.value(node, depth);
        return json.text.toString();
    }

    static String compact(JsonNode node) {
        return of(node, false, 0);
    }

    /// The nesting is bounded by the reader.
    private void value(JsonNode node, int depth) {
        if (node.isObject()) {
            text.append('{');
            boolean first = true;
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                next(first, depth + 1);
                first = false;
                string(field.getKey());
                text.append(pretty ? ": " : ":");
                value(field.getValue(), depth + 1);
            }
            end(first, depth).append('}');
        } else if (node.isArray()) {
            text.append('[');
            boolean first = true;
            for (JsonNode element : node) {
                next(first, depth + 1);
                first = false;
                value(element, depth + 1);
            }
            end(first, depth).append(']');
        } else if (node.isString()) {
            string(node.stringValue());
        } else {
            text.append(node);
        }
    }

    private void next(boolean first, int depth) {
        if (!first) {
            text.append(',');
        }
        if (pretty) {
            text.append('\n').repeat(INDENT, depth);
        }
    }

    private StringBuilder end(boolean empty, int depth) {
        return pretty && !empty ? text.append('\n').repeat(INDENT, depth) : text;
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); ) {
            int c = value.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (Printable.isVisible(c)) {
                        text.appendCodePoint(c);
                    } else {
                        for (char unit : Character.toChars(c)) {
                            text.append("\\u");
                            String hex = Integer.toHexString(unit);
                            text.repeat("0", 4 - hex.length()).append(hex);
                        }
                    }
                }
            }
        }
        text.append('"');
    }
}
