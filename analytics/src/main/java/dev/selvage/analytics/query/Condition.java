package dev.selvage.analytics.query;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// A filter.
public sealed interface Condition {
    /// All of these; true when there is none.
    record All(List<Condition> parts) implements Condition {}

    /// Any of these.
    record Any(List<Condition> parts) implements Condition {}

    /// A comparison; `values` are `String`, `Long` or `Boolean`.
    record Compare(Dimension dimension, Operator operator, List<Object> values) implements Condition {}

    /// The dimensions that it looks at.
    default Stream<Dimension> dimensions() {
        return switch (this) {
            case All(List<Condition> parts) -> parts.stream().flatMap(Condition::dimensions);
            case Any(List<Condition> parts) -> parts.stream().flatMap(Condition::dimensions);
            case Compare(Dimension dimension, Operator _, List<Object> _) -> Stream.of(dimension);
        };
    }

    /// Whether something fulfils it.
    ///
    /// @param value what it has of a dimension; of a time, the beginning of its bucket
    default boolean holds(Function<Dimension, Object> value) {
        return switch (this) {
            case All(List<Condition> parts) -> parts.stream().allMatch(part -> part.holds(value));
            case Any(List<Condition> parts) -> parts.stream().anyMatch(part -> part.holds(value));
            case Compare(Dimension dimension, Operator operator, List<Object> values) ->
                operator.holds(value.apply(dimension), values);
        };
    }

    /// True when it asks for a time that ends before it begins.
    default boolean reversed() {
        Window window = Window.of(this);
        return window.until() < window.from();
    }

    /// The same about a time that is `milliseconds` earlier.
    default Condition earlier(long milliseconds) {
        return switch (this) {
            case All(List<Condition> parts) ->
                new All(parts.stream().map(part -> part.earlier(milliseconds)).toList());
            case Any(List<Condition> parts) ->
                new Any(parts.stream().map(part -> part.earlier(milliseconds)).toList());
            case Compare(Dimension dimension, Operator operator, List<Object> values) ->
                dimension.bucket() == 0
                        ? this
                        : new Compare(
                                dimension,
                                operator,
                                values.stream()
                                        .map(value -> (Object) ((Long) value - milliseconds))
                                        .toList());
        };
    }

    /// Most comparisons and values in a filter.
    int MAX_NODES = 2_000;

    /// Most levels of `AND` and `OR`.
    int MAX_DEPTH = 16;

    /// Longest pattern of `_like`.
    int MAX_PATTERN = 1_000;

    /// What a filter's key means.
    record Key(Dimension dimension, Operator operator) {}

    /// Makes a value of a type of what stands in a filter.
    interface Reader {
        /// @throws IllegalArgumentException with what is wrong
        Object read(ValueType type, Object value);
    }

    /// Reads the API's filter object.
    ///
    /// @param dataset how messages name it
    /// @param keys the comparisons that the dataset knows, by key
    static Condition read(String dataset, Map<?, ?> filter, Map<String, Key> keys, Reader reader) {
        return new FilterReader(dataset, keys, reader).read(filter, 0);
    }
}
