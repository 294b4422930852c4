package dev.selvage.analytics.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The same question about an earlier time, whose groups stand beside those that they belong to.
final class Comparison {
    /// The field of a group that holds the earlier one.
    static final String FIELD = "previous";

    /// Up to so many values of a dimension are named to the earlier question; beyond it reads them all.
    private static final int NAMED = 500;

    private static final long MINUTE = 60_000;
    private static final long DAY = 86_400_000;

    private final Question question;
    private final Question earlier;
    private final long shift;

    private Comparison(Question question, Question earlier, long shift) {
        this.question = question;
        this.earlier = earlier;
        this.shift = shift;
    }

    /// @param answer to the question
    static Comparison of(Question question, QueryEngine.Answer answer, long now) {
        Window window = Window.of(question.filter());
        if (window.from() == Long.MIN_VALUE) {
            throw Refusal.argument(
                    question.field(), "compareTo needs a filter that says when it begins, such as datetime_geq");
        }
        long until = window.until() == Long.MAX_VALUE ? Math.ceilDiv(now, MINUTE) * MINUTE : window.until();
        long shift = switch (Objects.requireNonNull(question.compared())) {
            case PREVIOUS -> Math.max(0, until - window.from());
            case DAY -> DAY;
            case WEEK -> 7 * DAY;
        };
        for (Dimension dimension : question.dimensions()) {
            if (dimension.bucket() > 0 && shift % dimension.bucket() != 0) {
                throw Refusal.argument(
                        question.field(),
                        "compareTo needs times that are whole buckets of \"" + dimension.name() + "\"; this one is "
                                + QueryEngine.words(shift) + " long");
            }
        }
        List<Condition> parts = new ArrayList<>(List.of(question.filter().earlier(shift)));
        if (window.until() == Long.MAX_VALUE) {
            Dimension clock = question.dataset().dimensions(true).stream()
                    .filter(each -> each.bucket() > 0)
                    .min(java.util.Comparator.comparingLong(Dimension::bucket))
                    .orElseThrow();
            parts.add(new Condition.Compare(clock, Operator.LESS, List.of(until - shift)));
        }
        for (Dimension dimension : question.dimensions()) {
            if (dimension.bucket() == 0 && dimension.constant() == null) {
                Set<Object> values = new LinkedHashSet<>();
                answer.groups()
                        .forEach(group ->
                                values.add(Objects.requireNonNull(key(group).get(dimension.name()))));
                if (values.size() <= NAMED) {
                    parts.add(new Condition.Compare(dimension, Operator.IN, List.copyOf(values)));
                }
            }
        }
        Question earlier = new Question(
                question.dataset(),
                question.field(),
                question.path() + "/" + FIELD,
                question.subject(),
                question.zones(),
                question.dimensions(),
                question.fields(),
                new Condition.All(parts),
                List.of(),
                Question.MAX_LIMIT);
        return new Comparison(question, earlier, shift);
    }

    Question earlier() {
        return earlier;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> key(Map<String, Object> group) {
        return (Map<String, Object>) Objects.requireNonNull(group.get("dimensions"));
    }

    /// The groups, each with the one that it had been.
    QueryEngine.Answer attach(QueryEngine.Answer now, QueryEngine.Answer before) {
        Map<Map<String, Object>, Map<String, Object>> known = new HashMap<>();
        before.groups().forEach(group -> known.put(key(group), group));
        List<Map<String, Object>> groups = new ArrayList<>();
        for (Map<String, Object> group : now.groups()) {
            Map<String, Object> key = new LinkedHashMap<>(key(group));
            for (Dimension dimension : question.dimensions()) {
                if (dimension.bucket() > 0) {
                    key.computeIfPresent(dimension.name(), (_, moment) -> (Long) moment - shift);
                }
            }
            Map<String, Object> both = new HashMap<>(group);
            Map<String, Object> one = known.get(key);
            if (one != null) {
                both.put(FIELD, one);
            }
            groups.add(both);
        }
        return new QueryEngine.Answer(groups, now.report().and(before.report()));
    }
}
