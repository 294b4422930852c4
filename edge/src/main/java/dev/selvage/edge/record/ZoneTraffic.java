package dev.selvage.edge.record;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.ZoneMinute;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.jspecify.annotations.Nullable;

/// One zone's counters on one loop since the last hand-over.
final class ZoneTraffic {
    /// Values kept apart per dimension, zone and minute; what exceeds them counts as `other`. Each
    /// status has its own.
    static final int MAX_VALUES = 256;

    private static final int SUMS = 7;
    private static final int CLASSES = 10;
    private static final CacheStatus[] CACHE_STATUSES = CacheStatus.values();
    private static final ZoneMinute.Dimension[] DIMENSIONS = ZoneMinute.Dimension.values();
    private static final String[] STATUSES = new String[1_000];

    static {
        Arrays.setAll(STATUSES, Integer::toString);
    }

    final String zone;
    long minute;
    private final long[] @Nullable [] crossed = new long[CACHE_STATUSES.length][];
    private final Values[] marginals = new Values[DIMENSIONS.length];
    private @Nullable HllSketch visitors;
    private long lastVisitor;
    private boolean empty = true;

    /// The sums of one dimension's values.
    private static final class Values {
        private final Map<String, long[]> sums = new HashMap<>();
        private final int most;
        private @Nullable String last;
        private long[] lastSums = {};

        Values(int most) {
            this.most = most;
        }

        long[] of(String value) {
            // Most values are constants: the same object as before is the same value.
            return isLast(value) ? lastSums : find(value);
        }

        @SuppressWarnings("ReferenceEquality")
        private boolean isLast(String value) {
            return value == last;
        }

        private long[] find(String value) {
            long[] found = sums.get(value);
            if (found == null) {
                found = sums.computeIfAbsent(sums.size() < most ? value : "other", _ -> new long[SUMS]);
            }
            last = value;
            lastSums = found;
            return found;
        }

        void clear() {
            sums.clear();
            last = null;
        }
    }

    ZoneTraffic(String zone, long minute) {
        this.zone = zone;
        this.minute = minute;
        for (ZoneMinute.Dimension dimension : DIMENSIONS) {
            boolean status = dimension == ZoneMinute.Dimension.STATUS;
            marginals[dimension.ordinal()] = new Values(status ? STATUSES.length : MAX_VALUES);
        }
    }

    boolean empty() {
        return empty;
    }

    /// Counts a request.
    void count(Outcome o) {
        tally(o, 1, o.pageView() ? 1 : 0, o.visit ? 1 : 0);
        HllSketch sketch = visitors;
        if (sketch == null) {
            sketch = new HllSketch(11, TgtHllType.HLL_8);
            visitors = sketch;
        } else if (o.visitorHash == lastVisitor) {
            return;
        }
        lastVisitor = o.visitorHash;
        sketch.update(o.visitorHash);
    }

    /// Adds what the origin sent on behalf of a request that was counted before: its bytes, and requests
    /// of its own.
    void countLate(Outcome o) {
        tally(o, 0, 0, 0);
    }

    /// @param requests how many requests this is: 1, or 0 for what comes late
    private void tally(Outcome o, int requests, int pageViews, int visits) {
        empty = false;
        int status = Math.clamp(o.status, 0, STATUSES.length - 1);
        long[] row = crossed[o.cacheStatus.ordinal()];
        if (row == null) {
            row = new long[CLASSES * SUMS];
            crossed[o.cacheStatus.ordinal()] = row;
        }
        add(row, status / 100 * SUMS, o, requests, pageViews, visits);
        add(sums(ZoneMinute.Dimension.STATUS, STATUSES[status]), 0, o, requests, pageViews, visits);
        add(sums(ZoneMinute.Dimension.COUNTRY, o.country), 0, o, requests, pageViews, visits);
        add(sums(ZoneMinute.Dimension.CONTENT_TYPE, o.contentType), 0, o, requests, pageViews, visits);
        add(sums(ZoneMinute.Dimension.PROTOCOL, o.protocol), 0, o, requests, pageViews, visits);
        add(sums(ZoneMinute.Dimension.TLS_VERSION, o.tlsVersion), 0, o, requests, pageViews, visits);
        add(sums(ZoneMinute.Dimension.BROWSER, o.browser), 0, o, requests, pageViews, visits);
        add(sums(ZoneMinute.Dimension.IP_CLASS, o.ipClass), 0, o, requests, pageViews, visits);
        if (!o.rule.isEmpty()) {
            add(sums(ZoneMinute.Dimension.RULE, o.rule), 0, o, requests, pageViews, visits);
        }
    }

