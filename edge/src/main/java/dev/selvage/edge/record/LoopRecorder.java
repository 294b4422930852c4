package dev.selvage.edge.record;

import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.Sampling;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.TrafficSink;
import dev.selvage.model.event.ZoneMinute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One event loop's record of what happened; everything here runs on that loop.
///
/// Rows are encoded as they travel into one buffer, which is handed over several times a second. When
/// the sink refuses for so long that it is full, the rows of the zones that have most of it are thinned:
/// what remains stands for more requests, and nothing is lost unsaid.
public final class LoopRecorder {
    /// Bytes of rows that wait; beyond them they are thinned to half.
    private static final int MOST_WAITING = 8 << 20;

    /// A zone that had no requests in so many hand-overs is let go.
    private static final int IDLE_HAND_OVERS = 240;

    /// Counters of a zone and minute that wait. Beyond them a zone's requests are counted in the minute
    /// of its last ones, so that the sums stay true and the memory does not grow with time.
    static final int MOST_MINUTES = 50_000;

    /// What is believed of the bytes of a response before the first one.
    private static final double PRIOR_BYTES = 16_384;

    private final String source;
    private final String colo;
    private final RowBudget budget;
    private final TrafficSink sink;

    /// The zone that was active longest ago comes first.
    private final LinkedHashMap<String, ZoneRecord> zones = new LinkedHashMap<>();

    private final Map<Earlier, ZoneTraffic> earlier = new HashMap<>();
    private final List<ZoneRecord> active = new ArrayList<>();

    /// The zones that have rows that wait.
    private final List<ZoneRecord> holding = new ArrayList<>();

    private final Guard guard = new Guard();
    private final MeanBytes mean = new MeanBytes(PRIOR_BYTES);
    private List<ZoneMinute> finished = new ArrayList<>();
    private final EventRows.Writer rows = new EventRows.Writer();
    private @Nullable TrafficBatch refused;
    private @Nullable ZoneRecord last;
    private long handOvers;
    private long sequence;
    private long requests;
    private long keptRows;
    private long thinnings;

    /// The seconds of the sampling budget, epoch milliseconds: it does not go back for a request that
    /// began earlier than another, but follows a clock that was set back at the next hand-over.
    private long clock;

    private long second = Long.MIN_VALUE;

    /// The latest start of a request since the last hand-over.
    private long since;

    private record Earlier(String zone, long minute) {}

    /// A request that may be kept as a row.
    @FunctionalInterface
    public interface Row {
        /// Writes one whole row, with this rate and mean.
        void write(EventRows.Writer into, double rate, double meanBytes);
    }

    /// @param source names this loop and this process's life
    public LoopRecorder(String source, String colo, RowBudget budget, TrafficSink sink) {
        this.source = source;
        this.colo = colo;
        this.budget = budget;
        this.sink = sink;
    }

    /// Counts a request, and keeps its row when it is chosen.
    public void record(String zone, Outcome outcome, Row row) {
        requests++;
        long at = outcome.startedAt;
        ZoneRecord of = zone(zone, at);
        of.requests++;
        counters(of, at).count(outcome);
        since = Math.max(since, at);
        clock = Math.max(clock, at);
        sample(of, outcome, row);
    }

    private void sample(ZoneRecord of, Outcome outcome, Row row) {
        RowBudget.Allotment allotment = budget.allotment();
        long now = Math.floorDiv(clock, 1_000L);
        if (now != second) {
            second = now;
            guard.begin(allotment.total());
        }
        Sampler sampler = of.sampler;
        double rate = sampler.rate(clock, allotment, guard.halvings());
        double meanBytes = sampler.meanBytes();
        long bytes = outcome.responseBytes;
        boolean kept = Sampling.kept(outcome.rayId, rate, Sampling.size(bytes, meanBytes));
        if (kept) {
            keep(of, rate, meanBytes, row);
        }
        sampler.saw(bytes, kept);
        mean.add(bytes);
    }

    private void keep(ZoneRecord of, double rate, double meanBytes, Row row) {
        int before = rows.length();
        row.write(rows, rate, meanBytes);
        guard.keep();
        keptRows++;
        if (of.waiting == 0) {
            holding.add(of);
        }
        of.waiting += rows.length() - before;
        // After the row and not before it, so that what is thinned is a matter of what is there alone.
        if (rows.length() > MOST_WAITING - EventRows.MAX_ROW) {
            thin();
        }
    }

    /// Halves the rates of the zones that have most of the rows that wait until half of them are gone.
    /// Whether it goes on depends on how many rows are there, which is the same for whatever hash keeps
    /// a row: so the inverse probabilities stay unbiased.
    private void thin() {
        thinnings++;
        while (rows.length() > MOST_WAITING / 2) {
            int level = level(MOST_WAITING / 2);
            for (ZoneRecord of : holding) {
                if (of.waiting > level) {
                    of.sampler.halveCap();
                }
                of.waiting = 0;
            }
            rows.thin(new EventRows.Thinning() {
                @Override
                public double most(String zone) {
                    ZoneRecord of = zones.get(zone);
                    return of == null ? Sampling.ALL : of.sampler.cap();
                }

                @Override
                public void kept(String zone, int bytes) {
                    ZoneRecord of = zones.get(zone);
                    if (of != null) {
                        of.waiting += bytes;
                    }
                }
            });
            holding.removeIf(of -> of.waiting == 0);
        }
    }

