package dev.selvage.analytics.query;

import dev.selvage.analytics.store.CounterKind;
import org.jspecify.annotations.Nullable;

/// A number of a group of the adaptive dataset.
///
/// @param group `""` for `count`, else the object that holds it: `sum`, `avg`, `ratio`
/// @param name the field within it
/// @param row the SQL over stored rows, `w` being a row's weight
/// @param counter the SQL over exact counters; null when they do not hold it
/// @param crossedOnly true when only the crossed counters hold it
/// @param value the SQL of one row's value, for the variance of a sum; null when there is no interval for it
public record Measure(
        String group,
        String name,
        ValueType type,
        String row,
        @Nullable String counter,
        boolean crossedOnly,
        @Nullable String value) {

    static Measure sum(String name, String column, boolean counted) {
        return new Measure(
                "sum",
                name,
                ValueType.UINT64,
                "sum(w * " + column + ")",
                counted ? "sum(" + column + ")" : null,
                false,
                column);
    }

    /// As `sum_edgeResponseBytes`: how order values and field lists name it.
    public String path() {
        return group.isEmpty() ? name : group + "_" + name;
    }

    boolean held(CounterKind kind) {
        return counter != null && (!crossedOnly || kind == CounterKind.CROSSED);
    }
}
