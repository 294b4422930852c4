package dev.selvage.edge.record;

import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.TrafficSink;
import dev.selvage.model.event.ZoneMinute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One event loop's record of what happened; everything here runs on that loop.
public final class LoopRecorder {
    /// Rows waiting for a hand-over; beyond it their weight is carried by later rows.
    private static final int MAX_ROWS = 100_000;

    private static final int IDLE_HAND_OVERS = 240;

    private final String source;
    private final String colo;
    private final int rowsPerSecond;
    private final TrafficSink sink;
    private final Map<String, ZoneTraffic> zones = new HashMap<>();
    private final Map<Earlier, ZoneTraffic> earlier = new HashMap<>();
    private List<ZoneMinute> finished = new ArrayList<>();
    private final EventRows.Writer rows = new EventRows.Writer();
    private @Nullable TrafficBatch refused;
    private @Nullable ZoneTraffic last;
    private long sequence;
    private long requests;

    /// The seconds of the sampling budget, epoch milliseconds: it does not go back for a request that
    /// began earlier than another, but follows a clock that was set back at the next hand-over.
    private long clock;

    /// The latest start of a request since the last hand-over.
    private long since;

    private record Earlier(String zone, long minute) {}

    /// Makes the row of a request that was chosen to be kept.
    @FunctionalInterface
    public interface RowSource {
        RequestEvent row(double rate, double meanBytes);
    }

    /// @param source names this loop
    /// @param rowsPerSecond rows per zone and second that this loop may keep
    public LoopRecorder(String source, String colo, int rowsPerSecond, TrafficSink sink) {
        this.source = source;
        this.colo = colo;
        this.rowsPerSecond = rowsPerSecond;
        this.sink = sink;
    }

    /// Counts a request, and keeps its row when it is chosen.
    public void record(String zone, Outcome outcome, RowSource source) {
        requests++;
        ZoneTraffic traffic = zone(zone, outcome.startedAt);
        counters(traffic, outcome.startedAt).count(outcome);
        since = Math.max(since, outcome.startedAt);
        clock = Math.max(clock, outcome.startedAt);
        double weight = traffic.sampler.weigh(outcome.rayId, clock);
        if (weight > 0) {
            if (rows.count() < MAX_ROWS) {
                rows.add(source.row(1 / weight, (double) Math.max(1, outcome.responseBytes)));
            } else {
                traffic.sampler.lost(weight);
            }
        }
    }

    /// Counts what the origin sent after its request had been recorded.
    public void recordLate(String zone, Outcome outcome) {
        counters(zone(zone, outcome.startedAt), outcome.startedAt).countLate(outcome);
    }

    private ZoneTraffic zone(String zone, long at) {
        ZoneTraffic traffic = last;
        if (traffic == null || !traffic.zone.equals(zone)) {
            traffic = zones.computeIfAbsent(zone, id -> new ZoneTraffic(id, minute(at), rowsPerSecond));
            last = traffic;
        }
        traffic.idle = 0;
        return traffic;
    }

    /// The counters of the minute in which a request began, which may be over: it is recorded when it
    /// ends.
    private ZoneTraffic counters(ZoneTraffic traffic, long at) {
        long minute = minute(at);
        if (traffic.minute == minute) {
            return traffic;
        }
        if (minute < traffic.minute && !traffic.empty()) {
            return earlier.computeIfAbsent(
                    new Earlier(traffic.zone, minute), key -> new ZoneTraffic(key.zone(), key.minute(), 1));
        }
        if (!traffic.empty()) {
            finished.add(traffic.take(colo));
        }
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
        if (refused != null) {
            if (!sink.offer(refused)) {
                return false;
            }
            refused = null;
        }
        for (Iterator<ZoneTraffic> i = zones.values().iterator(); i.hasNext(); ) {
            ZoneTraffic traffic = i.next();
            if (!traffic.empty()) {
                finished.add(traffic.take(colo));
            } else if (++traffic.idle > IDLE_HAND_OVERS) {
                i.remove();
                if (last == traffic) {
                    last = null;
                }
            }
        }
        earlier.values().forEach(traffic -> finished.add(traffic.take(colo)));
        earlier.clear();
        if (finished.isEmpty() && rows.count() == 0) {
            return true;
        }
        TrafficBatch batch = new TrafficBatch(source, ++sequence, finished, rows.take());
        finished = new ArrayList<>();
        if (!sink.offer(batch)) {
            refused = batch;
            return false;
        }
        return true;
    }

    /// Requests recorded since the start.
    public long requests() {
        return requests;
    }
}
