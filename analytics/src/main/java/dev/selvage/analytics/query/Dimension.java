package dev.selvage.analytics.query;

import dev.selvage.analytics.store.CounterKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A field to group and to filter by.
///
/// @param name the API's name
/// @param row the SQL of its value in a stored row; for times null, they are cut from the row's clock
/// @param kind the counters that hold it; null when none do
/// @param counter the SQL of its value in such a counter; null when `kind` is
/// @param bucket the width of a time, in milliseconds; 0 for anything else
/// @param groupable false for what may only be filtered by
/// @param constant the value that it always has; null when it varies
/// @param measured false for what this program does not find out: the constant stands for "not known"
public record Dimension(
        String name,
        ValueType type,
        @Nullable String row,
        @Nullable CounterKind kind,
        @Nullable String counter,
        long bucket,
        boolean groupable,
        @Nullable Object constant,
        boolean measured) {

    static Dimension time(String name, Duration bucket) {
        return new Dimension(name, ValueType.TIME, null, null, null, bucket.toMillis(), true, null, true);
    }

    static Dimension date() {
        long day = Duration.ofDays(1).toMillis();
        return new Dimension("date", ValueType.DATE, null, null, null, day, true, null, true);
    }

    static Dimension row(String name, ValueType type, String sql) {
        return new Dimension(name, type, sql, null, null, 0, true, null, true);
    }

    static Dimension counted(String name, ValueType type, String sql, CounterKind kind, String counter) {
        return new Dimension(name, type, sql, kind, counter, 0, true, null, true);
    }

    /// A field with one value.
    ///
    /// @param value a `String` or a `Long`
    static Dimension constant(String name, ValueType type, Object value) {
        String sql = value instanceof String text ? "'" + text.replace("'", "''") + "'" : value.toString();
        return new Dimension(name, type, sql, null, sql, 0, true, value, true);
    }

    /// A field of the API that this program does not measure: 0, an empty text, an empty list.
    static Dimension neutral(String name, ValueType type) {
        Object value = type.list() ? List.of() : type == ValueType.STRING ? "" : (Object) 0L;
        return neutral(name, type, value);
    }

    /// The same, with another word for "not known".
    static Dimension neutral(String name, ValueType type, Object value) {
        String sql = value instanceof String text ? "'" + text + "'" : type.list() ? "''" : value.toString();
        return new Dimension(name, type, sql, null, sql, 0, true, value, false);
    }

    /// The same field, to filter by alone.
    Dimension filterOnly() {
        return new Dimension(name, type, row, kind, counter, bucket, false, constant, measured);
    }

    /// True when every counter holds it: a time, a zone, a constant.
    boolean universal() {
        return bucket > 0 || (kind == null && counter != null);
    }
}
