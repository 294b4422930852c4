package dev.selvage.control.dns;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The data of a LOC record (RFC 1876).
final class Location {
    private static final double MOST_METRES = 90_000_000;
    private static final double LOWEST = -100_000;
    private static final double HIGHEST = 42_849_672.95;

    private record Measure(String name, double least, double most, boolean whole, boolean required) {}

    private static final List<Measure> MEASURES = List.of(
            new Measure("lat_degrees", 0, 90, true, true),
            new Measure("lat_minutes", 0, 59, true, false),
            new Measure("lat_seconds", 0, 59.999, false, false),
            new Measure("long_degrees", 0, 180, true, true),
            new Measure("long_minutes", 0, 59, true, false),
            new Measure("long_seconds", 0, 59.999, false, false),
            new Measure("altitude", LOWEST, HIGHEST, false, true),
            new Measure("size", 0, MOST_METRES, false, false),
            new Measure("precision_horz", 0, MOST_METRES, false, false),
            new Measure("precision_vert", 0, MOST_METRES, false, false));

    private Location() {}

    /// Checked data with every field.
    static ObjectNode read(Body data) {
        ObjectNode read = Envelope.object();
        for (Measure measure : MEASURES) {
            JsonNode node = data.node().get(measure.name());
            if (node == null || node.isNull()) {
                if (measure.required()) {
                    data.require(measure.name());
                }
                read.put(measure.name(), 0);
            } else if (within(node, measure)) {
                read.set(measure.name(), node);
            } else {
                data.problems()
                        .add(
                                data.pointer(measure.name()),
                                "\"" + measure.name() + "\" must be a " + (measure.whole() ? "whole " : "")
                                        + "number from " + plain(measure.least(), 3) + " to "
                                        + plain(measure.most(), 3));
            }
        }
        direction(data, "lat_direction", Set.of("N", "S"), read);
        direction(data, "long_direction", Set.of("E", "W"), read);
        return read;
    }

    private static boolean within(JsonNode node, Measure measure) {
        return node.isNumber()
                && (!measure.whole() || node.isIntegralNumber())
                && node.doubleValue() >= measure.least()
                && node.doubleValue() <= measure.most();
    }

    private static void direction(Body data, String field, Set<String> known, ObjectNode read) {
        String direction = data.require(field) ? data.choice(field, known) : null;
        if (direction != null) {
            read.put(field, direction);
        }
    }

    static String text(ObjectNode data) {
        return whole(data, "lat_degrees") + " " + whole(data, "lat_minutes") + " " + decimal(data, "lat_seconds", 3)
                + " " + data.path("lat_direction").asString() + " " + whole(data, "long_degrees") + " "
                + whole(data, "long_minutes") + " " + decimal(data, "long_seconds", 3) + " "
                + data.path("long_direction").asString() + " " + decimal(data, "altitude", 2) + "m "
                + decimal(data, "size", 2) + "m " + decimal(data, "precision_horz", 2) + "m "
                + decimal(data, "precision_vert", 2) + "m";
    }

    /// The data that the text form names, unchecked; empty when it is none.
    static Optional<ObjectNode> parse(List<String> words) {
        Deque<String> rest = new ArrayDeque<>(words);
        ObjectNode data = Envelope.object();
        boolean whole = angle(rest, data, "lat", "NS") && angle(rest, data, "long", "EW");
        // The defaults of the text form (RFC 1876 section 3) differ from those of the API.
        whole &= metres(rest, data, "altitude", null)
                && metres(rest, data, "size", 1.0)
                && metres(rest, data, "precision_horz", 10_000.0)
                && metres(rest, data, "precision_vert", 10.0);
        return whole && rest.isEmpty() ? Optional.of(data) : Optional.empty();
    }

    private static boolean angle(Deque<String> rest, ObjectNode data, String prefix, String directions) {
        for (String part : List.of("_degrees", "_minutes", "_seconds")) {
            String word = rest.peek();
            if (word == null || (word.length() == 1 && directions.contains(word))) {
                break;
            }
            if (!number(rest.remove(), data, prefix + part)) {
                return false;
            }
        }
        String direction = rest.poll();
        if (direction == null || direction.length() != 1 || !directions.contains(direction)) {
            return false;
        }
        data.put(prefix + "_direction", direction);
        return true;
    }

    private static boolean metres(Deque<String> rest, ObjectNode data, String field, @Nullable Double absent) {
        String word = rest.poll();
        if (word == null) {
            if (absent != null) {
                data.put(field, absent);
            }
            return absent != null;
        }
        return number(word.endsWith("m") ? word.substring(0, word.length() - 1) : word, data, field);
    }

    private static boolean number(String word, ObjectNode data, String field) {
        boolean plain = !word.isEmpty()
                && word.length() <= 16
                && word.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.' || c == '-');
        if (!plain) {
            return false;
        }
        try {
            BigDecimal number = new BigDecimal(word);
            if (number.stripTrailingZeros().scale() <= 0 && number.abs().compareTo(BigDecimal.valueOf(1 << 30)) < 0) {
                data.put(field, number.intValue());
            } else {
                data.put(field, number.doubleValue());
            }
            return true;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    private static String whole(ObjectNode data, String field) {
        return String.valueOf(data.path(field).intValue());
    }

    private static String decimal(ObjectNode data, String field, int digits) {
        return BigDecimal.valueOf(data.path(field).doubleValue())
                .setScale(digits, RoundingMode.HALF_UP)
                .toPlainString();
    }

    private static String plain(double number, int digits) {
        return BigDecimal.valueOf(number)
                .setScale(digits, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
