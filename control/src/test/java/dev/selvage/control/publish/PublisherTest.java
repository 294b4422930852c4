package dev.selvage.control.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.selvage.control.accounts.Account;
import dev.selvage.control.accounts.Accounts;
import dev.selvage.control.api.Caller;
import dev.selvage.control.purge.Purges;
import dev.selvage.control.store.Store;
import dev.selvage.control.zones.NewZone;
import dev.selvage.control.zones.Zone;
import dev.selvage.control.zones.Zones;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog;
import dev.selvage.toolkit.metrics.Metrics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest {
    @TempDir
    Path directory;

    private final Health health = new Health();
    private final Metrics metrics = new Metrics();
    private final RecordedLog log = new RecordedLog();
    private Store store;

    @BeforeEach
    void start() throws Exception {
        store = Store.open(directory.resolve("control.db"));
        Accounts.make(store, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void whatIsPendingIsPublishedBeforeTheStartReturns() throws Exception {
        Zone zone = zone("example.com");
        purge(zone);
        try (Publisher _ = Publisher.start(store, log, health, metrics)) {
            assertThat(log.appended).hasSize(2);
            assertThat(Json.read(value(log.next()), ZoneConfig.class).name()).isEqualTo("example.com");
            assertThat(Json.read(value(log.next()), PurgeCommand.class).sequence())
                    .isEqualTo(1);
            assertThat(outbox()).isZero();
            assertThat(health.ready()).isTrue();
        }
    }

    @Test
    void aStateComesBeforeThePurgesAcceptedAfterIt() throws Exception {
        Zone zone = zone("example.com");
        for (int i = 0; i < 5; i++) {
            purge(zone);
            store.write(tx -> {
                zone.changed(tx, 1);
                return 0;
            });
        }
        try (Publisher _ = Publisher.start(store, log, health, metrics)) {
            // One state, the latest, however many changes there were.
            assertThat(log.appended).hasSize(6);
            assertThat(log.next().stream()).isEqualTo("zones");
            for (int i = 1; i <= 5; i++) {
                ChangeLog.Entry entry = log.next();
                assertThat(entry.key()).isEqualTo(zone.id());
                assertThat(Json.read(value(entry), PurgeCommand.class).sequence())
                        .isEqualTo(i);
            }
        }
    }

    @Test
    void aDeletedZoneIsPublishedAsGone() throws Exception {
        Zone zone = zone("example.com");
        store.write(tx -> {
            tx.run("delete from zone where id = ?", zone.id());
            return 0;
        });
        try (Publisher _ = Publisher.start(store, log, health, metrics)) {
            assertThat(log.next().value()).isNull();
        }
    }

    @Test
    void aFailureIsReportedAndRetriedUntilEverythingIsThere() throws Exception {
        try (Publisher _ = Publisher.start(store, log, health, metrics)) {
            log.commandsToFail.set(1);
            Zone zone = zone("example.com");
            purge(zone);
            // The state, and again the state, because what followed it had failed.
            assertThat(log.next().stream()).isEqualTo("zones");
            ChangeLog.Entry entry = log.next();
            while (entry.stream().equals("zones")) {
                entry = log.next();
            }
            assertThat(Json.read(value(entry), PurgeCommand.class).sequence()).isEqualTo(1);
            assertThat(log.statesSeenDegraded).isTrue();
            until(() -> outbox() == 0 && state() == Health.State.UP);
            assertThat(metrics.scrape()).contains("selvage_control_publish_failures_total 1.0");
        }
    }

    @Test
    void aStoppedPublisherLeavesItsWorkToTheNext() throws Exception {
        Publisher.start(store, log, health, metrics).close();
        zone("example.com");
        assertThat(log.appended).isEmpty();
        assertThat(outbox()).isEqualTo(1);
        try (Publisher _ = Publisher.start(store, log, health, new Metrics())) {
            assertThat(log.next().stream()).isEqualTo("zones");
        }
    }

    @Test
    void aStartThatCannotPublishFails() throws Exception {
        purge(zone("example.com"));
        log.commandsToFail.set(1);
        assertThatThrownBy(() -> Publisher.start(store, log, health, metrics))
                .isInstanceOf(IllegalStateException.class);
        assertThat(outbox()).isEqualTo(2);
    }

    private Zone zone(String name) {
        return store.write(tx -> Zones.create(
                tx,
                Caller.SYSTEM,
                new NewZone(Account.first(tx).id(), name, "full", false, DefaultCaching.STATIC_EXTENSIONS),
                1));
    }

    private void purge(Zone zone) {
        store.write(tx -> {
            Purges.everything(tx, Caller.SYSTEM, zone, 1);
            return 0;
        });
    }

    private long outbox() {
        return store.read(tx -> tx.number("select count(*) as n from outbox"));
    }

    private Health.@Nullable State state() {
        Health.Report report = health.reports().get("publisher");
        return report == null ? null : report.state();
    }

    private static byte[] value(ChangeLog.Entry entry) {
        return Objects.requireNonNull(entry.value());
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition never held").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /// Remembers what is appended, and fails when told to.
    private final class RecordedLog implements ChangeLog {
        private final BlockingQueue<Entry> appended = new LinkedBlockingQueue<>();
        private final AtomicInteger commandsToFail = new AtomicInteger();
        private volatile boolean statesSeenDegraded;

        Entry next() throws InterruptedException {
            return Objects.requireNonNull(appended.poll(20, TimeUnit.SECONDS), "nothing was published");
        }

        @Override
        public void appendState(List<Entry> entries) {
            statesSeenDegraded |= state() == Health.State.DEGRADED;
            appended.addAll(entries);
        }

        @Override
        public void appendCommands(List<Entry> entries) {
            if (!entries.isEmpty() && commandsToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("the log is full");
            }
            appended.addAll(entries);
        }

        @Override
        public Batch snapshot() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Batch commands(String stream, int most) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Duration commandsKept() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Batch read(Position after, int limit, Duration patience) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
