package dev.selvage.analytics.store;

import dev.selvage.analytics.duckdb.Appender;
import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.duckdb.Session;
import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.EventRows.Text;
import dev.selvage.model.event.Sampling;
import dev.selvage.model.event.Totals;
import java.util.Map;

/// A generation of what is not in files yet: three tables in the engine's memory.
///
/// One thread at a time appends; the numbers may be read by any.
final class Hot {
    /// A text up to this length takes no memory beside its slot.
    private static final int INLINE = 12;

    private static final byte[] NOTHING = new byte[0];

    private final int number;
    private volatile long rowCount;
    private volatile long bytes;
    private volatile long counterCount;
    private volatile long firstReceived;
    private volatile long earliest = Long.MAX_VALUE;
    private volatile long latest = Long.MIN_VALUE;
    private volatile long earliestBucket = Long.MAX_VALUE;
    private volatile long latestBucket = Long.MIN_VALUE;

    private Hot(int number) {
        this.number = number;
    }

    /// A new generation.
    static Hot create(int number, Session session) throws EngineFailure {
        Hot hot = new Hot(number);
        session.execute("CREATE TABLE " + hot.rows() + Columns.definition(Columns.ROWS));
        session.execute("CREATE TABLE " + hot.counters() + Columns.definition(Columns.COUNTERS));
        session.execute("CREATE TABLE " + hot.visitors() + Columns.definition(Columns.VISITORS));
        return hot;
    }

    void drop(Session session) throws EngineFailure {
        session.execute("DROP TABLE IF EXISTS " + rows());
        session.execute("DROP TABLE IF EXISTS " + counters());
        session.execute("DROP TABLE IF EXISTS " + visitors());
    }

    int number() {
        return number;
    }

    String rows() {
        return "hot_rows_" + number;
    }

    String counters() {
        return "hot_counters_" + number;
    }

    String visitors() {
        return "hot_visitors_" + number;
    }

    long rowCount() {
        return rowCount;
    }

