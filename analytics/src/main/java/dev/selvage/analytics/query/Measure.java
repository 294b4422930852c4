package dev.selvage.analytics.query;

import dev.selvage.analytics.store.CounterKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A number of a group of the adaptive dataset.
///
/// @param group `""` for `count`, else the object that holds it: `sum`, `avg`, `ratio`, `quantiles`
/// @param name the field within it
/// @param shape how rows make it
/// @param counter the SQL over exact counters; null when they do not hold it
/// @param only the one kind of counters that holds it; null when all kinds do
public record Measure(
        String group,
        String name,
        ValueType type,
        Shape shape,
        @Nullable String counter,
        @Nullable CounterKind only) {

    /// How rows make a number.
    sealed interface Shape {
        /// The terms that it takes.
        List<Term> terms();
    }

    /// Σ value × weight.
    record Total(Term term) implements Shape {
        @Override
        public List<Term> terms() {
            return List.of(term);
        }
    }

    /// One total for each of another: a mean or a share. The second counts each request once or not at
    /// all, and the first is 0 where it does not.
    record Ratio(Term above, Term below) implements Shape {
        @Override
        public List<Term> terms() {
            return List.of(above, below);
        }
    }

    /// A part of a sum: one total for each of another that it is in.
    record Part(Term above, Term below) implements Shape {
        @Override
        public List<Term> terms() {
            return List.of(above, below);
        }
    }

    /// What this program does not measure, as it stands in every group: 0 or an empty list.
    record Constant(Object value) implements Shape {
        @Override
        public List<Term> terms() {
            return List.of();
        }
    }

    /// How many requests a row stands for.
    record SampleInterval() implements Shape {
        @Override
        public List<Term> terms() {
            return List.of(Term.REQUESTS);
        }
    }

    /// The value at or below which a share of the requests lies.
    ///
    /// @param column of the rows
    /// @param positive true when rows with a 0 are left out
    record Quantile(String column, boolean positive, double share) implements Shape {
        @Override
        public List<Term> terms() {
            return List.of();
        }
    }

    static Measure sum(String name, String column, boolean counted) {
        Term term = counted ? Term.counted(column) : Term.of(column);
        return new Measure(
                "sum", name, ValueType.UINT64, new Total(term), counted ? "sum(" + column + ")" : null, null);
    }

    /// A field of the API that this program does not measure.
    static Measure neutral(String group, String name, ValueType type) {
        Object value = type.list() ? List.of() : type == ValueType.FLOAT64 ? (Object) 0.0 : (Object) 0L;
        return new Measure(group, name, type, new Constant(value), "0.0", null);
    }

    /// As `sum_edgeResponseBytes`: how order values and field lists name it.
    public String path() {
        return group.isEmpty() ? name : group + "_" + name;
    }

    /// True when there is an interval for it.
    public boolean bounded() {
        return switch (shape) {
            case SampleInterval() -> false;
            case Part _ -> false;
            case Constant(Object value) -> value instanceof Number;
            case Total _, Ratio _, Quantile _ -> true;
        };
    }

    /// False for what stands in every group alike.
    public boolean measured() {
        return !(shape instanceof Constant);
    }

    boolean held(CounterKind kind) {
        return counter != null && (only == null || only == kind);
    }
}
