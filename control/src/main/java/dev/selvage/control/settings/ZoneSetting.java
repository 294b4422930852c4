package dev.selvage.control.settings;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.StringNode;

/// A setting: its name in the API is its own in lower case, its default is the first of its values.
enum ZoneSetting {
    CACHE_LEVEL(words("aggressive", "basic", "simplified")),
    BROWSER_CACHE_TTL(numbers(
            14400, 0, 30, 60, 120, 300, 1200, 1800, 3600, 7200, 10800, 18000, 28800, 43200, 57600, 72000, 86400, 172800,
            259200, 345600, 432000, 691200, 1382400, 2073600, 2678400, 5356800, 16070400, 31536000)),
    EDGE_CACHE_TTL(numbers(
            7200, 30, 60, 300, 1200, 1800, 3600, 10800, 14400, 18000, 28800, 43200, 57600, 72000, 86400, 172800, 259200,
            345600, 432000, 518400, 604800)),
    DEVELOPMENT_MODE(words("off", "on")),
    ALWAYS_ONLINE(words("off", "on")),
    SORT_QUERY_STRING_FOR_CACHE(words("off", "on")),
    SSL(words("full", "off", "flexible", "strict", "origin_pull"));

    /// An unmodifiable list of immutable nodes, which the checker cannot know.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<JsonNode> values;

    ZoneSetting(List<JsonNode> values) {
        this.values = values;
    }

    static Optional<ZoneSetting> named(String id) {
        for (ZoneSetting setting : values()) {
            if (setting.id().equals(id)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    JsonNode absent() {
        return values.getFirst();
    }

    boolean accepts(JsonNode value) {
        return (value.isIntegralNumber() && value.canConvertToInt())
                ? values.contains(IntNode.valueOf(value.intValue()))
                : values.contains(value);
    }

    /// The accepted values, for messages.
    String expected() {
        return values.stream().map(JsonNode::toString).collect(Collectors.joining(", "));
    }

    private static List<JsonNode> words(String... words) {
        return List.of(words).stream().<JsonNode>map(StringNode::valueOf).toList();
    }

    private static List<JsonNode> numbers(Integer... numbers) {
        return List.of(numbers).stream().<JsonNode>map(IntNode::valueOf).toList();
    }
}
