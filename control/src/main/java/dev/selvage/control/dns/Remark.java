package dev.selvage.control.dns;

import dev.selvage.control.api.Envelope;
import dev.selvage.toolkit.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a zone file says of a record beside its data, in the comment behind it: the record's comment, then
/// `cf_tags=` and its tags, among them some with a meaning.
///
/// A tag's value stands in quotes, as a JSON string, when it has a quote, an equals sign, a comma or a
/// backslash in it.
final class Remark {
    private static final String MARK = "cf_tags=";
    private static final String PROXIED = "cf-proxied";
    private static final Map<String, String> SETTINGS =
            Map.of("cf-flatten-cname", "flatten_cname", "cf-ipv4-only", "ipv4_only", "cf-ipv6-only", "ipv6_only");

    private Remark() {}

    /// The comment behind a record, with its semicolon; nothing when there is nothing to say.
    static String text(DnsRecord record) {
        List<String> tags = new ArrayList<>();
        record.tags().forEach(tag -> tags.add(text(tag)));
        SETTINGS.forEach((tag, setting) -> {
            if (record.settings().path(setting).asBoolean(false)) {
                tags.add(tag);
            }
        });
        if (record.type().proxiable()) {
            tags.add(PROXIED + ":" + record.proxied());
        }
        String comment = record.comment() == null ? "" : record.comment();
        if (tags.isEmpty() && !comment.contains(MARK)) {
            return comment.isEmpty() ? "" : " ; " + comment;
        }
        return " ; " + (comment.isEmpty() ? "" : comment + " ") + MARK + String.join(",", tags);
    }

    /// Adds what a comment says to the record's body; answers what is wrong with it.
    ///
    /// @param proxied whether the record is proxied when the comment does not say it
    static Optional<String> read(String text, ObjectNode body, boolean proxied) {
        boolean proxiable = RecordType.valueOf(body.path("type").asString()).proxiable();
        if (proxiable) {
            body.put("proxied", proxied);
        }
        int mark = text.lastIndexOf(MARK);
        boolean marked = mark == 0 || (mark > 0 && text.charAt(mark - 1) == ' ');
        String comment = marked ? text.substring(0, Math.max(0, mark - 1)) : text;
        String plain = comment.startsWith(" ") ? comment.substring(1) : comment;
        if (!plain.isBlank()) {
            body.put("comment", plain);
        }
        return marked ? tags(text.substring(mark + MARK.length()), body, proxiable) : Optional.empty();
    }

    private static Optional<String> tags(String text, ObjectNode body, boolean proxiable) {
        ArrayNode tags = Envelope.array();
        ObjectNode settings = Envelope.object();
        int at = 0;
        while (at < text.length()) {
            int end = end(text, at);
            if (end < 0) {
                return Optional.of("a tag's value has a quote that does not end");
            }
            Optional<String> tag = tag(text.substring(at, end).strip());
            if (tag.isEmpty()) {
                return Optional.of("a tag's value in quotes is not a JSON string");
            }
            String name = name(tag.get());
            if (name.equals(PROXIED)) {
                String value = tag.get().substring(Math.min(tag.get().length(), name.length() + 1));
                if (!value.equals("true") && !value.equals("false")) {
                    return Optional.of(PROXIED + " is true or false");
                }
                if (proxiable) {
                    body.put("proxied", value.equals("true"));
                }
            } else if (SETTINGS.containsKey(name)) {
                settings.put(SETTINGS.get(name), true);
            } else if (!tag.get().isEmpty()) {
                tags.add(tag.get());
            }
            at = end + 1;
        }
        if (!tags.isEmpty()) {
            body.set("tags", tags);
        }
        if (!settings.isEmpty()) {
            body.set("settings", settings);
        }
        return Optional.empty();
    }

    private static String name(String tag) {
        int colon = tag.indexOf(':');
        return (colon < 0 ? tag : tag.substring(0, colon)).toLowerCase(Locale.ROOT);
    }

    /// Where the tag ends that starts at `from`; -1 when a quote in it does not end.
    private static int end(String text, int from) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                return i;
            }
        }
        return quoted ? -1 : text.length();
    }

    private static Optional<String> tag(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || !text.startsWith("\"", colon + 1)) {
            return Optional.of(text);
        }
        try {
            JsonNode value = Json.MAPPER.readTree(text.substring(colon + 1));
            return value.isString()
                    ? Optional.of(text.substring(0, colon + 1) + value.stringValue())
                    : Optional.empty();
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private static String text(String tag) {
        int colon = tag.indexOf(':');
        String value = tag.substring(colon + 1);
        boolean plain = colon < 0
                || (value.chars().noneMatch(c -> c == '"' || c == '=' || c == ',' || c == '\\')
                        && value.equals(value.strip()));
        // The mark may not come again behind the mark.
        return plain
                ? tag
                : tag.substring(0, colon + 1)
                        + Json.MAPPER.writeValueAsString(value).replace(MARK, "cf_tags\\u003d");
    }
}
