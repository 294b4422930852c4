package dev.selvage.analytics.store;

import dev.selvage.analytics.duckdb.Appender;
import dev.selvage.analytics.duckdb.EngineFailure;
import org.jspecify.annotations.Nullable;

/// Merges sketches that come sorted by zone and bucket, holding those of one at a time.
final class VisitorRuns {
    private final Appender appender;
    private String zone = "";
    private long bucket;
    private byte @Nullable [] only;
    private @Nullable Visitors merged;
    private @Nullable EngineFailure failure;

    VisitorRuns(Appender appender) {
        this.appender = appender;
    }

    void add(String nextZone, long nextBucket, byte[] sketch) {
        if (nextBucket != bucket || !nextZone.equals(zone)) {
            flush();
            zone = nextZone;
            bucket = nextBucket;
        }
        if (merged != null) {
            merged.add(sketch);
        } else if (only == null) {
            only = sketch;
        } else {
            Visitors both = new Visitors();
            both.add(only);
            both.add(sketch);
            merged = both;
        }
    }

    private void flush() {
        byte[] sketch = merged == null ? only : merged.toBytes();
        merged = null;
        only = null;
        if (sketch != null && failure == null) {
            try {
                appender.beginRow()
                        .append(zone)
                        .append(bucket)
                        .appendBlob(sketch)
                        .endRow();
            } catch (EngineFailure first) {
                failure = first;
            }
        }
    }

    /// Adds the last one.
    void end() throws EngineFailure {
        flush();
        if (failure != null) {
            throw failure;
        }
    }
}
