package dev.selvage.bench.analytics;

import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.RowBudget;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.TrafficSink;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Makes a store of one busy day and a quiet month: real events, one by one, through the edge's
/// recorder.
final class Build {
    /// Where batches go.
    interface Sink {
        void commit(List<TrafficBatch> batches) throws IOException;

        /// What is done beside a running store from time to time.
        void tidy() throws IOException;
    }

    /// How much of a day a hand-over holds.
    private static final long SLOT = 10_000;
    private static final long DAY = 86_400_000;
    /// Hand-overs in one commit.
    private static final int BATCHES = 12;
    /// Small zones whose counters are in memory at a time.
    private static final int CHUNK = 4_000;

    private final Shapes shapes;
    private final Sink sink;
    private final PrintStream out;
    private final long day;
    private final int rowsPerSecond;
    private final List<TrafficBatch> waiting = new ArrayList<>();
    /// Of the zone or chunk that is being played.
    private final Set<String> counted = new HashSet<>();
    private final Map<String, Truth> truths = new HashMap<>();
    private long events;
    private long rows;
    private long zoneMinutes;

    /// @param day when the busy day began; epoch milliseconds
    Build(Shapes shapes, Sink sink, PrintStream out, long day, int rowsPerSecond) {
        this.shapes = shapes;
        this.sink = sink;
        this.out = out;
        this.day = day;
        this.rowsPerSecond = rowsPerSecond;
    }

    long events() {
        return events;
    }

    long rows() {
        return rows;
    }

    /// Pairs of a zone and a minute in which it had requests.
    long zoneMinutes() {
        return zoneMinutes;
    }

    /// What was played for a known zone.
    Truth truth(Zones.Zone zone) {
        Truth truth = truths.get(zone.id());
        if (truth == null) {
            throw new IllegalArgumentException("nothing was played for " + zone);
        }
        return truth;
    }

    void run(Zones zones) throws IOException {
        for (Zones.Zone zone : zones.known()) {
            Truth truth = new Truth(shapes);
            truths.put(zone.id(), truth);
            Feed feed = new Feed(shapes, truth, zone.requests());
            long begun = System.nanoTime();
            if (zone.requests() < 10) {
                month(zone, feed);
            } else {
                day(zone, feed);
            }
            commit();
            sink.tidy();
            counted.clear();
            say(zone.requests() + " requests of one zone", zone.requests(), begun);
        }
        long begun = System.nanoTime();
        long before = events;
        for (int at = 0; at < zones.others().size(); at += CHUNK) {
            others(
                    zones.others()
                            .subList(at, Math.min(at + CHUNK, zones.others().size())),
                    at);
        }
        commit();
        sink.tidy();
        say(String.format(Locale.ROOT, "%,d other zones", zones.others().size()), events - before, begun);
    }

    private void say(String what, long count, long begun) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        out.println(String.format(
                Locale.ROOT,
                "  %s: %.1f s, %,.0f events a second; %,d rows so far",
                what,
                seconds,
                count / seconds,
                rows));
    }

    /// A recorder as a loop of the edge has it.
    static LoopRecorder recorder(String name, int rowsPerSecond, TrafficSink sink) {
        return new LoopRecorder(name, Feed.COLO, new RowBudget(rowsPerSecond, rowsPerSecond, 1), sink);
    }

    private LoopRecorder recorder(String name) {
        return recorder(name, rowsPerSecond, batch -> {
            waiting.add(batch);
            zoneMinutes += batch.counters().stream()
                    .filter(minute -> counted.add(minute.zone() + minute.minute()))
                    .count();
            rows += batch.rows().count();
            return true;
        });
    }

    private void month(Zones.Zone zone, Feed feed) throws IOException {
        LoopRecorder recorder = recorder("month");
        for (int i = 0; i < zone.requests(); i++) {
            long at = day - 6L * i * DAY + 40_000_000;
            feed.play(recorder, zone.id(), 1, at, at + 1);
            recorder.handOver();
            events++;
        }
        commit();
    }

    private void day(Zones.Zone zone, Feed feed) throws IOException {
        LoopRecorder recorder = recorder("zone-" + zone.requests());
        long slots = DAY / SLOT;
        long played = 0;
        long said = System.nanoTime();
        for (long slot = 0; slot < slots; slot++) {
            long from = day + slot * SLOT;
            long until = Math.round((double) zone.requests() * share(slot + 1, slots));
            feed.play(recorder, zone.id(), until - played, from, from + SLOT);
            events += until - played;
            played = until;
            recorder.handOver();
            if (waiting.size() >= BATCHES) {
                commit();
            }
            if (slot % (slots / 24) == 0) {
                sink.tidy();
            }
            if (System.nanoTime() - said > 20_000_000_000L) {
                said = System.nanoTime();
                out.println(
                        String.format(Locale.ROOT, "    %,d of %,d requests, %,d rows", played, zone.requests(), rows));
            }
        }
    }

    /// The share of a day's requests that came until a slot: nights are half as busy as the mean,
    /// evenings half as much again.
    private static double share(long slot, long slots) {
        double t = slot / (double) slots;
        return t - 0.5 / (2 * Math.PI) * Math.sin(2 * Math.PI * t);
    }

    private void others(List<Zones.Zone> zones, int first) throws IOException {
        counted.clear();
        LoopRecorder recorder = recorder("others-" + first);
        Feed feed = new Feed(shapes, new Truth(shapes), first);
        for (int hour = 0; hour < 24; hour++) {
            long from = day + hour * 3_600_000L;
            for (int i = 0; i < zones.size(); i++) {
                Zones.Zone zone = zones.get(i);
                // Those with less than a request an hour come in an hour each of their own.
                long count = zone.requests() / 24 + ((first + i) * 7L % 24 == hour ? zone.requests() % 24 : 0);
                if (count > 0) {
                    feed.play(recorder, zone.id(), count, from, from + 3_600_000);
                    events += count;
                }
            }
            recorder.handOver();
            commit();
        }
    }

    private void commit() throws IOException {
        if (!waiting.isEmpty()) {
            sink.commit(List.copyOf(waiting));
            waiting.clear();
        }
    }
}