    /// The bytes that each zone may have at most so that all have no more than `whole`.
    private int level(int whole) {
        int[] sizes = holding.stream().mapToInt(of -> of.waiting).sorted().toArray();
        int left = whole;
        for (int i = 0; i < sizes.length; i++) {
            int share = left / (sizes.length - i);
            if (sizes[i] > share) {
                return share;
            }
            left -= sizes[i];
        }
        return whole;
    }

    /// Counts what the origin sent after its request had been recorded.
    public void recordLate(String zone, Outcome outcome) {
        counters(zone(zone, outcome.startedAt), outcome.startedAt).countLate(outcome);
    }

    private ZoneRecord zone(String zone, long at) {
        ZoneRecord of = last;
        if (of == null || !of.zone.equals(zone)) {
            of = zones.get(zone);
            if (of == null) {
                of = new ZoneRecord(zone, minute(at), new Sampler(zone, mean.get(), budget.allotment()));
                zones.put(zone, of);
            }
            last = of;
        }
        if (!of.active) {
            of.active = true;
            active.add(of);
        }
        return of;
    }

    /// The counters of the minute in which a request began, which may be over: it is recorded when it
    /// ends.
    private ZoneTraffic counters(ZoneRecord of, long at) {
        ZoneTraffic traffic = of.traffic;
        long minute = minute(at);
        if (traffic.minute == minute) {
            return traffic;
        }
        if (traffic.empty()) {
            traffic.minute = minute;
            return traffic;
        }
        if (finished.size() + earlier.size() >= MOST_MINUTES) {
            return traffic;
        }
        if (minute < traffic.minute) {
            return earlier.computeIfAbsent(
                    new Earlier(traffic.zone, minute), key -> new ZoneTraffic(key.zone(), key.minute()));
        }
        finished.add(traffic.take(colo));
        traffic.minute = minute;
        return traffic;
    }

    private static long minute(long at) {
        return Math.floorDiv(at, 60_000L);
    }

    /// Hands over what was recorded since the last time; called a few times a second, and once at the
    /// end.
    ///
    /// @return false when the sink had no room and there is more to hand over
    public boolean handOver() {
        if (since > 0) {
            clock = since;
            since = 0;
        }
        report();
        if (refused != null) {
            if (!sink.offer(refused)) {
                return false;
            }
            refused = null;
        }
        handOvers++;
        for (ZoneRecord of : active) {
            finished.add(of.traffic.take(colo));
            of.active = false;
            of.handedOver = handOvers;
            zones.putLast(of.zone, of);
        }
        active.clear();
        earlier.values().forEach(traffic -> finished.add(traffic.take(colo)));
        earlier.clear();
        forgetIdle();
        if (finished.isEmpty() && rows.count() == 0) {
            return true;
        }
        TrafficBatch batch = new TrafficBatch(source, ++sequence, finished, rows.take());
        finished = new ArrayList<>();
        for (ZoneRecord of : holding) {
            of.waiting = 0;
            of.sampler.uncap();
        }
        holding.clear();
        if (!sink.offer(batch)) {
            refused = batch;
            return false;
        }
        return true;
    }

    private void forgetIdle() {
        Map.Entry<String, ZoneRecord> first = zones.firstEntry();
        while (first != null && handOvers - first.getValue().handedOver > IDLE_HAND_OVERS) {
            zones.pollFirstEntry();
            if (last == first.getValue()) {
                last = null;
            }
            first = zones.firstEntry();
        }
    }

    /// Says what the zones asked for.
    private void report() {
        int least = budget.named();
        int named = 0;
        for (ZoneRecord of : active) {
            named += of.requests >= least ? 1 : 0;
        }
        String[] names = new String[Math.min(named, RowBudget.MOST_NAMED)];
        int[] counts = new int[names.length];
        int i = 0;
        long others = 0;
        int otherZones = 0;
        for (ZoneRecord of : active) {
            if (of.requests >= least && i < names.length) {
                names[i] = of.zone;
                counts[i++] = of.requests;
            } else if (of.requests > 0) {
                others += of.requests;
                otherZones++;
            }
            of.requests = 0;
        }
        if (i > 0 || otherZones > 0) {
            budget.report(new RowBudget.Demand(names, counts, others, otherZones));
        }
    }

    /// Requests recorded since the start.
    public long requests() {
        return requests;
    }

    /// Requests kept as rows since the start.
    public long rows() {
        return keptRows;
    }

    /// How often rows that waited were thinned since the start.
    public long thinnings() {
        return thinnings;
    }
}
