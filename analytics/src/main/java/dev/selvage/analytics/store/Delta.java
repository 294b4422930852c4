package dev.selvage.analytics.store;

import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.ZoneMinute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is to be added to the store in one commit: batches, merged.
///
/// Not thread-safe.
public final class Delta {
    /// Longest value of a marginal; a longer one counts as [#OTHER].
    static final int MAX_VALUE = 100;

    /// Most values that one dimension of a zone has in one minute; the smallest beyond it count as [#OTHER].
    public static final int MAX_VALUES = 256;

    /// The value under which a dimension counts what exceeded a bound.
    public static final String OTHER = "other";

    record Key(
            String zone,
            long bucket,
            CounterKind kind,
            String colo,
            String cacheStatus,
            int statusClass,
            String value) {}

    record Place(String zone, long bucket) {}

    private record Spread(String zone, long bucket, CounterKind kind) {}

    private final Map<Key, Totals> counters = new HashMap<>();
    private final Map<Spread, Integer> values = new HashMap<>();
    private final Map<Place, Visitors> visitors = new HashMap<>();
    private final List<RequestEvent> rows = new ArrayList<>();

    /// Adds the exact counters of a batch; answers how many visitor sketches could not be read.
    public int addCounters(TrafficBatch batch) {
        int unreadable = 0;
        for (ZoneMinute minute : batch.counters()) {
            long bucket = minute.minute() * Level.MINUTE.milliseconds();
            minute.crossed()
                    .forEach((by, totals) -> counters.merge(
                            new Key(
                                    minute.zone(),
                                    bucket,
                                    CounterKind.CROSSED,
                                    by.colo(),
                                    by.cacheStatus().wire(),
                                    by.statusClass(),
                                    ""),
                            totals,
                            Totals::plus));
            minute.marginals().forEach((by, totals) -> addMarginal(minute.zone(), bucket, by, totals));
            try {
                visitors.computeIfAbsent(new Place(minute.zone(), bucket), _ -> new Visitors())
                        .add(minute.visitors());
            } catch (IllegalArgumentException _) {
                unreadable++;
            }
        }
        return unreadable;
    }

    private void addMarginal(String zone, long bucket, ZoneMinute.Marginal by, Totals totals) {
        CounterKind kind = CounterKind.of(by.dimension());
        String value = by.value().length() > MAX_VALUE ? OTHER : by.value();
        Key key = new Key(zone, bucket, kind, "", "", 0, value);
        Totals known = counters.get(key);
        if (known == null && !value.equals(OTHER)) {
            Spread spread = new Spread(zone, bucket, kind);
            int count = values.getOrDefault(spread, 0);
            if (count >= MAX_VALUES) {
                counters.merge(new Key(zone, bucket, kind, "", "", 0, OTHER), totals, Totals::plus);
                return;
            }
            values.put(spread, count + 1);
        }
        counters.put(key, known == null ? totals : known.plus(totals));
    }

    /// Adds a sampled row.
    public void addRow(RequestEvent row) {
        rows.add(row);
    }

    public boolean isEmpty() {
        return counters.isEmpty() && rows.isEmpty() && visitors.isEmpty();
    }

    /// How many sampled rows it holds.
    public int rowCount() {
        return rows.size();
    }

    Map<Key, Totals> counters() {
        return counters;
    }

    Map<Place, Visitors> visitors() {
        return visitors;
    }

    List<RequestEvent> rows() {
        return rows;
    }
}
