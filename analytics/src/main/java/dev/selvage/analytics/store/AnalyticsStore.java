package dev.selvage.analytics.store;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.model.event.TrafficBatch;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Where exact counters and sampled rows are kept.
///
/// One thread commits, one [#roll]s, one [#tidy]s; any thread may take a [#snapshot] and ask for what
/// the rest answers.
public interface AnalyticsStore extends AutoCloseable {
    /// What became of batches.
    ///
    /// @param rows that were added
    /// @param repeatedBatches that had been committed before
    /// @param repeatedRows whose ray id had been committed shortly before
    /// @param moved rows and counters whose time cannot be; they count as of their receipt
    /// @param unreadable visitor sketches that were none
    record Committed(int rows, int repeatedBatches, int repeatedRows, int moved, int unreadable) {}

    /// What the store consists of.
    ///
    /// @param tierBytes the bytes of rows in files, by tier
    /// @param counterBytes those of counters, visitors and the index
    /// @param spare the bytes that may still be taken; negative when the store holds more than it may
    record Statistics(
            long segmentBytes,
            long hotRows,
            List<Long> tierBytes,
            long counterBytes,
            long files,
            long rolls,
            long merges,
            long spare) {}

    /// Adds batches, whole or not at all; when it returns, they are durable and every later snapshot
    /// holds them. A batch whose source and sequence were committed before adds nothing, nor does a row
    /// whose ray id was, shortly before.
    ///
    /// @throws IOException when they are not there, or not yet; the same call is to be made again
    Committed commit(List<TrafficBatch> batches) throws IOException;

    /// By source, the sequence of the newest batch that is durable.
    Map<String, Long> sequences();

    /// What is stored now.
    Snapshot snapshot() throws EngineFailure;

    /// Moves what waits in memory to where it stays, when that is due; quick when nothing is.
    ///
    /// @return true when it did something
    boolean roll(long now) throws IOException;

    /// Merges and forgets, a step of bounded size at a time.
    ///
    /// @return true when there is more to do at once
    boolean tidy(long now) throws IOException;

    /// What is not as it should be, for people; `""` when all is well.
    String trouble();

    /// When the newest counted minute began, epoch milliseconds; 0 when the store is empty.
    long newest();

    Statistics statistics();

    /// By how much sampling is to be tightened so that the store does not overflow: 1 for not at all,
    /// down to 0.01.
    double rateFactor();

    @Override
    void close();
}
