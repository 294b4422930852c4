package dev.selvage.analytics.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.analytics.store.NewerVersion;
import dev.selvage.analytics.store.Store;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.RuleAction;
import dev.selvage.model.event.Sampling;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.ZoneMinute;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeTest {
    private static final Duration SOON = Duration.ofMillis(50);

    @TempDir
    private Path directory;

    private final Health health = new Health();
    private final Metrics metrics = new Metrics();

    private Store store() throws IOException, NewerVersion {
        return Store.open(directory, 128, 1);
    }

    private Intake intake(Intake.Opening opening) {
        Intake intake = new Intake(
                opening,
                new Intake.Keeping(Duration.ofDays(30), Duration.ofDays(30), Duration.ofDays(365)),
                health,
                metrics,
                Clock.systemUTC(),
                SOON);
        intake.start();
        return intake;
    }

    private static TrafficBatch batch(String source, long sequence, long... rays) {
        long now = System.currentTimeMillis();
        List<RequestEvent> rows = new ArrayList<>();
        for (long ray : rays) {
            rows.add(new RequestEvent(
                    ray,
                    "z",
                    now,
                    Sampling.ALL,
                    1,
                    "DEV",
                    "192.0.2.1",
                    "DE",
                    "GET",
                    "http",
                    "example.com",
                    "/",
                    "",
                    "HTTP/1.1",
                    "none",
                    "",
                    "",
                    "",
                    "desktop",
                    CacheStatus.HIT,
                    MissReason.NONE,
                    200,
                    "html",
                    0,
                    "",
                    1,
                    2,
                    0,
                    0,
                    1,
                    0,
                    false,
                    "",
                    RuleAction.NONE));
        }
        Totals totals = new Totals(rays.length, 0, 0, 0, 0, 0, 0);
        return new TrafficBatch(
                source,
                sequence,
                List.of(new ZoneMinute(
                        "z",
                        now / 60_000,
                        Map.of(new ZoneMinute.Crossed("DEV", CacheStatus.HIT, 2), totals),
                        Map.of(),
                        ByteBuffer.allocate(0))),
                EventRows.of(rows));
    }

    private Health.Report report() {
        return Objects.requireNonNull(health.reports().get(Intake.PART));
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 20 s in vain").isLessThan(until);
            LockSupport.parkNanos(2_000_000);
        }
    }

    /// Rows and counted requests in the closed store.
    private List<Long> stored() throws Exception {
        try (Store store = store();
                Connection reader = store.reader();
                Statement statement = reader.createStatement();
                ResultSet answer = statement.executeQuery("SELECT (SELECT count(*) FROM event), "
                        + "(SELECT CAST(coalesce(sum(requests), 0) AS BIGINT) FROM (SELECT requests FROM counter_hot "
                        + "UNION ALL SELECT requests FROM counter_minute))")) {
            answer.next();
            return List.of(answer.getLong(1), answer.getLong(2));
        }
    }

    @Test
    void aRepeatedBatchCountsOnceAndARayHasOneRow() throws Exception {
        try (Intake intake = intake(this::store)) {
            assertThat(intake.offer(batch("edge-0", 1, 1, 2))).isTrue();
            assertThat(intake.offer(batch("edge-0", 1, 1, 2))).isTrue();
            assertThat(intake.offer(batch("edge-1", 1, 2, 3))).isTrue();
        }
        assertThat(stored()).containsExactly(3L, 4L);
        assertThat(metrics.scrape()).contains("selvage_analytics_batches_repeated_total 1.0");
    }

    @Test
    void closingCommitsWhatWasAcceptedEvenWhileTheStoreLoads() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        Intake intake = intake(() -> {
            awaitLatch(loading);
            return store();
        });
        assertThat(intake.offer(batch("edge-0", 1, 1))).isTrue();
        assertThat(intake.watermark()).isEmpty();
        Thread.ofPlatform().start(() -> {
            // Only once the intake refuses does it know that it is being closed.
            await(() -> !intake.offer(batch("edge-1", 1)));
            loading.countDown();
        });
        intake.close();
        assertThat(stored().getFirst()).isEqualTo(1);
        assertThat(intake.offer(batch("edge-0", 2, 2))).isFalse();
    }

    @Test
    void withoutRoomBatchesAreRefusedAtOnceAndTheWatermarkWaitsForThem() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        try (Intake intake = intake(() -> {
            awaitLatch(loading);
            return store();
        })) {
            long[] rays = new long[1_000];
            long taken = 0;
            long slowest = 0;
            while (true) {
                for (int i = 0; i < rays.length; i++) {
                    rays[i] = taken * rays.length + i;
                }
                TrafficBatch batch = batch("edge-0", taken + 1, rays);
                long before = System.nanoTime();
                boolean accepted = intake.offer(batch);
                slowest = Math.max(slowest, System.nanoTime() - before);
                if (!accepted) {
                    break;
                }
                taken++;
            }
            long refusedAt = System.currentTimeMillis();
            assertThat(taken * rays.length).isBetween(Intake.ROOM / 2L, (long) Intake.ROOM);
            assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofMillis(500));
            loading.countDown();
            await(() -> metrics.scrape().contains("selvage_analytics_waiting 0.0"));
            await(() -> intake.watermark().orElse(0) > 0);
            await(() -> System.currentTimeMillis() > refusedAt + Intake.HAND_OVER.toMillis() + 600);
            assertThat(intake.watermark().orElseThrow()).isLessThanOrEqualTo(refusedAt - Intake.HAND_OVER.toMillis());
            assertThat(intake.offer(batch("edge-0", taken + 1, 1_000_000))).isTrue();
            await(() -> intake.watermark().orElseThrow() > refusedAt);
        }
        assertThat(metrics.scrape()).contains("selvage_analytics_batches_refused_total 1.0");
    }

    @Test
    void aStoreThatDoesNotOpenIsTriedAgainAndNothingIsLost() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (Intake intake = intake(() -> {
            if (tries.incrementAndGet() < 3) {
                throw new IOException("no space left on device");
            }
            return store();
        })) {
            assertThat(intake.offer(batch("edge-0", 1, 1))).isTrue();
            await(() -> report().state() == Health.State.DEGRADED || tries.get() >= 3);
            assertThat(health.ready()).isTrue();
            await(() -> intake.store().isPresent());
            assertThat(report().state()).isEqualTo(Health.State.UP);
        }
        assertThat(stored()).containsExactly(1L, 1L);
    }

    @Test
    void aFailedCommitIsKeptAndTriedAgain() throws Exception {
        try (Intake intake = intake(this::store)) {
            await(() -> intake.store().isPresent());
            Store store = intake.store().orElseThrow();
            try (Connection other = store.reader();
                    Statement statement = other.createStatement()) {
                statement.execute("ALTER TABLE event RENAME TO away");
                assertThat(intake.offer(batch("edge-0", 1, 1))).isTrue();
                await(() -> report().state() == Health.State.DEGRADED);
                assertThat(health.ready()).isTrue();
                statement.execute("ALTER TABLE away RENAME TO event");
            }
            await(() -> report().state() == Health.State.UP);
        }
        assertThat(stored()).containsExactly(1L, 1L);
    }

    @Test
    void withAStoreOfANewerVersionTheProgramStaysReadyAndLossesAreCounted() throws Exception {
        try (Store store = store();
                Connection writer = store.reader();
                Statement statement = writer.createStatement()) {
            statement.execute("INSERT INTO schema_version VALUES (99)");
        }
        try (Intake intake = intake(this::store)) {
            await(() -> report().state() == Health.State.DEGRADED);
            assertThat(report().message()).contains("written by a newer Selvage");
            assertThat(health.ready()).isTrue();
            assertThat(intake.offer(batch("edge-0", 1, 1))).isTrue();
            await(() -> metrics.scrape().contains("selvage_analytics_batches_dropped_total 1.0"));
            assertThat(intake.store()).isEmpty();
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
