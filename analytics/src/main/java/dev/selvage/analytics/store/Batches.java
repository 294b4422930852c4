package dev.selvage.analytics.store;

import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.ZoneMinute;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes one record of batches, without what was stored before and with times that can be.
///
/// It changes nothing of what is remembered: a record that could not be made durable is made again.
final class Batches {
    /// A clock may be ahead of this machine's by so much.
    static final long AHEAD = 10 * 60_000;

    private final long now;
    private final long oldest;
    private final Map<String, Manifest.Heard> heard;
    private final RecentRays remembered;

    private final List<SegmentRecord.BatchId> batches = new ArrayList<>();
    private final Map<String, Long> taken = new HashMap<>();
    private final RaySet rays;
    private final Delta counters = new Delta();
    private final List<EventRows> rows = new ArrayList<>();
    private int repeatedBatches;
    private int repeatedRows;
    private int moved;
    private int unreadable;

    /// @param now epoch milliseconds
    /// @param oldest the oldest time that is kept
    /// @param expected about how many rows are added
    Batches(long now, long oldest, Map<String, Manifest.Heard> heard, RecentRays remembered, int expected) {
        rays = new RaySet(expected);
        this.now = now;
        this.oldest = oldest;
        this.heard = heard;
        this.remembered = remembered;
    }

    void add(TrafficBatch batch) {
        Manifest.Heard last = heard.get(batch.source());
        long known = Math.max(last == null ? 0 : last.sequence(), taken.getOrDefault(batch.source(), 0L));
        if (batch.sequence() <= known) {
            repeatedBatches++;
            return;
        }
        taken.put(batch.source(), batch.sequence());
        batches.add(new SegmentRecord.BatchId(batch.source(), batch.sequence()));
        for (ZoneMinute minute : batch.counters()) {
            long bucket = minute.minute() * Level.MINUTE.milliseconds();
            if (!possible(bucket)) {
                moved++;
                bucket = minute(now);
            }
            if (!counters.add(minute, bucket)) {
                unreadable++;
            }
        }
        EventRows sifted = sift(batch.rows());
        if (sifted.count() > 0) {
            rows.add(sifted);
        }
    }

    /// Whole minutes decide, so that a row goes where its minute's counters go.
    private boolean possible(long at) {
        return at >= minute(oldest) && at <= now + AHEAD;
    }

    private static long minute(long at) {
        return at - Math.floorMod(at, Level.MINUTE.milliseconds());
    }

    /// The rows themselves, unless one of them is known or its time cannot be.
    private EventRows sift(EventRows block) {
        ByteBuffer in = ByteBuffer.wrap(block.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        boolean same = true;
        byte[] copy = {};
        int length = 0;
        for (int at = 0, end; at < block.length(); at = end) {
            end = at + 4 + in.getInt(at);
            long ray = in.getLong(at + EventRows.RAY);
            boolean known = remembered.contains(ray) || !rays.add(ray);
            boolean possible = possible(minute(in.getLong(at + EventRows.STARTED_AT)));
            if (same && (known || !possible)) {
                same = false;
                copy = new byte[block.length()];
                System.arraycopy(block.bytes(), 0, copy, 0, at);
                length = at;
            }
            if (known) {
                repeatedRows++;
            } else if (!same) {
                System.arraycopy(block.bytes(), at, copy, length, end - at);
                if (!possible) {
                    moved++;
                    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(length + EventRows.STARTED_AT, now);
                }
                length += end - at;
            }
        }
        return same ? block : EventRows.of(copy, length);
    }

    SegmentRecord record() {
        return new SegmentRecord(now, batches, counters, rows);
    }

    AnalyticsStore.Committed outcome(SegmentRecord record) {
        return new AnalyticsStore.Committed(record.rowCount(), repeatedBatches, repeatedRows, moved, unreadable);
    }
}
