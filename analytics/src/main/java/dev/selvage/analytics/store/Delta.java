package dev.selvage.analytics.store;

import dev.selvage.model.event.Totals;
import dev.selvage.model.event.ZoneMinute;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// The exact counters of one commit: those of its batches, merged.
///
/// Not thread-safe.
final class Delta {
    /// Longest value of a marginal; a longer one counts as [#OTHER].
    static final int MAX_VALUE = 100;

    /// Most values that one dimension of a zone has in one bucket; the smallest beyond it count as
    /// [#OTHER].
    static final int MAX_VALUES = 256;

    /// The value under which a dimension counts what exceeded a bound.
    static final String OTHER = "other";

    /// A zone's minute, which begins at `bucket`.
    record Place(String zone, long bucket) {}

    /// What is counted of a place.
    record Key(CounterKind kind, String colo, String cacheStatus, int statusClass, String value) {}

    /// The counters of a place.
    static final class Cell {
        private final Map<Key, Totals> totals = new HashMap<>();
        private final int[] values = new int[CounterKind.values().length];
        private final Visitors visitors = new Visitors();

        Map<Key, Totals> totals() {
            return totals;
        }

        Visitors visitors() {
            return visitors;
        }

        private void addMarginal(ZoneMinute.Marginal by, Totals added) {
            CounterKind kind = CounterKind.of(by.dimension());
            Key key = key(kind, by.value().length() > MAX_VALUE ? OTHER : by.value());
            if (!totals.containsKey(key) && !key.value().equals(OTHER)) {
                if (values[kind.ordinal()] >= MAX_VALUES) {
                    key = key(kind, OTHER);
                } else {
                    values[kind.ordinal()]++;
                }
            }
            totals.merge(key, added, Totals::plus);
        }

        private static Key key(CounterKind kind, String value) {
            return new Key(kind, "", "", 0, value);
        }
    }

    private final Map<Place, Cell> cells = new LinkedHashMap<>();

    /// Adds counters as those of the minute that begins at `bucket`; false when their visitor sketch
    /// could not be read.
    boolean add(ZoneMinute minute, long bucket) {
        Cell cell = cell(new Place(minute.zone(), bucket));
        minute.crossed()
                .forEach((by, totals) -> cell.totals.merge(
                        new Key(CounterKind.CROSSED, by.colo(), by.cacheStatus().wire(), by.statusClass(), ""),
                        totals,
                        Totals::plus));
        minute.marginals().forEach(cell::addMarginal);
        try {
            cell.visitors.add(minute.visitors());
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// The cell of a place, made when absent.
    Cell cell(Place place) {
        return cells.computeIfAbsent(place, _ -> new Cell());
    }

    Map<Place, Cell> cells() {
        return cells;
    }
}
