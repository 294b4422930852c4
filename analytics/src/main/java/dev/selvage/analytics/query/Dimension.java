package dev.selvage.analytics.query;

import dev.selvage.analytics.store.CounterKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A field to group and to filter by.
///
/// @param name the API's name
/// @param row the SQL of its value in a stored row; for times null, they are cut from the row's clock
/// @param kind the counters that hold it; null when none do
/// @param counter the SQL of its value in such a counter; null when `kind` is
/// @param bucket the width of a time, in milliseconds; 0 for anything else
/// @param groupable false for what may only be filtered by
public record Dimension(
        String name,
        ValueType type,
        @Nullable String row,
        @Nullable CounterKind kind,
        @Nullable String counter,
        long bucket,
        boolean groupable) {

    static Dimension time(String name, Duration bucket) {
        return new Dimension(name, ValueType.TIME, null, null, null, bucket.toMillis(), true);
    }

    static Dimension date() {
        return new Dimension(
                "date", ValueType.DATE, null, null, null, Duration.ofDays(1).toMillis(), true);
    }

    static Dimension row(String name, ValueType type, String column) {
        return new Dimension(name, type, column, null, null, 0, true);
    }

    static Dimension counted(String name, ValueType type, String column, CounterKind kind, String counter) {
        return new Dimension(name, type, column, kind, counter, 0, true);
    }

    /// True when every counter holds it: a time, a zone, a constant.
    boolean universal() {
        return bucket > 0 || (kind == null && counter != null);
    }
}
