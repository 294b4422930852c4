package dev.selvage.edge.purge;

import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.config.PurgeScope;
import dev.selvage.model.purge.PurgeAgent;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeReport;
import dev.selvage.model.purge.PurgeSelection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A purger of one zone without a thread of its own: space is reclaimed when a test says so.
public final class HandPurger {
    private final PurgeFences fences;
    private final PurgeScope scope;
    private final Purger purger;
    private final List<PurgeReport> reports = new ArrayList<>();
    private final List<String> rewarmed = new ArrayList<>();

    /// @param grace how long names are kept
    public HandPurger(MemoryCache cache, PurgeFences fences, PurgeScope scope, Duration grace) {
        this.fences = fences;
        this.scope = scope;
        this.purger = new Purger(
                new Purger.Pop("DEV", () -> true, _ -> scope, () -> 80),
                cache,
                fences,
                reports::add,
                (_, keys) -> keys.forEach(key -> rewarmed.add(key.toString())),
                grace);
    }

    /// Makes the next purge of a zone effective.
    public PurgeCommand purge(String zone, PurgeSelection selection, boolean soft, int rewarm) {
        long sequence = fences.of(zone).applied() + 1;
        PurgeCommand command = new PurgeCommand("purge-" + sequence, zone, sequence, 0, soft, selection, rewarm);
        purger.apply(command, scope);
        return command;
    }

    /// Reclaims once.
    public void reclaim() {
        purger.reclaim();
    }

    /// What it can be asked.
    public PurgeAgent agent() {
        return purger;
    }

    /// All that was reported, oldest first.
    public List<PurgeReport> reports() {
        return reports;
    }

    /// Keys that were to be fetched again.
    public List<String> rewarmed() {
        return rewarmed;
    }
}
