package dev.selvage.analytics.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.analytics.store.AnalyticsStore;
import dev.selvage.analytics.store.Batch;
import dev.selvage.analytics.store.EmbeddedStore;
import dev.selvage.analytics.store.StoreSettings;
import dev.selvage.toolkit.metrics.Metrics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftTest {
    private static final long MINUTE = 60_000;
    private static final long NOW = Instant.parse("2026-03-04T12:00:30Z").toEpochMilli();

    /// The minute that is compared.
    private static final long COMPARED = NOW - 30_000 - 3 * MINUTE;

    private final Drift drift = new Drift();
    private final Metrics metrics = new Metrics();
    private AnalyticsStore store;

    @BeforeEach
    void begin(@TempDir Path directory) throws Exception {
        drift.register(metrics);
        Duration kept = Duration.ofDays(30);
        store = EmbeddedStore.open(
                new StoreSettings(directory, 256, 1, 1L << 30, kept, kept, kept, kept, 10_000),
                Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC),
                _ -> {});
    }

    @AfterEach
    void end() {
        store.close();
    }

    private double gauge(String name) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void rowsOfEveryRequestDoNotDrift() throws Exception {
        Batch batch = new Batch();
        for (long ray = 1; ray <= 100; ray++) {
            batch.add(ray, COMPARED + ray);
        }
        store.commit(List.of(batch.done("edge", 1)));

        drift.compare(store, NOW);

        assertThat(gauge("selvage_analytics_weight_drift_ratio")).isZero();
        assertThat(gauge("selvage_analytics_weight_drift_zones")).isZero();
        assertThat(gauge("selvage_analytics_weight_drift_minute_seconds")).isEqualTo(COMPARED / 1_000.0);
    }

    @Test
    void lostRowsShowAsADriftOfTheirZone() throws Exception {
        Batch batch = new Batch();
        for (long ray = 1; ray <= 90; ray++) {
            batch.add(ray, COMPARED + ray);
        }
        for (long ray = 91; ray <= 100; ray++) {
            batch.count(Batch.event(ray, Batch.ZONE, COMPARED + ray, 2, "/lost"));
        }
        // Another minute's do not count.
        batch.count(Batch.event(101, Batch.ZONE, COMPARED + MINUTE, 2, "/later"));
        store.commit(List.of(batch.done("edge", 1)));

        drift.compare(store, NOW);

        assertThat(gauge("selvage_analytics_weight_drift_ratio")).isEqualTo(-0.1);
        assertThat(gauge("selvage_analytics_weight_drift_zones")).isEqualTo(1);
    }

    @Test
    void whatASampleDiffersByChanceIsNoDrift() throws Exception {
        Batch batch = new Batch();
        for (long ray = 1; ray <= 2_000; ray++) {
            batch.add(Batch.event(ray * 0x9E3779B97F4A7C15L, Batch.ZONE, COMPARED + ray, 0.1, "/sampled"));
        }
        store.commit(List.of(batch.done("edge", 1)));

        drift.compare(store, NOW);

        assertThat(gauge("selvage_analytics_weight_drift_ratio")).isNotZero().isBetween(-0.3, 0.3);
        assertThat(gauge("selvage_analytics_weight_drift_zones")).isZero();
    }
}
