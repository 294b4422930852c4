package dev.selvage.edge.config;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.zone.ProxiedHost;
import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Every zone that the change log knows, by the host names they claim.
///
/// One thread, `config-replica`, writes; event loops read without locking.
public final class Replica implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Replica.class.getName());
    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(1);
    private static final int MOST_AT_ONCE = 1_000;

    /// Of the purges that were accepted before the start as many are reported as effective: the newest.
    static final int MOST_PASSED = 10_000;

    private static final String PART = "configuration";

    private final ChangeLog log;
    private final PurgeFences fences;
    private final PurgeReceiver purger;
    private final Lease lease;

    /// How long a read waits for news. Several fit into the lease, so that it does not run out between two of them.
    private final Duration patience;

    private final Map<String, List<HostBinding>> exact = new ConcurrentHashMap<>();
    private final Map<String, List<HostBinding>> wildcard = new ConcurrentHashMap<>();
    private volatile @Nullable Known catchAll;
    private final AtomicLong version = new AtomicLong();

    /// What each zone last was, by id, so that its names can be taken back; changed by the writer alone.
    private final Map<String, Known> zones = new ConcurrentHashMap<>();

    private record Known(ZoneConfig zone, PolicyRules rules, PrimaryForms forms, ZonePrograms programs) {}

    /// What keys of each zone may look like, by id, its rules of the past included; only the writer uses it.
    private final Map<String, PrimaryForms> forms = new HashMap<>();

    /// The sequence of the last purge applied, by zone; changed by the writer alone.
    private final Map<String, Long> applied = new ConcurrentHashMap<>();

    private final Thread follower;
    private volatile boolean closing;

    /// What the door answers.
    public sealed interface Answer {
        /// The host is claimed.
        record Bound(HostBinding binding) implements Answer {}

        /// Nobody claims the host.
        record Unknown() implements Answer {}

        /// The replica does not know yet; `call` will be run, on any thread, when it is worth asking again.
        record Later() implements Answer {}
    }

    private static final Answer UNKNOWN = new Answer.Unknown();

    private Replica(ChangeLog log, PurgeFences fences, PurgeReceiver purger, Lease lease) {
        this.log = log;
        this.fences = fences;
        this.purger = purger;
        this.lease = lease;
        Duration quarter = lease.length().dividedBy(4);
        this.patience = quarter.compareTo(LONGEST_PATIENCE) < 0 ? quarter : LONGEST_PATIENCE;
        this.follower = Thread.ofPlatform().name("config-replica").daemon().unstarted(this::follow);
    }

    /// Reads the snapshot, then follows the tail until closed. Nothing may be stored yet.
    ///
    /// @param lease renewed whenever everything is known
    public static Replica start(ChangeLog log, PurgeFences fences, PurgeReceiver purger, Lease lease, Health health) {
        Replica replica = new Replica(log, fences, purger, lease);
        replica.begin();
        replica.follower.start();
        health.ask(PART, replica::report);
        return replica;
    }

    private ChangeLog.Position position = ChangeLog.Position.START;

    /// Epoch milliseconds when everything was known. The log forgets by the calendar, and the monotonic clock stands
    /// while a machine sleeps.
    private long heardAtMillis;

    private volatile boolean failing;

    private void begin() {
        long nanos = lease.time().nanos();
        heardAtMillis = lease.time().millis();
        ChangeLog.Batch snapshot = log.snapshot();
        snapshot.entries().forEach(this::apply);
        position = snapshot.next();
        log.commands("purges", MOST_PASSED).entries().forEach(this::pass);
        lease.heardAt(nanos);
    }

    private void follow() {
        while (!closing) {
            long nanos = lease.time().nanos();
            long millis = lease.time().millis();
            try {
                ChangeLog.Batch batch = log.read(position, MOST_AT_ONCE, forNews());
                batch.entries().forEach(this::apply);
                position = batch.next();
                if (batch.entries().size() < MOST_AT_ONCE) {
                    caughtUp(nanos, millis);
                }
                failing = false;
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException failure) {
                if (closing) {
                    return;
                }
                if (!failing) {
                    LOG.log(ERROR, "the change log cannot be followed", failure);
                }
                failing = true;
                pause();
            }
        }
    }

    /// Who was away does not wait for news to learn that there are none.
    private Duration forNews() {
        return lease.silence().compareTo(patience.multipliedBy(2)) > 0 ? Duration.ZERO : patience;
    }

    /// Everything is applied that was in the log when it was asked: then, and not now, it was the truth.
    private void caughtUp(long nanos, long millis) {
        if (millis - heardAtMillis >= log.commandsKept().toMillis()) {
            LOG.log(WARNING, "cut off for longer than purges are kept: everything stored counts as purged");
            fences.purgeEverything();
        }
        heardAtMillis = millis;
        lease.heardAt(nanos);
    }

    private void pause() {
        try {
            Thread.sleep(patience);
        } catch (InterruptedException _) {
            closing = true;
        }
    }

    private Health.Report report() {
        Duration silence = lease.silence();
        if (!failing && silence.compareTo(lease.length().dividedBy(2)) < 0) {
            return new Health.Report(Health.State.UP, zones.size() + " zones");
        }
        Duration left = lease.left();
        return new Health.Report(
                Health.State.DEGRADED,
                "no changes have arrived for " + silence.toSeconds() + " s; serving with the last configuration, "
                        + (left.isZero()
                                ? "and nothing from the cache without asking the origin"
                                : "and from the cache for " + (left.toSeconds() + 1) + " s more"));
    }

    /// Applies one record; one that cannot be read is refused whole and the last good one stays.
    private void apply(ChangeLog.Entry entry) {
        try {
            switch (entry.stream()) {
                case "zones" -> {
                    byte[] value = entry.value();
                    replace(
                            entry.key(),
                            value == null ? null : complete(entry.key(), Json.read(value, ZoneConfig.class)));
                }
                case "purges" -> {
                    byte[] value = entry.value();
                    if (value != null) {
                        purge(complete(Json.read(value, PurgeCommand.class)));
                    }
                }
                default -> {
                    // Streams of a newer control plane do not concern this edge.
                }
            }
        } catch (RuntimeException failure) {
            refused(entry, failure);
        }
    }

    private static void refused(ChangeLog.Entry entry, RuntimeException failure) {
        LOG.log(WARNING, "refused a record of the change log: " + entry, failure);
    }

    /// Takes note of a purge that was accepted before the start.
    private void pass(ChangeLog.Entry entry) {
        byte[] value = entry.value();
        if (value == null) {
            return;
        }
        try {
            PurgeCommand command = complete(Json.read(value, PurgeCommand.class));
            applied.merge(command.zone(), command.sequence(), Math::max);
            purger.skip(command);
        } catch (RuntimeException failure) {
            refused(entry, failure);
        }
    }

    private static PurgeCommand complete(PurgeCommand command) {
        Objects.requireNonNull(command.zone(), "the purge is of no zone");
        Objects.requireNonNull(command.id(), "the purge has no id");
        Objects.requireNonNull(command.selection(), "the purge selects nothing");
        return command;
    }

    /// JSON may leave anything out; what is left out must not show halfway through a change.
    private static ZoneConfig complete(String id, @Nullable ZoneConfig zone) {
        if (zone == null || !id.equals(zone.id())) {
            throw new IllegalArgumentException("the record is not of zone " + id);
        }
        Objects.requireNonNull(zone.name(), "the zone has no name");
        for (ProxiedHost host : zone.hosts()) {
            Objects.requireNonNull(host.name(), "a host has no name");
        }
        return zone;
    }

    private void purge(PurgeCommand command) {
        String zone = command.zone();
        Long last = applied.get(zone);
        if (last != null && command.sequence() <= last) {
            return;
        }
        if (last != null && command.sequence() > last + 1) {
            LOG.log(WARNING, "purges of zone " + zone + " are missing: everything stored of it counts as purged");
            fences.purgeEverything(zone);
        }
        try {
            purger.apply(command, scope(zone));
        } catch (RuntimeException failure) {
            LOG.log(ERROR, "a purge of zone " + zone + " failed: everything stored of it counts as purged", failure);
            fences.purgeEverything(zone);
        }
        applied.put(zone, command.sequence());
    }

    /// The sequence of the last purge of a zone that is effective here; 0 when none is known.
    public long applied(String zone) {
        return applied.getOrDefault(zone, 0L);
    }

    /// Whether what is stored may be served.
    public Lease lease() {
        return lease;
    }

    private void replace(String id, @Nullable ZoneConfig now) {
        // Compile everything before anything changes, so that a zone is taken whole or not at all.
        Map<String, HostBinding> bindings = new HashMap<>();
        Known known = now == null ? null : compiled(now);
        if (known != null) {
            for (ProxiedHost host : known.zone.hosts()) {
                bindings.put(host.name(), bound(host.name(), host.addresses(), known));
            }
        }
        Known before = zones.get(id);
        if (before != null) {
            for (ProxiedHost host : before.zone.hosts()) {
                if (!bindings.containsKey(host.name())) {
                    claim(host.name(), id, null);
                }
            }
        }
        bindings.forEach((name, binding) -> claim(name, id, binding));
        if (known == null) {
            zones.remove(id);
        } else {
            zones.put(id, known);
        }
        catchAll = zones.values().stream()
                .filter(each -> each.zone.catchAll())
                .findFirst()
                .orElse(null);
        version.incrementAndGet();
    }

    private Known compiled(ZoneConfig zone) {
        PolicyRules rules = PolicyRules.of(zone);
        PrimaryForms own = PrimaryForms.of(rules);
        PrimaryForms all = forms.getOrDefault(zone.id(), PrimaryForms.ORDINARY);
        if (!own.within(all)) {
            all = all.and(own);
            if (all.size() > PrimaryForms.MOST_FORMS) {
                // What was stored under the forms of rules that are gone is out of reach of a purge from now on.
                fences.purgeEverything(zone.id());
                all = own;
            }
            forms.put(zone.id(), all);
        }
        return new Known(zone, rules, all, ZonePrograms.of(zone));
    }

    private HostBinding bound(String host, List<String> addresses, Known known) {
        return new HostBinding(
                host, addresses, known.zone, fences.of(known.zone.id()), known.rules, known.forms, known.programs);
    }

    /// Puts a zone's binding of a name in place of its last one; the zone with the longest name comes
    /// first.
    private void claim(String name, String zone, @Nullable HostBinding binding) {
        boolean wild = name.startsWith("*.");
        Map<String, List<HostBinding>> table = wild ? wildcard : exact;
        String key = wild ? name.substring(1) : name;
        List<HostBinding> claims = new ArrayList<>(table.getOrDefault(key, List.of()));
        claims.removeIf(claim -> claim.zone().id().equals(zone));
        if (binding != null) {
            claims.add(binding);
            claims.sort(Comparator.comparingInt(
                    (HostBinding claim) -> -claim.zone().name().length()));
        }
        if (claims.isEmpty()) {
            table.remove(key);
        } else {
            table.put(key, List.copyOf(claims));
        }
    }

    /// What a purge of a zone's URLs goes by.
    public PurgeScope scope(String zone) {
        Known known = zones.get(zone);
        return known == null ? PurgeScope.UNKNOWN : new PurgeScope(known.forms, known.programs);
    }

    /// Grows whenever an answer of [#find] may have changed.
    public long version() {
        return version.get();
    }

    /// The zone that claims a host.
    ///
    /// This replica holds everything in memory and always answers at once; callers must handle `Later` all
    /// the same, because one that keeps its zones on disk will not.
    ///
    /// @param host lower case, without port and trailing dot
    /// @param call run when a `Later` is worth asking again
    public Answer find(String host, Runnable call) {
        List<HostBinding> claims = exact.get(host);
        if (claims != null) {
            return new Answer.Bound(claims.getFirst());
        }
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            claims = wildcard.get(host.substring(dot));
            if (claims != null) {
                return new Answer.Bound(rebound(claims.getFirst(), host, "*" + host.substring(dot)));
            }
        }
        Known all = catchAll;
        if (all != null) {
            for (ProxiedHost apex : all.zone.hosts()) {
                if (apex.name().equals(all.zone.name())) {
                    return new Answer.Bound(bound(host, apex.addresses(), all));
                }
            }
        }
        return UNKNOWN;
    }

    private static HostBinding rebound(HostBinding pattern, String host, String name) {
        for (ProxiedHost proxied : pattern.zone().hosts()) {
            if (proxied.name().equals(name)) {
                return pattern.named(host, proxied.addresses());
            }
        }
        return pattern;
    }

    @Override
    public void close() {
        closing = true;
        follower.interrupt();
        try {
            follower.join(Duration.ofSeconds(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
