package dev.selvage.edge;

import dev.selvage.edge.config.HandMadeLog;
import dev.selvage.edge.config.Zones;
import dev.selvage.edge.tier.TierSettings;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeReports;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.model.rules.Route;
import dev.selvage.model.zone.DefaultCaching;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog;
import dev.selvage.toolkit.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// An edge before one origin, with the log that it hears of purges by.
final class RunningEdge implements AutoCloseable {
    private static final String ZONE = "0123456789abcdef0123456789abcdef";

    private final HandMadeLog log = new HandMadeLog();
    private final Metrics metrics = new Metrics();
    private final ConcurrentLinkedQueue<TrafficBatch> traffic = new ConcurrentLinkedQueue<>();
    private final Edge edge;
    private boolean closed;
    private long sequence;

    /// @param port 0 for a free one
    /// @param with says more of the zone `site.example`
    RunningEdge(VersionedOrigin origin, TierSettings tier, int port, Consumer<Zones> with) throws IOException {
        Zones zone = Zones.zone(ZONE, "site.example").host("site.example", "127.0.0.1");
        zone.caching = DefaultCaching.RFC9111;
        zone.originRules.add(Zones.rule("true", new Route(null, null, origin.port(), null)));
        with.accept(zone);
        log.inSnapshot(zone.entry());
        EdgeSettings settings = EdgeSettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .among(tier);
        edge = Edge.start(settings, List.of(), log, traffic::add, PurgeReports.UNHEARD, new Health(), metrics);
    }

    int port() {
        return edge.httpPort();
    }

    Ask.Answer get(String... fields) throws IOException {
        return Ask.get(port(), "/a", fields);
    }

    /// The last purge that it has heard of.
    long sequence() {
        return sequence;
    }

    /// Lets it hear of the next purge; effective when this returns.
    void purge(boolean soft, int rewarm, PurgeSelection selection) throws InterruptedException {
        sequence++;
        PurgeCommand command = new PurgeCommand(
                "%032x".formatted(sequence),
                ZONE,
                sequence,
                System.currentTimeMillis() * 1_000,
                soft,
                selection,
                rewarm);
        log.say(new ChangeLog.Entry("purges", command.id(), Json.write(command)));
    }

    void purge() throws InterruptedException {
        purge(false, 0, PurgeSelection.EVERYTHING);
    }

    long metric(String name) {
        for (String line : metrics.scrape().split("\n", -1)) {
            if (line.startsWith(name + " ") || line.startsWith(name + "_total ")) {
                return (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1));
            }
        }
        throw new AssertionError("no " + name + " in " + metrics.scrape());
    }

    /// Requests that it recorded; all of them once it is closed.
    long requests() {
        return sum(Totals::requests);
    }

    long originRequests() {
        return sum(Totals::originRequests);
    }

    private long sum(ToLongFunction<Totals> of) {
        return traffic.stream()
                .flatMap(batch -> batch.counters().stream())
                .flatMap(minute -> minute.crossed().values().stream())
                .mapToLong(of)
                .sum();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            edge.drain(Duration.ZERO);
        }
    }
}
