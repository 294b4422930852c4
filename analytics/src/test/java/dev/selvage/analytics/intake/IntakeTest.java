package dev.selvage.analytics.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.analytics.store.EmbeddedStore;
import dev.selvage.analytics.store.StoreSettings;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeTest {
    private static final Duration SOON = Duration.ofMillis(50);

    private final FakeStore store = new FakeStore();
    private final Health health = new Health();
    private final Metrics metrics = new Metrics();

    private Intake intake(Intake.Opening opening) {
        Intake intake = new Intake(opening, health, metrics, Clock.systemUTC(), SOON);
        intake.start();
        return intake;
    }

    private static RequestEvent row(long ray, String path) {
        return new RequestEvent(
                ray,
                "z",
                System.currentTimeMillis(),
                Sampling.ALL,
                1,
                "DEV",
                "192.0.2.1",
                "DE",
                "GET",
                "http",
                "example.com",
                path,
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
                RuleAction.NONE);
    }

    private static TrafficBatch batch(String source, long sequence, long... rays) {
        long now = System.currentTimeMillis();
        List<RequestEvent> rows = new ArrayList<>();
        for (long ray : rays) {
            rows.add(row(ray, "/"));
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

    @Test
    void whatIsAcceptedIsCommittedInOrderAndWithinASecond() {
        long fastest = Long.MAX_VALUE;
        try (Intake intake = intake(_ -> store)) {
            for (int i = 1; i <= 5; i++) {
                long before = System.nanoTime();
                assertThat(intake.offer(batch("edge-0", i, i))).isTrue();
                int wanted = i;
                await(() -> store.stored.size() == wanted);
                fastest = Math.min(fastest, System.nanoTime() - before);
            }
        }
        assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(500));
        assertThat(store.stored.stream().map(TrafficBatch::sequence)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(store.closed).isTrue();
        assertThat(metrics.scrape()).contains("selvage_analytics_rows_total 5.0");
    }

    @Test
    void closingCommitsWhatWasAcceptedEvenWhileTheStoreLoads() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        Intake intake = intake(_ -> {
            awaitLatch(loading);
            return store;
        });
        assertThat(intake.offer(batch("edge-0", 1, 1))).isTrue();
        assertThat(intake.watermark()).isEmpty();
        Thread.ofPlatform().start(() -> {
            // Only once the intake refuses does it know that it is being closed.
            await(() -> !intake.offer(batch("edge-1", 1)));
            loading.countDown();
        });
        intake.close();
        assertThat(store.stored.getFirst().source()).isEqualTo("edge-0");
        assertThat(intake.offer(batch("edge-0", 2, 2))).isFalse();
    }

    @Test
    void withoutRoomBatchesAreRefusedAtOnceAndTheWatermarkWaitsForThem() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        try (Intake intake = intake(_ -> {
            awaitLatch(loading);
            return store;
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
        try (Intake intake = intake(_ -> {
            if (tries.incrementAndGet() < 3) {
                throw new IOException("no space left on device");
            }
            return store;
        })) {
            assertThat(intake.offer(batch("edge-0", 1, 1))).isTrue();
            await(() -> report().state() == Health.State.DEGRADED || tries.get() >= 3);
            assertThat(health.ready()).isTrue();
            await(() -> intake.store().isPresent());
            assertThat(report().state()).isEqualTo(Health.State.UP);
        }
        assertThat(store.stored).hasSize(1);
    }

    @Test
    void aFailedCommitIsTriedAgainAsItWas() {
        try (Intake intake = intake(_ -> store)) {
            store.failure = "No space left on device";
            assertThat(intake.offer(batch("edge-0", 1, 1))).isTrue();
            await(() -> report().state() == Health.State.DEGRADED);
            assertThat(report().message()).contains("No space left on device");
            assertThat(health.ready()).isTrue();
            long stood = intake.watermark().orElse(0);
            assertThat(intake.offer(batch("edge-0", 2, 2))).isTrue();
            int tried = store.attempts.size();
            await(() -> store.attempts.size() > tried + 1);
            assertThat(store.attempts.getLast()).isEqualTo(store.attempts.getFirst());
            assertThat(intake.watermark().orElse(0)).isEqualTo(stood);
            store.failure = "";
            await(() -> report().state() == Health.State.UP && store.stored.size() == 2);
        }
    }

    @Test
    void whatTheStoreSaysIsSaidInHealth() {
        try (Intake _ = intake(_ -> store)) {
            store.trouble = "the store is full";
            await(() -> report().message().contains("the store is full"));
            assertThat(report().state()).isEqualTo(Health.State.DEGRADED);
            store.trouble = "";
            await(() -> report().state() == Health.State.UP);
        }
    }

    @Test
    void largeRowsFillTheRoomSooner() {
        CountDownLatch loading = new CountDownLatch(1);
        try (Intake intake = intake(_ -> {
            awaitLatch(loading);
            return store;
        })) {
            RequestEvent large = row(1, "/" + "x".repeat(8_000));
            EventRows rows = EventRows.of(Collections.nCopies(1_000, large));
            int taken = 0;
            while (intake.offer(new TrafficBatch("edge-0", taken + 1, List.of(), rows))) {
                taken++;
            }
            assertThat((long) taken * rows.length()).isBetween(64L << 20, 128L << 20);
            loading.countDown();
        }
    }

    @Test
    void withAStoreOfANewerVersionTheProgramStaysReadyAndLossesAreCounted(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("MANIFEST"), "selvage-analytics 99\n");
        try (Intake intake = intake(progress -> EmbeddedStore.open(
                new StoreSettings(
                        directory,
                        64,
                        1,
                        1L << 30,
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        1_000),
                Clock.systemUTC(),
                progress))) {
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

    @Test
    void whatIsDeliveredAgainIsMeteredOnce() {
        Intake intake = intake(_ -> store);
        for (long sequence : new long[] {1, 2, 2, 1, 3}) {
            assertThat(intake.offer(batch("edge", sequence, sequence))).isTrue();
        }
        await(() -> store.stored.size() == 5);
        intake.close();
        assertThat(intake.meters().scrape(id -> Optional.of(new ZoneMeters.Named(id, "a"))))
                .contains("cloudflare_zone_requests_total{zone=\"z\",account=\"a\"} 3\n");
    }
}
