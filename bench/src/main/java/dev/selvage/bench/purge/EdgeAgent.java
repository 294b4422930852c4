package dev.selvage.bench.purge;

import dev.selvage.control.Control;
import dev.selvage.edge.EdgeSettings;
import dev.selvage.edge.cache.MemoryCache;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.config.Lease;
import dev.selvage.edge.config.PurgeReceiver;
import dev.selvage.edge.config.PurgeScope;
import dev.selvage.edge.config.Replica;
import dev.selvage.edge.loop.Time;
import dev.selvage.edge.purge.Purger;
import dev.selvage.edge.purge.Rewarmer;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.toolkit.lifecycle.Health;

/// What an edge is to purges, without visitors: it follows the change log, applies, reclaims and reports.
final class EdgeAgent implements AutoCloseable {
    private static final long CACHE_BYTES = 1 << 20;
    private static final int PORT = 80;

    private final Purger purger;
    private final Replica replica;

    EdgeAgent(String pop, Control control, Arrivals arrivals) {
        PurgeFences fences = new PurgeFences();
        purger = new Purger(
                new Purger.Pop(pop, () -> true, _ -> PurgeScope.UNKNOWN, () -> PORT),
                new MemoryCache(CACHE_BYTES),
                fences,
                control.purgeReports(),
                Rewarmer.NONE);
        PurgeReceiver timed = (PurgeCommand command, PurgeScope scope) -> {
            purger.apply(command, scope);
            arrivals.effective(command.id());
        };
        replica = Replica.start(
                control.changeLog(), fences, timed, new Lease(EdgeSettings.PURGE_LEASE, Time.SYSTEM), new Health());
        control.join(purger);
    }

    @Override
    public void close() {
        replica.close();
        purger.close();
    }
}