    private long[] sums(ZoneMinute.Dimension dimension, String value) {
        return marginals[dimension.ordinal()].of(value);
    }

    private static void add(long[] sums, int at, Outcome o, int requests, int pageViews, int visits) {
        sums[at] += requests;
        sums[at + 1] += o.requestBytes;
        sums[at + 2] += o.responseBytes;
        sums[at + 3] += o.originRequests;
        sums[at + 4] += o.originResponseBytes;
        sums[at + 5] += pageViews;
        sums[at + 6] += visits;
    }

    /// What was counted since the last call, in the form it travels in; starts anew.
    ZoneMinute take(String colo) {
        Map<ZoneMinute.Crossed, Totals> crossings = new HashMap<>();
        for (CacheStatus cacheStatus : CACHE_STATUSES) {
            long[] row = crossed[cacheStatus.ordinal()];
            if (row != null) {
                for (int statusClass = 0; statusClass < CLASSES; statusClass++) {
                    Totals totals = totals(row, statusClass * SUMS);
                    if (!totals.equals(Totals.ZERO)) {
                        crossings.put(new ZoneMinute.Crossed(colo, cacheStatus, statusClass), totals);
                    }
                }
                crossed[cacheStatus.ordinal()] = null;
            }
        }
        Map<ZoneMinute.Marginal, Totals> values = new HashMap<>();
        for (ZoneMinute.Dimension dimension : DIMENSIONS) {
            Values of = marginals[dimension.ordinal()];
            of.sums.forEach((value, sums) -> values.put(new ZoneMinute.Marginal(dimension, value), totals(sums, 0)));
            of.clear();
        }
        unruled(crossings, values);
        HllSketch sketch = visitors;
        ByteBuffer addresses = sketch == null
                ? ByteBuffer.allocate(0)
                : ByteBuffer.wrap(sketch.toCompactByteArray()).asReadOnlyBuffer();
        visitors = null;
        empty = true;
        return new ZoneMinute(zone, minute, crossings, values, addresses);
    }

    /// Adds the requests that no rule is told of with, which nobody counted one by one: all but the
    /// others.
    private static void unruled(Map<ZoneMinute.Crossed, Totals> crossings, Map<ZoneMinute.Marginal, Totals> values) {
        long[] rest = new long[SUMS];
        crossings.values().forEach(totals -> add(rest, totals, 1));
        values.forEach((marginal, totals) -> {
            if (marginal.dimension() == ZoneMinute.Dimension.RULE) {
                add(rest, totals, -1);
            }
        });
        Totals unruled = totals(rest, 0);
        if (!unruled.equals(Totals.ZERO)) {
            values.put(new ZoneMinute.Marginal(ZoneMinute.Dimension.RULE, ""), unruled);
        }
    }

    private static void add(long[] sums, Totals totals, int sign) {
        sums[0] += sign * totals.requests();
        sums[1] += sign * totals.requestBytes();
        sums[2] += sign * totals.responseBytes();
        sums[3] += sign * totals.originRequests();
        sums[4] += sign * totals.originResponseBytes();
        sums[5] += sign * totals.pageViews();
        sums[6] += sign * totals.visits();
    }

    private static Totals totals(long[] sums, int p) {
        return new Totals(sums[p], sums[p + 1], sums[p + 2], sums[p + 3], sums[p + 4], sums[p + 5], sums[p + 6]);
    }
}
