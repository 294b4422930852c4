package dev.selvage.analytics.query;

import dev.selvage.analytics.store.CounterKind;
import dev.selvage.analytics.store.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The exact counters of some zones and of a time that whole minutes make up.
///
/// A long time is read as days, and only what is left at its ends as hours and minutes.
final class Counted {
    private static final long DAY = Level.DAY.milliseconds();

    /// Whole days, beyond all that was or will be counted.
    private static final long EVER = Long.MAX_VALUE / 4 / DAY * DAY;

    /// @param from epoch milliseconds, a multiple of the level's width; so is `until`
    record Span(Level level, long from, long until) {}

    private final List<Span> spans;
    private final boolean bounded;

    private Counted(List<Span> spans, boolean bounded) {
        this.spans = List.copyOf(spans);
        this.bounded = bounded;
    }

    /// The counters from `from` until before `until`; nothing when minutes do not decide that.
    ///
    /// @param widest the widest buckets that serve
    /// @param now a bound ahead of it decides nothing
    static Optional<Counted> of(long from, long until, Level widest, long now) {
        boolean bounded = from > 0;
        long first = bounded ? from : 0;
        long end = until < now ? until : until >= EVER ? EVER : Math.ceilDiv(until, DAY) * DAY;
        long minute = Level.MINUTE.milliseconds();
        if (first % minute != 0 || end % minute != 0) {
            return Optional.empty();
        }
        List<Span> spans = new ArrayList<>();
        cover(first, end, widest, spans);
        return Optional.of(new Counted(spans, bounded));
    }

    /// The counters of one level, for a condition that holds for whole buckets of it or not at all.
    static Counted at(Level level, Clause condition) {
        long width = level.milliseconds();
        long from = Math.floorDiv(Math.clamp(condition.from(), 0, EVER), width) * width;
        long until = Math.ceilDiv(Math.clamp(condition.until(), 0, EVER), width) * width;
        return new Counted(from < until ? List.of(new Span(level, from, until)) : List.of(), false);
    }

    private static void cover(long from, long until, Level level, List<Span> spans) {
        if (from >= until) {
            return;
        }
        long width = level.milliseconds();
        long first = Math.ceilDiv(from, width) * width;
        long last = Math.floorDiv(until, width) * width;
        if (level == Level.MINUTE) {
            spans.add(new Span(level, from, until));
            return;
        }
        Level finer = Level.values()[level.ordinal() - 1];
        if (first >= last) {
            cover(from, until, finer, spans);
            return;
        }
        cover(from, first, finer, spans);
        spans.add(new Span(level, first, last));
        cover(last, until, finer, spans);
    }

    /// Refuses a time whose counters are kept no more.
    void checkAge(Question question, QueryEngine.Limits limits, long now) {
        if (!bounded) {
            return;
        }
        for (Span span : spans) {
            QueryEngine.checkAge(question, span.from(), kept(span.level(), limits), now);
        }
    }

    /// True when the store still has all of them.
    boolean kept(QueryEngine.Limits limits, long now) {
        return !bounded
                || spans.stream()
                        .allMatch(span ->
                                span.from() >= now - kept(span.level(), limits).toMillis() - DAY);
    }

    static Duration kept(Level level, QueryEngine.Limits limits) {
        return switch (level) {
            case MINUTE -> limits.minutes();
            case HOUR -> limits.hours();
            case DAY -> Duration.ofDays(365_000);
        };
    }

    List<Span> spans() {
        return spans;
    }

    /// A relation of the counters with these columns, to stand behind `FROM`.
    ///
    /// @param where on `zone`, `kind` and the other columns
    RowPlan.Relation relation(QueryEngine.Reading reading, String columns, Clause where) {
        return union(columns, where, span -> reading.snapshot().counters(span.level(), span.from(), span.until()));
    }

    /// A relation of the visitors' sketches.
    RowPlan.Relation visitors(QueryEngine.Reading reading, Clause where) {
        return union(
                "bucket, sketch", where, span -> reading.snapshot().visitors(span.level(), span.from(), span.until()));
    }

    private interface Source {
        String of(Span span);
    }

    private RowPlan.Relation union(String columns, Clause where, Source source) {
        StringBuilder sql = new StringBuilder("(");
        List<Object> values = new ArrayList<>();
        for (Span span : spans) {
            sql.append(sql.length() == 1 ? "" : " UNION ALL ")
                    .append("SELECT ")
                    .append(columns)
                    .append(" FROM ")
                    .append(source.of(span))
                    .append(" WHERE bucket >= ? AND bucket < ? AND ")
                    .append(where.sql());
            values.add(span.from());
            values.add(span.until());
            values.addAll(where.values());
        }
        if (spans.isEmpty()) {
            Span none = new Span(Level.DAY, 0, 0);
            sql.append("SELECT ")
                    .append(columns)
                    .append(" FROM ")
                    .append(source.of(none))
                    .append(" WHERE FALSE");
        }
        return new RowPlan.Relation(sql.append(')').toString(), values);
    }

    /// The condition that a counter is of a kind.
    static Clause kind(CounterKind kind) {
        return new Clause("kind = " + kind.code(), List.of(), Long.MIN_VALUE, Long.MAX_VALUE, List.of());
    }
}
