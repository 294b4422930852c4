package dev.selvage.analytics.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;

/// The order of a question's groups: as asked, then by their keys, so that the same groups always come in
/// the same order.
final class GroupOrder {
    private final Question question;
    private final List<Measure> measures;

    GroupOrder(Question question, List<Measure> measures) {
        this.question = question;
        this.measures = measures;
    }

    /// The first groups.
    ///
    /// @param number what a group has of a measure
    List<RowGroups.Group> first(RowGroups groups, int limit, ToDoubleBiFunction<Measure, Integer> number) {
        List<Comparator<Integer>> comparators = new ArrayList<>();
        Set<String> ordered = new HashSet<>();
        for (Question.Order each : question.order()) {
            ordered.add(each.path());
            Comparator<Integer> next = comparing(groups, each.path(), number);
            comparators.add(each.descending() ? next.reversed() : next);
        }
        for (int i = 0; i < question.dimensions().size(); i++) {
            String path = question.dimensions().get(i).name();
            if (!ordered.contains(path)) {
                comparators.add(comparing(groups, path, number));
            }
        }
        Comparator<Integer> order = comparators.stream().reduce((_, _) -> 0, Comparator::thenComparing);
        // The last of those found so far is on top.
        PriorityQueue<Integer> found = new PriorityQueue<>(order.reversed());
        for (int i = 0; i < groups.size(); i++) {
            if (found.size() < limit) {
                found.add(i);
            } else if (limit > 0 && order.compare(i, Objects.requireNonNull(found.peek())) < 0) {
                found.poll();
                found.add(i);
            }
        }
        Integer[] sorted = found.toArray(Integer[]::new);
        Arrays.sort(sorted, order);
        return Arrays.stream(sorted).map(groups::group).toList();
    }

    private Comparator<Integer> comparing(RowGroups groups, String path, ToDoubleBiFunction<Measure, Integer> number) {
        for (int i = 0; i < question.dimensions().size(); i++) {
            if (question.dimensions().get(i).name().equals(path)) {
                int at = i;
                return (one, other) -> compare(groups.key(one, at), groups.key(other, at));
            }
        }
        for (Measure measure : measures) {
            if (measure.path().equals(path)) {
                double[] numbers = new double[groups.size()];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = rounded(measure, number.applyAsDouble(measure, i));
                }
                return (one, other) -> Double.compare(numbers[one], numbers[other]);
            }
        }
        return (one, other) -> compare(groups.order(one, path), groups.order(other, path));
    }

    /// The last bits depend on the order in which the engine added, and must not decide.
    private static double rounded(Measure measure, double number) {
        double digits = measure.shape() instanceof Measure.Total ? 1e3 : 1e9;
        return Math.rint(number * digits);
    }

    private static int compare(Object one, Object other) {
        if (one instanceof List) {
            // No list is measured: all are empty.
            return 0;
        }
        return one instanceof String text ? text.compareTo(other.toString()) : Long.compare((Long) one, (Long) other);
    }
}
