package dev.selvage.analytics.query;

import dev.selvage.analytics.estimate.Interval;
import java.util.LinkedHashMap;
import java.util.Map;

/// How sure the numbers of a group are.
public final class Certainty {
    /// The field that asks for it, and the key under which a group carries it.
    public static final String FIELD = "confidence";

    /// The bounds of a number.
    interface Bounds {
        Interval at(double level);
    }

    private final Map<Measure, Bounds> bounds;

    Certainty(Map<Measure, Bounds> bounds) {
        this.bounds = Map.copyOf(bounds);
    }

    /// The intervals that hold the truth with this probability, by the API's field names.
    public Map<String, Object> at(double level) {
        Map<String, Object> groups = new LinkedHashMap<>();
        groups.put("level", level);
        bounds.forEach((measure, each) -> {
            Interval interval = each.at(level);
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("estimate", interval.estimate());
            shown.put("lower", interval.lower());
            shown.put("upper", interval.upper());
            shown.put("sampleSize", interval.sampleSize());
            shown.put("isValid", interval.isValid());
            put(groups, measure, shown);
        });
        return groups;
    }

    /// Puts a number, or what belongs to it, where the API has it.
    @SuppressWarnings("unchecked")
    static void put(Map<String, Object> group, Measure measure, Object value) {
        if (measure.group().isEmpty()) {
            group.put(measure.name(), value);
        } else {
            ((Map<String, Object>) group.computeIfAbsent(measure.group(), _ -> new LinkedHashMap<String, Object>()))
                    .put(measure.name(), value);
        }
    }
}
