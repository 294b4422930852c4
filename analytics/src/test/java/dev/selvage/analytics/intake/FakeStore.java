package dev.selvage.analytics.intake;

import dev.selvage.analytics.duckdb.EngineFailure;
import dev.selvage.analytics.store.AnalyticsStore;
import dev.selvage.analytics.store.Snapshot;
import dev.selvage.model.event.TrafficBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// A store that remembers batches, and refuses them when told to.
final class FakeStore implements AnalyticsStore {
    final List<List<TrafficBatch>> attempts = Collections.synchronizedList(new ArrayList<>());
    final List<TrafficBatch> stored = Collections.synchronizedList(new ArrayList<>());
    volatile String failure = "";
    volatile String trouble = "";
    volatile boolean closed;

    @Override
    public Committed commit(List<TrafficBatch> batches) throws IOException {
        attempts.add(batches);
        if (!failure.isEmpty()) {
            throw new IOException(failure);
        }
        stored.addAll(batches);
        return new Committed(
                batches.stream().mapToInt(batch -> batch.rows().count()).sum(), 0, 0, 0, 0);
    }

    @Override
    public Map<String, Long> sequences() {
        return Map.of();
    }

    @Override
    public Snapshot snapshot() throws EngineFailure {
        throw new EngineFailure(EngineFailure.Kind.OTHER, "it cannot be read");
    }

    @Override
    public boolean roll(long now) {
        return false;
    }

    @Override
    public boolean tidy(long now) {
        return false;
    }

    @Override
    public String trouble() {
        return trouble;
    }

    @Override
    public long newest() {
        return 0;
    }

    @Override
    public Statistics statistics() {
        return new Statistics(0, 0, List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L), 0, 0, 0, 0, 0);
    }

    @Override
    public double rateFactor() {
        return 1;
    }

    @Override
    public void close() {
        closed = true;
    }
}
