package dev.selvage.edge.record;

import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.ZoneMinute;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.jspecify.annotations.Nullable;

/// One zone's counters on one loop since the last hand-over, and its sampling.
final class ZoneTraffic {
    /// Values kept apart per dimension, zone and minute; what exceeds them counts as `other`.
    static final int MAX_VALUES = 256;

    private static final int SUMS = 7;
    private static final CacheStatus[] STATUSES = CacheStatus.values();
    private static final ZoneMinute.Dimension[] DIMENSIONS = ZoneMinute.Dimension.values();

    final String zone;
    final Sampler sampler;
    long minute;
    private final long[] @Nullable [] crossed = new long[STATUSES.length][];
    private final List<Map<String, long[]>> marginals = new ArrayList<>();
    private final long[] @Nullable [] byStatus = new long[1_000][];
    private @Nullable HllSketch visitors;
    private boolean empty = true;

    /// Hand-overs in a row without a request; an idle zone is let go.
    int idle;

    ZoneTraffic(String zone, long minute, int rowsPerSecond) {
        this.zone = zone;
        this.minute = minute;
        this.sampler = new Sampler(rowsPerSecond);
        for (ZoneMinute.Dimension dimension : DIMENSIONS) {
            marginals.add(dimension.ordinal(), new HashMap<>());
        }
    }

    boolean empty() {
        return empty;
    }

    /// Counts a request.
    void count(Outcome o) {
        tally(o, 1);
        HllSketch sketch = visitors;
        if (sketch == null) {
            sketch = visitors = new HllSketch(11, TgtHllType.HLL_8);
        }
        sketch.update(o.visitorHash);
    }

    /// Adds what the origin sent on behalf of a request that was counted before: its bytes, and
    /// requests of its own.
    void countLate(Outcome o) {
        tally(o, 0);
    }

    /// @param requests how many requests this is: 1, or 0 for what comes late
    private void tally(Outcome o, int requests) {
        empty = false;
        add(crossedSums(o.cacheStatus, o.status), o, requests);
        int status = Math.clamp(o.status, 0, 999);
        long[] sums = byStatus[status];
        if (sums == null) {
            sums = byStatus[status] = new long[SUMS];
        }
        add(sums, o, requests);
        add(marginal(ZoneMinute.Dimension.COUNTRY, o.country), o, requests);
        add(marginal(ZoneMinute.Dimension.CONTENT_TYPE, o.contentType), o, requests);
        add(marginal(ZoneMinute.Dimension.PROTOCOL, o.protocol), o, requests);
        add(marginal(ZoneMinute.Dimension.TLS_VERSION, o.tlsVersion), o, requests);
        add(marginal(ZoneMinute.Dimension.BROWSER, o.browser), o, requests);
        add(marginal(ZoneMinute.Dimension.IP_CLASS, o.ipClass), o, requests);
        if (!o.rule.isEmpty()) {
            add(marginal(ZoneMinute.Dimension.RULE, o.rule), o, requests);
        }
    }

    private long[] crossedSums(CacheStatus cacheStatus, int status) {
        long[] row = crossed[cacheStatus.ordinal()];
        if (row == null) {
            row = crossed[cacheStatus.ordinal()] = new long[10 * SUMS];
        }
        place = Math.clamp(status / 100, 0, 9) * SUMS;
        return row;
    }

    /// Where in a crossed row the last [#crossedSums] found the sums.
    private int place;

    private long[] marginal(ZoneMinute.Dimension dimension, String value) {
        place = 0;
        Map<String, long[]> values = marginals.get(dimension.ordinal());
        long[] sums = values.get(value);
        if (sums == null) {
            String name = values.size() < MAX_VALUES ? value : "other";
            sums = values.computeIfAbsent(name, _ -> new long[SUMS]);
        }
        return sums;
    }

    private void add(long[] sums, Outcome o, int requests) {
        int p = sums.length == SUMS ? 0 : place;
        sums[p] += requests;
        sums[p + 1] += o.requestBytes;
        sums[p + 2] += o.responseBytes;
        sums[p + 3] += o.originRequests;
        sums[p + 4] += o.originResponseBytes;
        sums[p + 5] += requests != 0 && o.pageView() ? 1 : 0;
        sums[p + 6] += requests != 0 && o.visit ? 1 : 0;
    }

    /// What was counted since the last call, in the form it travels in; starts anew.
    ZoneMinute take(String colo) {
        Map<ZoneMinute.Crossed, Totals> crossings = new HashMap<>();
        for (CacheStatus cacheStatus : STATUSES) {
            long[] row = crossed[cacheStatus.ordinal()];
            if (row != null) {
                for (int statusClass = 0; statusClass < 10; statusClass++) {
                    Totals totals = totals(row, statusClass * SUMS);
                    if (!totals.equals(Totals.ZERO)) {
                        crossings.put(new ZoneMinute.Crossed(colo, cacheStatus, statusClass), totals);
                    }
                }
                crossed[cacheStatus.ordinal()] = null;
            }
        }
        Map<ZoneMinute.Marginal, Totals> values = new HashMap<>();
        for (int status = 0; status < byStatus.length; status++) {
            long[] sums = byStatus[status];
            if (sums != null) {
                values.put(
                        new ZoneMinute.Marginal(ZoneMinute.Dimension.STATUS, Integer.toString(status)),
                        totals(sums, 0));
                byStatus[status] = null;
            }
        }
        for (ZoneMinute.Dimension dimension : DIMENSIONS) {
            Map<String, long[]> table = marginals.get(dimension.ordinal());
            table.forEach((value, sums) -> values.put(new ZoneMinute.Marginal(dimension, value), totals(sums, 0)));
            table.clear();
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

    /// Adds the requests that no rule is told of with, which nobody counted one by one: all but the others.
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
