package dev.selvage.bench.analytics;

import dev.selvage.analytics.store.AnalyticsStore;
import dev.selvage.analytics.store.EmbeddedStore;
import dev.selvage.analytics.store.NewerVersion;
import dev.selvage.analytics.store.StoreSettings;
import dev.selvage.model.event.TrafficBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/// The product's embedded store, without the intake around it.
final class StoreSink implements Build.Sink, AutoCloseable {
    private static final int THREADS = 1;
    private static final long DISK = 64L << 30;

    private final AnalyticsStore store;

    /// With the bounds that make rows go to files as they do in the product.
    StoreSink(Path directory) throws IOException {
        this(directory, 1_024, StoreSettings.HOT_ROWS);
    }

    /// @param hotRows how many rows may wait in memory
    StoreSink(Path directory, int memoryMegabytes, int hotRows) throws IOException {
        try {
            store = EmbeddedStore.open(
                    new StoreSettings(
                            directory,
                            memoryMegabytes,
                            THREADS,
                            DISK,
                            Duration.ofDays(60),
                            Duration.ofDays(400),
                            Duration.ofDays(60),
                            Duration.ofDays(400),
                            hotRows),
                    Clock.systemUTC(),
                    _ -> {});
        } catch (NewerVersion newer) {
            throw new IOException(newer);
        }
    }

    /// Adds batches and does nothing else.
    void append(List<TrafficBatch> batches) throws IOException {
        store.commit(batches);
    }

    @Override
    public void commit(List<TrafficBatch> batches) throws IOException {
        store.commit(batches);
        // What is due while rows come in is done at once: the benchmark has one thread for both.
        store.roll(System.currentTimeMillis());
    }

    @Override
    public void tidy() throws IOException {
        store.roll(System.currentTimeMillis());
    }

    AnalyticsStore.Statistics statistics() {
        return store.statistics();
    }

    /// Moves all to files and merges what can be merged.
    void finish() throws IOException {
        long now = System.currentTimeMillis();
        // An hour later everything in memory is due.
        store.roll(now + Duration.ofHours(2).toMillis());
        boolean more = true;
        while (more) {
            more = store.tidy(now + Duration.ofHours(2).toMillis());
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