    /// About how much of the engine's memory it takes.
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return rowCount == 0 && counterCount == 0;
    }

    /// When its first record came.
    long firstReceived() {
        return firstReceived;
    }

    /// When its earliest row began; `Long.MAX_VALUE` without rows.
    long earliest() {
        return earliest;
    }

    long latest() {
        return latest;
    }

    /// The earliest minute that it counts; `Long.MAX_VALUE` when there is none.
    long earliestBucket() {
        return earliestBucket;
    }

    long latestBucket() {
        return latestBucket;
    }

    /// The relation of rows of a tier.
    String tier(int tier) {
        return tier == 0 ? rows() : "(SELECT * FROM " + rows() + " WHERE depth >= " + tier + ")";
    }

    /// Adds a record, whole or not at all.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
    void append(SegmentRecord record, Session session) throws EngineFailure {
        Added added = new Added();
        session.execute("BEGIN TRANSACTION");
        try {
            if (!record.rows().isEmpty()) {
                try (Appender appender = session.appender(rows())) {
                    for (EventRows block : record.rows()) {
                        EventRows.Cursor cursor = block.cursor();
                        while (cursor.next()) {
                            added.row(cursor, appender);
                        }
                    }
                }
            }
            try (Appender appender = session.appender(counters())) {
                for (Map.Entry<Delta.Place, Delta.Cell> each :
                        record.counters().cells().entrySet()) {
                    added.counters(each.getKey(), each.getValue(), appender);
                }
            }
            try (Appender appender = session.appender(visitors())) {
                for (Map.Entry<Delta.Place, Delta.Cell> each :
                        record.counters().cells().entrySet()) {
                    if (!each.getValue().visitors().isEmpty()) {
                        appender.beginRow()
                                .append(each.getKey().zone())
                                .append(each.getKey().bucket())
                                .appendBlob(each.getValue().visitors().toBytes())
                                .endRow();
                    }
                }
            }
            session.execute("COMMIT");
        } catch (EngineFailure | RuntimeException failure) {
            try {
                session.execute("ROLLBACK");
            } catch (EngineFailure also) {
                failure.addSuppressed(also);
            }
            throw failure;
        }
        // Counted before others may look, so that a bound that is passed is seen.
        earliest = Math.min(earliest, added.earliest);
        latest = Math.max(latest, added.latest);
        earliestBucket = Math.min(earliestBucket, added.earliestBucket);
        latestBucket = Math.max(latestBucket, added.latestBucket);
        if (isEmpty()) {
            firstReceived = record.received();
        }
        rowCount = rowCount + added.rows;
        counterCount = counterCount + added.counters;
        bytes = bytes + added.bytes;
    }

    /// What one record adds.
    private static final class Added {
        /// What a row takes beside its texts: a slot for each column.
        private static final int ROW_SLOTS = 15 * 8 + 21 * 16;

        private static final int COUNTER_SLOTS = 200;

        private long earliest = Long.MAX_VALUE;
        private long latest = Long.MIN_VALUE;
        private long earliestBucket = Long.MAX_VALUE;
        private long latestBucket = Long.MIN_VALUE;
        private long rows;
        private long counters;
        private long bytes;

        /// In the order of [Snapshot#ROW_COLUMNS].
        void row(EventRows.Cursor row, Appender appender) throws EngineFailure {
            long started = row.i64(EventRows.STARTED_AT);
            long ray = row.i64(EventRows.RAY);
            double rate = row.f64(EventRows.RATE);
            double mean = row.f64(EventRows.MEAN_BYTES);
            long responseBytes = row.i64(EventRows.RESPONSE_BYTES);
            // A rate that cannot be would spoil every sum it is part of.
            rate = rate > 0 ? rate : Sampling.ALL;
            mean = mean >= 1 && mean < Double.MAX_VALUE ? mean : 1;
            appender.beginRow();
            text(row, Text.ZONE, appender);
            appender.append(started).append(ray).append(rate).append(mean);
            appender.append((long) Sampling.depth(ray, rate, Sampling.size(responseBytes, mean)));
            text(row, Text.COLO, appender);
            text(row, Text.CLIENT_IP, appender);
            text(row, Text.COUNTRY, appender);
            text(row, Text.METHOD, appender);
            text(row, Text.SCHEME, appender);
            text(row, Text.HOST, appender);
            text(row, Text.PATH, appender);
            text(row, Text.QUERY, appender);
            text(row, Text.PROTOCOL, appender);
            text(row, Text.TLS_VERSION, appender);
            text(row, Text.REFERER, appender);
            if (row.length(Text.REFERER) == 0) {
                appender.append(NOTHING, 0, 0);
            } else {
                appender.append(RefererHost.of(row.text(Text.REFERER)));
            }
            text(row, Text.USER_AGENT, appender);
            text(row, Text.BROWSER, appender);
            text(row, Text.DEVICE_TYPE, appender);
            text(row, Text.CACHE_STATUS, appender);
            text(row, Text.MISS_REASON, appender);
            appender.append((long) row.u16(EventRows.STATUS));
            text(row, Text.CONTENT_TYPE, appender);
            appender.append((long) row.u16(EventRows.ORIGIN_STATUS));
            text(row, Text.ORIGIN_IP, appender);
            appender.append(row.i64(EventRows.REQUEST_BYTES))
                    .append(responseBytes)
                    .append((long) row.i32(EventRows.ORIGIN_REQUESTS))
                    .append(row.i64(EventRows.ORIGIN_RESPONSE_BYTES))
                    .append((long) row.i32(EventRows.FIRST_BYTE))
                    .append((long) row.i32(EventRows.ORIGIN_DURATION))
                    .append(row.visit() ? 1L : 0L);
            text(row, Text.RULE, appender);
            text(row, Text.RULE_ACTION, appender);
            appender.endRow();
            earliest = Math.min(earliest, started);
            latest = Math.max(latest, started);
            rows++;
            bytes += ROW_SLOTS;
        }

        private void text(EventRows.Cursor row, Text text, Appender appender) throws EngineFailure {
            int offset = row.offset(text);
            int length = row.length(text);
            bytes += length > INLINE ? length : 0;
            appender.append(row.bytes(), offset, length);
        }

        void counters(Delta.Place place, Delta.Cell cell, Appender appender) throws EngineFailure {
            for (Map.Entry<Delta.Key, Totals> each : cell.totals().entrySet()) {
                Delta.Key key = each.getKey();
                Totals totals = each.getValue();
                appender.beginRow()
                        .append(place.zone())
                        .append(place.bucket())
                        .append((long) key.kind().code())
                        .append(key.colo())
                        .append(key.cacheStatus())
                        .append((long) key.statusClass())
                        .append(key.value())
                        .append(totals.requests())
                        .append(totals.requestBytes())
                        .append(totals.responseBytes())
                        .append(totals.originRequests())
                        .append(totals.originResponseBytes())
                        .append(totals.pageViews())
                        .append(totals.visits())
                        .endRow();
                counters++;
                bytes += COUNTER_SLOTS;
            }
            earliestBucket = Math.min(earliestBucket, place.bucket());
            latestBucket = Math.max(latestBucket, place.bucket());
        }
    }
}
