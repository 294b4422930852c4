package dev.selvage.analytics.query;

import dev.selvage.model.purge.PurgeHistory;
import dev.selvage.model.purge.PurgeHistory.PurgeEvent;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Answers a question about purges, of which there are few enough to be added up one by one.
final class PurgePlan {
    /// Most purges that one question reads.
    private static final int MOST = 20_000;

    private final Question question;

    PurgePlan(Question question) {
        this.question = question;
    }

    private static final class Sums {
        private final Map<String, Object> key;
        private long count;
        private long entries;
        private long objects;
        private long bytes;
        private long effective;
        private double sum;
        private double most;

        Sums(Map<String, Object> key) {
            this.key = key;
        }

        void add(PurgeEvent event) {
            count++;
            entries += event.entries();
            objects += event.objects();
            bytes += event.bytes();
            if (event.effective() > 0) {
                effective++;
                sum += event.effectiveMillis();
                most = Math.max(most, event.effectiveMillis());
            }
        }

        double value(Measure measure) {
            return switch (measure.path()) {
                case "count" -> count;
                case "sum_entries" -> entries;
                case "sum_objects" -> objects;
                case "sum_bytes" -> bytes;
                case "avg_effectiveMs" -> effective == 0 ? 0 : sum / effective;
                case "max_effectiveMs" -> most;
                default -> throw new IllegalStateException("purges have no " + measure.path());
            };
        }
    }

    QueryEngine.Answer run(PurgeHistory history) {
        Clause whole = Clause.of(question.filter(), "", 1, Dimension::name);
        List<PurgeEvent> events = history.purges(question.zones(), whole.from(), whole.until(), MOST + 1);
        if (events.size() > MOST) {
            throw Refusal.tooLarge();
        }
        Map<Map<String, Object>, Sums> groups = new HashMap<>();
        long read = 0;
        for (PurgeEvent event : events) {
            read++;
            if (question.filter().holds(dimension -> value(event, dimension))) {
                Map<String, Object> key = new LinkedHashMap<>();
                question.dimensions().forEach(dimension -> key.put(dimension.name(), value(event, dimension)));
                groups.computeIfAbsent(key, Sums::new).add(event);
            }
        }
        List<Map<String, Object>> shown = groups.values().stream()
                .sorted(order())
                .limit(question.limit())
                .map(this::shape)
                .toList();
        return new QueryEngine.Answer(shown, Report.ofPurges(read));
    }

    private Map<String, Object> shape(Sums sums) {
        Map<String, Object> group = new HashMap<>();
        group.put("dimensions", sums.key);
        for (Measure measure : question.dataset().measures()) {
            Certainty.put(group, measure, AdaptivePlan.rounded(measure, sums.value(measure)));
        }
        return group;
    }

    private static Object value(PurgeEvent event, Dimension dimension) {
        if (dimension.bucket() > 0) {
            return Math.floorDiv(event.acceptedAt(), dimension.bucket()) * dimension.bucket();
        }
        return switch (dimension.name()) {
            case "purgeId" -> event.id();
            case "kind" -> event.kind();
            case "manner" -> event.soft() ? "invalidate" : "delete";
            case "actorId" -> event.actor();
            case "effective" ->
                event.effective() >= event.pops() ? "everywhere" : event.effective() > 0 ? "somewhere" : "nowhere";
            case "zoneTag" -> event.zone();
            default -> throw new IllegalStateException("purges have no " + dimension.name());
        };
    }

    private Comparator<Sums> order() {
        Comparator<Sums> order = (_, _) -> 0;
        for (Question.Order each : question.order()) {
            Comparator<Sums> next = measure(each.path()) == null
                    ? Comparator.comparing(sums -> comparable(sums, each.path()))
                    : Comparator.comparingDouble(sums -> sums.value(Objects.requireNonNull(measure(each.path()))));
            order = order.thenComparing(each.descending() ? next.reversed() : next);
        }
        for (Dimension dimension : question.dimensions()) {
            order = order.thenComparing(sums -> comparable(sums, dimension.name()));
        }
        return order;
    }

    private @Nullable Measure measure(String path) {
        return question.dataset().measures().stream()
                .filter(each -> each.path().equals(path))
                .findFirst()
                .orElse(null);
    }

    /// A text that has the value's order; that of a dimension which is not grouped by is the same for all.
    private static String comparable(Sums sums, String dimension) {
        Object value = sums.key.get(dimension);
        return value instanceof Long number
                ? String.format(java.util.Locale.ROOT, "%020d", number)
                : String.valueOf(value);
    }
}
