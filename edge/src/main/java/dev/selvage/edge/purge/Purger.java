package dev.selvage.edge.purge;

import dev.selvage.edge.cache.CacheKey;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.Place;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.PurgeTargets;
import dev.selvage.edge.config.PurgeReceiver;
import dev.selvage.edge.config.PurgeScope;
import dev.selvage.model.purge.PurgeAgent;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeExplanation;
import dev.selvage.model.purge.PurgeExplanation.Copy;
import dev.selvage.model.purge.PurgeExplanation.State;
import dev.selvage.model.purge.PurgePreview;
import dev.selvage.model.purge.PurgeReport;
import dev.selvage.model.purge.PurgeReports;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.purge.PurgedUrl;
import dev.selvage.toolkit.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;

/// Applies the purges of one PoP, and answers what is asked about them.
public final class Purger implements PurgeReceiver, PurgeAgent, AutoCloseable {
    private final Pop pop;
    private final MemoryCache cache;
    private final PurgeFences fences;
    private final PurgeReports reports;
    private final Compiler compiler;
    private final Reclaimer reclaimer;

    /// What a PoP is to its purges.
    ///
    /// @param name as it stands in receipts
    /// @param reachable true while purges arrive
    /// @param scopes what the rules of a zone, by id, make of URLs
    /// @param port that its edge listens on
    public record Pop(String name, BooleanSupplier reachable, Function<String, PurgeScope> scopes, IntSupplier port) {}

    /// @param reports told how far each purge is
    /// @param rewarmer fetches again what the owner wants back
    public Purger(Pop pop, MemoryCache cache, PurgeFences fences, PurgeReports reports, Rewarmer rewarmer) {
        this(pop, cache, fences, reports, rewarmer, Reclaimer.GRACE);
        reclaimer.start();
    }

    /// One whose space is reclaimed by who calls [#reclaim].
    ///
    /// @param grace how long the names of purges are kept after the last object that they hide is gone
    Purger(Pop pop, MemoryCache cache, PurgeFences fences, PurgeReports reports, Rewarmer rewarmer, Duration grace) {
        this.pop = pop;
        this.cache = cache;
        this.fences = fences;
        this.reports = reports;
        this.compiler = new Compiler(pop.port());
        this.reclaimer = new Reclaimer(pop.name(), cache, fences, reports, rewarmer, grace);
    }

    /// Makes a purge effective, and says so; what it hides is reclaimed later.
    @Override
    public void apply(PurgeCommand command, PurgeScope scope) {
        long received = Micros.now();
        String zone = command.zone();
        PurgeTargets targets = compiler.targets(zone, scope, command.selection());
        long tick = fences.of(zone)
                .apply(targets, command.sequence(), command.soft(), TimeUnit.MICROSECONDS.toMillis(received));
        long effective = Micros.now();
        Pending pending = new Pending(command, targets, tick, received, effective);
        if (cache.count(zone) == 0) {
            reports.report(pending.report(pop.name(), 1, effective));
            reclaimer.nothingStored(zone, tick);
        } else {
            reports.report(pending.report(pop.name(), 0, 0));
            reclaimer.add(pending);
        }
    }

    /// Says of a purge that it is effective because nothing that is older is stored.
    @Override
    public void skip(PurgeCommand command) {
        fences.of(command.zone()).startAt(command.sequence());
        long now = Micros.now();
        reports.report(new PurgeReport(
                command.id(),
                command.zone(),
                command.sequence(),
                pop.name(),
                now,
                now,
                new PurgeReport.Reclaim(0, 0, 1, now)));
    }

    @Override
    public String pop() {
        return pop.name();
    }

    @Override
    public boolean reachable() {
        return pop.reachable().getAsBoolean();
    }

    @Override
    public Optional<PurgePreview> preview(String zone, PurgeSelection selection, Duration patience) {
        PurgeTargets targets = compiler.targets(zone, pop.scopes().apply(zone), selection);
        return new Survey(zone, cache, fences.of(zone), targets, selection.prefixes()).preview(pop.name(), patience);
    }

    @Override
    public Optional<PurgeExplanation> explain(
            String zone, PurgedUrl url, List<PurgeCommand> purges, Duration patience) {
        PurgeScope scope = pop.scopes().apply(zone);
        PurgeFences.Fence fence = fences.of(zone);
        long now = System.currentTimeMillis();
        PurgeTargets targets = compiler.targets(zone, scope, PurgeSelection.ofUrls(List.of(url)));
        Optional<CacheKey.Url> asked = compiler.url(zone, scope, url);
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        List<PurgeTargets> compiled = purges.stream()
                .map(purge -> compiler.targets(zone, scope, purge.selection()))
                .toList();
        List<Copy> copies = new ArrayList<>();
        for (Place place : Survey.places(cache, zone, targets, PurgeExplanation.MOST_COPIES)) {
            CacheKey key = place.key();
            for (Entry entry : cache.peek(key)) {
                Meanings meanings = new Meanings(zone, key, entry);
                List<PurgeExplanation.Coverage> covered = new ArrayList<>();
                for (int i = 0; i < purges.size(); i++) {
                    covered.add(meanings.of(purges.get(i), compiled.get(i)));
                }
                State state = cache.purged(key, entry, fence)
                        ? State.PURGED
                        : entry.fresh(now) && fence.validUntil(key, entry) == PurgeFences.KEPT
                                ? State.FRESH
                                : State.STALE;
                copies.add(new Copy(
                        meanings.described(),
                        meanings.tags(),
                        state,
                        entry.arrived(),
                        entry.birth().sequence(),
                        entry.memory(),
                        place.hits(now),
                        covered));
            }
        }
        return Optional.of(new PurgeExplanation(
                pop.name(),
                fence.applied(),
                asked.get().host(),
                asked.get().path(),
                copies.stream().limit(PurgeExplanation.MOST_COPIES).toList()));
    }

    /// Reclaims once, on the caller's thread.
    void reclaim() {
        reclaimer.work();
    }

    /// Registers what it counts.
    public void measure(Metrics metrics) {
        metrics.counter(
                "selvage_edge_purge_objects", "Stored objects that purges took away", Map.of(), reclaimer::objects);
        metrics.counter("selvage_edge_purge_bytes", "Bytes that they took", Map.of(), reclaimer::bytes);
        metrics.gauge(
                "selvage_edge_purges_pending",
                "Purges that are effective and whose space is not all given back",
                Map.of(),
                reclaimer::pending);
    }

    @Override
    public void close() {
        reclaimer.close();
    }
}
