package dev.selvage.analytics.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A filter.
public sealed interface Condition {
    /// All of these; true when there is none.
    record All(List<Condition> parts) implements Condition {}

    /// Any of these.
    record Any(List<Condition> parts) implements Condition {}

    /// A comparison; `values` are `String` or `Long`.
    record Compare(Dimension dimension, Operator operator, List<Object> values) implements Condition {}

    /// The dimensions that it looks at.
    default Stream<Dimension> dimensions() {
        return switch (this) {
            case All(List<Condition> parts) -> parts.stream().flatMap(Condition::dimensions);
            case Any(List<Condition> parts) -> parts.stream().flatMap(Condition::dimensions);
            case Compare(Dimension dimension, Operator _, List<Object> _) -> Stream.of(dimension);
        };
    }

    /// Most comparisons and values in a filter.
    int MAX_NODES = 2_000;

    /// Most levels of `AND` and `OR`.
    int MAX_DEPTH = 16;

    /// Longest pattern of `_like`.
    int MAX_PATTERN = 1_000;

    /// Reads the API's filter object, whose values the schema has typed already.
    ///
    /// @param keys the comparisons that the dataset knows, by key
    static Condition read(String dataset, Map<String, ?> filter, Map<String, Key> keys) {
        return read(dataset, filter, keys, 0, new int[1]);
    }

    /// What a filter's key means.
    record Key(Dimension dimension, Operator operator) {}

    private static Condition read(
            String dataset, Map<String, ?> filter, Map<String, Key> keys, int depth, int[] nodes) {
        if (depth > MAX_DEPTH) {
            throw Refusal.argument(dataset, "the filter is nested more than " + MAX_DEPTH + " levels deep");
        }
        List<Condition> parts = new ArrayList<>();
        for (Map.Entry<String, ?> entry : filter.entrySet()) {
            Object value = entry.getValue();
            if (value == null) {
                continue;
            }
            if (entry.getKey().equals("AND") || entry.getKey().equals("OR")) {
                List<Condition> inner = new ArrayList<>();
                for (Object each : (List<?>) value) {
                    if (each instanceof Map<?, ?> map) {
                        count(dataset, nodes);
                        inner.add(read(dataset, strings(map), keys, depth + 1, nodes));
                    }
                }
                if (!inner.isEmpty()) {
                    parts.add(entry.getKey().equals("AND") ? new All(inner) : new Any(inner));
                }
                continue;
            }
            Key key = keys.get(entry.getKey());
            if (key == null) {
                throw Refusal.argument(dataset, "unknown filter field \"" + entry.getKey() + "\"");
            }
            List<Object> values = new ArrayList<>();
            for (Object each : value instanceof List<?> list ? list : List.of(value)) {
                if (each != null) {
                    count(dataset, nodes);
                    values.add(each);
                }
            }
            if ((key.operator() == Operator.LIKE || key.operator() == Operator.NOT_LIKE)
                    && String.valueOf(values.getFirst()).length() > MAX_PATTERN) {
                throw Refusal.argument(dataset, entry.getKey() + " is longer than " + MAX_PATTERN + " characters");
            }
            parts.add(new Compare(key.dimension(), key.operator(), values));
        }
        return new All(parts);
    }

    private static Map<String, ?> strings(Map<?, ?> map) {
        Map<String, Object> strings = new java.util.LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value != null) {
                strings.put(String.valueOf(key), value);
            }
        });
        return strings;
    }

    private static void count(String dataset, int[] nodes) {
        if (++nodes[0] > MAX_NODES) {
            throw Refusal.argument(dataset, "the filter has more than " + MAX_NODES + " conditions and values");
        }
    }
}
