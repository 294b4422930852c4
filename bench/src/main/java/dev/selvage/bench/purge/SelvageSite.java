package dev.selvage.bench.purge;

import dev.selvage.control.Control;
import dev.selvage.control.ControlSettings;
import dev.selvage.edge.Edge;
import dev.selvage.edge.EdgeSettings;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeSelection;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.log.ChangeLog;
import dev.selvage.toolkit.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An edge in this process that follows a change log on disk; each prefix is a purge of its own.
final class SelvageSite implements Site {
    private static final long CACHE_BYTES = 1L << 30;
    private static final int PER_APPEND = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Control control;
    private final Edge edge;
    private final String zone;
    private final Arrivals arrivals = new Arrivals(1);
    private long purges;

    SelvageSite(Path directory, int originPort) throws IOException {
        Health health = new Health();
        Metrics metrics = new Metrics();
        control = Control.open(new ControlSettings(directory, null), health, metrics);
        control.quickstart(URI.create("http://127.0.0.1:" + originPort));
        EdgeSettings usual = EdgeSettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        EdgeSettings settings = new EdgeSettings(
                usual.http(),
                usual.threads(),
                usual.colo(),
                CACHE_BYTES,
                usual.maxObject(),
                usual.byTheLetter(),
                usual.compression(),
                usual.trustedProxies(),
                usual.origins(),
                usual.rows(),
                usual.maxConnections(),
                usual.limits(),
                usual.timeouts(),
                usual.purgeLease(),
                usual.tier());
        edge = Edge.start(
                settings,
                List.of(),
                control.changeLog(),
                _ -> true,
                report -> arrivals.effective(report.purge()),
                health,
                metrics);
        zone = zone();
    }

    private String zone() throws IOException {
        return control.changeLog().snapshot().entries().stream()
                .filter(entry -> entry.stream().equals("zones"))
                .map(ChangeLog.Entry::key)
                .findFirst()
                .orElseThrow(() -> new IOException("there is no zone"));
    }

    @Override
    public String name() {
        return "Selvage";
    }

    @Override
    public int port() {
        return edge.httpPort();
    }

    @Override
    public int mostPurges() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void purge(List<String> prefixes) throws IOException, InterruptedException {
        List<ChangeLog.Entry> entries = new ArrayList<>();
        String last = "";
        for (String prefix : prefixes) {
            purges++;
            last = String.format(Locale.ROOT, "%032x", purges);
            PurgeCommand command = new PurgeCommand(
                    last, zone, purges, 0, false, PurgeSelection.ofPrefixes(List.of(HOST + prefix)), 0);
            entries.add(new ChangeLog.Entry("purges", zone, Json.write(command)));
            if (entries.size() == PER_APPEND) {
                control.changeLog().appendCommands(entries);
                entries.clear();
            }
        }
        control.changeLog().appendCommands(entries);
        arrivals.last(last, PATIENCE);
    }

    @Override
    public void close() {
        edge.close();
        control.close();
    }
}
