package dev.selvage.control.publish;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import dev.selvage.control.dns.DnsRecords;
import dev.selvage.control.pagerules.ZonePageRules;
import dev.selvage.control.rulesets.PublishedRules;
import dev.selvage.control.settings.ZoneSettings;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog;
import dev.selvage.toolkit.log.ChangeLog.Entry;
import dev.selvage.toolkit.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Moves the outbox to the change log, on a thread of its own that each commit wakes.
///
/// The three steps, read the outbox, append, delete from the outbox, are not one transaction. A crash
/// between them
/// repeats the append: state is the latest again, and a command carries its id and sequence.
public final class Publisher implements AutoCloseable {
    /// State: key is the zone's id, value a [ZoneConfig].
    public static final String ZONES = "zones";

    /// Commands: key is the zone's id, value a `PurgeCommand`.
    public static final String PURGES = "purges";

    private static final System.Logger LOG = System.getLogger(Publisher.class.getName());
    private static final String PART = "publisher";
    private static final int BATCH = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofMillis(20);

    private final Store store;
    private final ChangeLog log;
    private final Health health;
    private final LongAdder states = new LongAdder();
    private final LongAdder commands = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread;
    private volatile boolean stopping;

    private record Note(long id, String zone, byte @Nullable [] command) {}

    private record Pending(long last, List<Entry> states, List<Entry> commands) {}

    private Publisher(Store store, ChangeLog log, Health health, Metrics metrics) {
        this.store = store;
        this.log = log;
        this.health = health;
        thread = Thread.ofPlatform().name(PART).daemon().unstarted(this::run);
        metrics.counter(
                "selvage_control_published", "Records given to the change log", Map.of("stream", ZONES), states::sum);
        metrics.counter(
                "selvage_control_published",
                "Records given to the change log",
                Map.of("stream", PURGES),
                commands::sum);
        metrics.counter("selvage_control_publish_failures", "Attempts to publish that failed", Map.of(), failures::sum);
        metrics.gauge(
                "selvage_control_outbox",
                "Changes that the change log does not have yet",
                Map.of(),
                () -> store.read(tx -> tx.number("select count(*) as n from outbox")));
    }

    /// Publishes what is pending, then goes on in the background.
    public static Publisher start(Store store, ChangeLog log, Health health, Metrics metrics) {
        Publisher publisher = new Publisher(store, log, health, metrics);
        publisher.publish();
        health.report(PART, Health.State.UP, "every change is published");
        publisher.thread.start();
        return publisher;
    }

    /// Stops after the batch at hand; the next start publishes what is left.
    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean failing = false;
        while (!stopping) {
            try {
                try {
                    long begun = System.nanoTime();
                    publish();
                    long ended = System.nanoTime();
                    if (failing) {
                        failing = false;
                        LOG.log(INFO, "publishing works again");
                        health.report(PART, Health.State.UP, "every change is published");
                    }
                    store.awaitWrite(PATIENCE);
                    rest(ended, Math.min(ended - begun, LONGEST_REST.toNanos()));
                } catch (RuntimeException failure) {
                    failures.increment();
                    if (!failing) {
                        LOG.log(ERROR, "changes cannot be published; trying again each second", failure);
                    }
                    failing = true;
                    health.report(PART, Health.State.DEGRADED, "changes cannot be published: " + failure.getMessage());
                    Thread.sleep(RETRY);
                }
            } catch (InterruptedException _) {
                // Only close() interrupts, and the loop's condition knows.
            }
        }
    }

    /// Under a steady load publishing rests as long as it took, so that it takes half a processor at most; a change
    /// after
    /// a quiet moment does not wait.
    private static void rest(long ended, long nanos) throws InterruptedException {
        long left = nanos - (System.nanoTime() - ended);
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    /// Publishes everything that is in the outbox now.
    private void publish() {
        while (true) {
            Pending pending = store.read(Publisher::pending);
            if (pending.last == 0) {
                return;
            }
            // State first: a purge after a change must find the edges with the change.
            log.appendState(pending.states);
            log.appendCommands(pending.commands);
            states.add(pending.states.size());
            commands.add(pending.commands.size());
            store.write(tx -> tx.run("delete from outbox where id <= ?", pending.last));
        }
    }

    private static Pending pending(Tx tx) {
        List<Note> notes = tx.list(
                row -> new Note(row.number("id"), row.text("zone_id"), row.bytesOrNull("command")),
                "select id, zone_id, command from outbox order by id limit ?",
                BATCH);
        Set<String> changed = new LinkedHashSet<>();
        List<Entry> commands = new ArrayList<>();
        for (Note note : notes) {
            if (note.command == null) {
                changed.add(note.zone);
            } else {
                commands.add(new Entry(PURGES, note.zone, note.command));
            }
        }
        List<Entry> states = changed.stream()
                .map(id -> new Entry(
                        ZONES,
                        id,
                        Zone.find(tx, id)
                                .map(zone -> Json.write(config(tx, zone)))
                                .orElse(null)))
                .toList();
        return new Pending(notes.isEmpty() ? 0 : notes.getLast().id, states, commands);
    }

    /// The zone as the edges see it.
    private static ZoneConfig config(Tx tx, Zone zone) {
        ZoneSettings settings = ZoneSettings.of(tx, zone);
        return new ZoneConfig(
                zone.id(),
                zone.account(),
                zone.name(),
                zone.version(),
                zone.paused(),
                zone.catchAll(),
                zone.defaultCaching(),
                settings.cache(),
                settings.ssl(),
                DnsRecords.proxied(tx, zone),
                PublishedRules.of(tx, zone),
                ZonePageRules.active(tx, zone));
    }
}
