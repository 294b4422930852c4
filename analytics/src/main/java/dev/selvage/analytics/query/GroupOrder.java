package dev.selvage.analytics.query;

import java.util.ArrayList;
import java.util.Arrays;
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
        List<Order> orders = new ArrayList<>();
        Set<String> ordered = new HashSet<>();
        for (Question.Order each : question.order()) {
            ordered.add(each.path());
            Order next = comparing(groups, each.path(), number);
            orders.add(each.descending() ? (one, other) -> next.compare(other, one) : next);
        }
        for (int i = 0; i < question.dimensions().size(); i++) {
            String path = question.dimensions().get(i).name();
            if (!ordered.contains(path)) {
                orders.add(comparing(groups, path, number));
            }
        }
        Order[] each = orders.toArray(Order[]::new);
        Order order = (one, other) -> {
            int found = 0;
            for (int i = 0; found == 0 && i < each.length; i++) {
                found = each[i].compare(one, other);
            }
            return found;
        };
        // The last of those found so far is on top.
        PriorityQueue<Integer> found = new PriorityQueue<>((one, other) -> order.compare(other, one));
        int last = -1;
        for (int i = 0; i < groups.size() && limit > 0; i++) {
            if (found.size() == limit) {
                if (order.compare(i, last) >= 0) {
                    continue;
                }
                found.poll();
            }
            found.add(i);
            last = Objects.requireNonNull(found.peek());
        }
        Integer[] sorted = found.toArray(Integer[]::new);
        Arrays.sort(sorted, order::compare);
        return Arrays.stream(sorted).map(groups::group).toList();
    }

    /// Compares two groups; there may be as many as rows, too many to box.
    private interface Order {
        int compare(int one, int other);
    }

    private Order comparing(RowGroups groups, String path, ToDoubleBiFunction<Measure, Integer> number) {
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
