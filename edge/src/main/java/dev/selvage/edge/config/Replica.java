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
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Every zone that the change log knows, by the host names they claim.
///
/// One thread, `config-replica`, writes; event loops read without locking.
public final class Replica implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Replica.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ChangeLog log;
    private final PurgeFences fences;
    private final BiConsumer<PurgeCommand, PurgeScope> purger;
    private final Health health;

    private final Map<String, List<HostBinding>> exact = new ConcurrentHashMap<>();
    private final Map<String, List<HostBinding>> wildcard = new ConcurrentHashMap<>();
    private volatile @Nullable Known catchAll;
    private final AtomicLong version = new AtomicLong();

    /// What each zone last was, by id, so that its names can be taken back; only the writer uses it.
    private final Map<String, Known> zones = new HashMap<>();

    private record Known(ZoneConfig zone, PolicyRules rules, PrimaryForms forms, ZonePrograms programs) {}

    /// What keys of each zone may look like, by id, its rules of the past included; only the writer uses it.
    private final Map<String, PrimaryForms> forms = new HashMap<>();

    /// The last purge applied, by zone; only the writer uses it.
    private final Map<String, Long> lastPurge = new HashMap<>();

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

    private Replica(ChangeLog log, PurgeFences fences, BiConsumer<PurgeCommand, PurgeScope> purger, Health health) {
        this.log = log;
        this.fences = fences;
        this.purger = purger;
        this.health = health;
        this.follower = Thread.ofPlatform().name("config-replica").daemon().unstarted(this::follow);
    }

    /// Reads the snapshot, then follows the tail until closed.
    ///
    /// @param purger applies one purge everywhere in this edge before it returns; is told what it goes by
    public static Replica start(
            ChangeLog log, PurgeFences fences, BiConsumer<PurgeCommand, PurgeScope> purger, Health health) {
        Replica replica = new Replica(log, fences, purger, health);
        ChangeLog.Batch snapshot = log.snapshot();
        snapshot.entries().forEach(replica::apply);
        replica.position = snapshot.next();
        replica.follower.start();
        health.report("configuration", Health.State.UP, replica.zones.size() + " zones");
        return replica;
    }

    private ChangeLog.Position position = ChangeLog.Position.START;

    private void follow() {
        boolean failing = false;
        while (!closing) {
            try {
                ChangeLog.Batch batch = log.read(position, 1_000, PATIENCE);
                batch.entries().forEach(this::apply);
                position = batch.next();
                if (failing) {
                    failing = false;
                    health.report("configuration", Health.State.UP, zones.size() + " zones");
                }
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException failure) {
                if (closing) {
                    return;
                }
                if (!failing) {
                    LOG.log(ERROR, "the configuration cannot be followed; serving with the last one", failure);
                }
                failing = true;
                health.report(
                        "configuration",
                        Health.State.DEGRADED,
                        "changes do not arrive; serving with the last configuration");
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(PATIENCE);
        } catch (InterruptedException _) {
            closing = true;
        }
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
                        purge(Json.read(value, PurgeCommand.class));
                    }
                }
                default -> {
                    // Streams of a newer control plane do not concern this edge.
                }
            }
        } catch (RuntimeException failure) {
            LOG.log(WARNING, "refused a record of the change log: " + entry, failure);
        }
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
        Long last = lastPurge.get(command.zone());
        if (last == null || command.sequence() > last) {
            Known known = zones.get(command.zone());
            purger.accept(command, known == null ? PurgeScope.UNKNOWN : new PurgeScope(known.forms, known.programs));
            lastPurge.put(command.zone(), command.sequence());
        }
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
