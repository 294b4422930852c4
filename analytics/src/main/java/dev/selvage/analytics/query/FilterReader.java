package dev.selvage.analytics.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads one filter, within its bounds.
final class FilterReader {
    private final String dataset;
    private final Map<String, Condition.Key> keys;
    private final Condition.Reader reader;
    private int nodes;

    FilterReader(String dataset, Map<String, Condition.Key> keys, Condition.Reader reader) {
        this.dataset = dataset;
        this.keys = keys;
        this.reader = reader;
    }

    Condition read(Map<?, ?> filter, int depth) {
        if (depth > Condition.MAX_DEPTH) {
            throw Refusal.argument(dataset, "the filter is nested more than " + Condition.MAX_DEPTH + " levels deep");
        }
        List<Condition> parts = new ArrayList<>();
        filter.forEach((name, value) -> {
            String key = String.valueOf(name);
            if (value == null) {
                return;
            }
            if (key.equals("AND") || key.equals("OR")) {
                List<Condition> inner = inner(key, value, depth);
                if (!inner.isEmpty()) {
                    parts.add(key.equals("AND") ? new Condition.All(inner) : new Condition.Any(inner));
                }
            } else {
                parts.add(comparison(key, value));
            }
        });
        return new Condition.All(parts);
    }

    private List<Condition> inner(String key, Object value, int depth) {
        List<Condition> inner = new ArrayList<>();
        for (Object each : value instanceof List<?> list ? list : List.of(value)) {
            if (each == null) {
                continue;
            }
            if (!(each instanceof Map<?, ?> map)) {
                throw Refusal.argument(dataset, key + " takes a list of filters, such as [{cacheStatus: \"miss\"}]");
            }
            count();
            inner.add(read(map, depth + 1));
        }
        return inner;
    }

    private Condition comparison(String name, Object value) {
        Condition.Key key = keys.get(name);
        if (key == null) {
            String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
            throw Refusal.argument(
                    dataset, "unknown filter field \"" + shown + "\"" + Nearest.hint(name, keys.keySet()));
        }
        boolean many = key.operator().list();
        if (value instanceof List<?> list && !many && list.size() != 1) {
            throw Refusal.argument(dataset, name + " takes one value, not a list");
        }
        ValueType type = key.operator().operand(key.dimension().type());
        List<Object> values = new ArrayList<>();
        for (Object each : value instanceof List<?> list ? list : List.of(value)) {
            if (each != null) {
                count();
                try {
                    values.add(reader.read(type, each));
                } catch (IllegalArgumentException wrong) {
                    throw Refusal.argument(dataset, name + ": " + wrong.getMessage());
                }
            }
        }
        if ((key.operator() == Operator.LIKE || key.operator() == Operator.NOT_LIKE)
                && String.valueOf(values.getFirst()).length() > Condition.MAX_PATTERN) {
            throw Refusal.argument(dataset, name + " is longer than " + Condition.MAX_PATTERN + " characters");
        }
        return new Condition.Compare(key.dimension(), key.operator(), values);
    }

    private void count() {
        if (++nodes > Condition.MAX_NODES) {
            throw Refusal.argument(
                    dataset, "the filter has more than " + Condition.MAX_NODES + " conditions and values");
        }
    }
}
