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
/// @param crossedOnly true when only the crossed counters hold it
public record Measure(
        String group,
        String name,
        ValueType type,
        Shape shape,
        @Nullable String counter,
        boolean crossedOnly) {

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
                "sum", name, ValueType.UINT64, new Total(term), counted ? "sum(" + column + ")" : null, false);
    }

    /// As `sum_edgeResponseBytes`: how order values and field lists name it.
    public String path() {
        return group.isEmpty() ? name : group + "_" + name;
    }

    /// True when there is an interval for it.
    public boolean bounded() {
        return !(shape instanceof SampleInterval);
    }

    boolean held(CounterKind kind) {
        return counter != null && (!crossedOnly || kind == CounterKind.CROSSED);
    }
}
