package dev.selvage.analytics.query;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is asked of a dataset.
///
/// @param field the dataset as the query calls it, for messages
/// @param path of the dataset in the query, for reports
/// @param subject whom messages name, such as `zone "023e…"`
/// @param zones the ids of the zones that the caller may read; at least one
/// @param dimensions to group by
/// @param fields the other selected fields as paths: `count`, `sum_visits`, `uniq_uniques`, `confidence`
/// @param limit 1..10000
/// @param compared the earlier time whose numbers are wanted beside these; null for none
public record Question(
        Dataset dataset,
        String field,
        String path,
        String subject,
        List<String> zones,
        List<Dimension> dimensions,
        Set<String> fields,
        Condition filter,
        List<Order> order,
        int limit,
        @Nullable Period compared) {

    /// The greatest limit.
    public static final int MAX_LIMIT = 10_000;

    /// An earlier time of the same length.
    public enum Period {
        /// The one that ends where the question begins.
        PREVIOUS,
        /// The same hours of the day before.
        DAY,
        /// The same hours of the same day, seven days before.
        WEEK
    }

    public Question(
            Dataset dataset,
            String field,
            String path,
            String subject,
            List<String> zones,
            List<Dimension> dimensions,
            Set<String> fields,
            Condition filter,
            List<Order> order,
            int limit) {
        this(dataset, field, path, subject, zones, dimensions, fields, filter, order, limit, null);
    }

    public Question {
        zones = List.copyOf(zones);
        dimensions = List.copyOf(dimensions);
        fields = Set.copyOf(fields);
        order = List.copyOf(order);
    }

    /// @param path a dimension's name or a number's path
    public record Order(String path, boolean descending) {}
}
