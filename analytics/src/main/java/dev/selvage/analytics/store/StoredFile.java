package dev.selvage.analytics.store;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// A Parquet file of the store; it never changes.
///
/// @param level the tier of rows, the ordinal of the [Level] of counters and visitors, 0 of the index
/// @param piece files of one number were made together
/// @param from nothing in it began before; epoch milliseconds
/// @param until everything in it began before
/// @param rows how many it holds
/// @param name within the store's directory
record StoredFile(Kind kind, int level, int piece, long from, long until, long rows, long bytes, String name) {
    /// What a file holds.
    enum Kind {
        ROWS,
        /// How many rows each tier of a piece holds, by zone and hour.
        INDEX,
        COUNTERS,
        VISITORS
    }

    /// When the period begins whose files are merged into one: a day, or a month where there is little
    /// of a day.
    static long period(Kind kind, int level, long at) {
        return switch (kind) {
            case ROWS, INDEX -> day(at);
            case COUNTERS, VISITORS -> level == Level.MINUTE.ordinal() ? day(at) : month(at);
        };
    }

    /// When the period ends that begins at `period`.
    static long end(Kind kind, int level, long period) {
        return switch (kind) {
            case ROWS, INDEX -> period + Level.DAY.milliseconds();
            case COUNTERS, VISITORS ->
                level == Level.MINUTE.ordinal() ? period + Level.DAY.milliseconds() : nextMonth(period);
        };
    }

    long period() {
        return period(kind, level, from);
    }

    boolean overlaps(long begin, long end) {
        return from < end && until > begin;
    }

    private static long day(long at) {
        return at - Math.floorMod(at, Level.DAY.milliseconds());
    }

    private static LocalDate firstOfMonth(long at) {
        return Instant.ofEpochMilli(at).atZone(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1);
    }

    private static long month(long at) {
        return milliseconds(firstOfMonth(at));
    }

    private static long nextMonth(long at) {
        return milliseconds(firstOfMonth(at).plusMonths(1));
    }

    private static long milliseconds(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }
}
