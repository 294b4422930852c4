package dev.selvage.app;

import dev.selvage.analytics.Analytics;
import dev.selvage.control.Control;
import dev.selvage.dashboard.Dashboard;
import dev.selvage.edge.Edge;
import dev.selvage.model.origin.AddressKind;
import dev.selvage.model.origin.OriginPolicy;
import dev.selvage.toolkit.lifecycle.DataDirectory;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Router;
import dev.selvage.toolkit.web.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything on one machine, wired in the order in which it starts.
final class Up implements AutoCloseable {
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(3);
    private static final Duration PROBE_WELL = Duration.ofSeconds(30);
    private static final Duration PROBE_ILL = Duration.ofSeconds(2);
    private static final String PROGRAM = "program";

    private final Stack parts;
    private final Health health;
    private final Path data;
    private final Edge edge;
    private final WebServer web;

    private Up(Stack parts, Health health, Path data, Edge edge, WebServer web) {
        this.parts = parts;
        this.health = health;
        this.data = data;
        this.edge = edge;
        this.web = web;
    }

    /// Starts everything, or nothing: where a part cannot start, those before it are stopped again.
    ///
    /// @param origin the site to stand in front of, if one is named
    /// @param token the admin token to accept in place of the stored one
    static Up start(UpSettings settings, @Nullable OriginUrl origin, @Nullable String token) throws CannotStart {
        Stack parts = new Stack();
        try {
            return start(settings, origin, token, parts);
        } catch (CannotStart | RuntimeException failure) {
            parts.close();
            throw failure;
        }
    }

    private static Up start(UpSettings settings, @Nullable OriginUrl origin, @Nullable String token, Stack parts)
            throws CannotStart {
        if (origin != null) {
            Optional<AddressKind> kind = settings.origins().refused(origin.host());
            if (kind.isPresent()) {
                throw new CannotStart(Exit.USAGE, refused(origin, kind.get()));
            }
        }
        Health health = new Health();
        health.report(PROGRAM, Health.State.STARTING, "starting");
        Metrics metrics = new Metrics();
        ProcessMetrics.register(metrics, health);

        DataDirectory directory = directory(settings.data());
        parts.push("data directory", directory::close);

        Control control = control(settings, directory, token, health, metrics);
        parts.push("control", control::close);
        if (origin != null) {
            control.quickstart(origin.uri());
        }

        // Loads its store and its schema on threads of its own: what follows does not wait for it.
        Analytics analytics = analytics(settings, directory, control, health, metrics);
        parts.push("analytics", analytics::close);

        Router router = new Router();
        HealthRoutes.add(router, health, metrics, analytics::zoneMetrics);
        control.routes(router);
        analytics.routes(router);
        Dashboard.routes(router);
        WebServer web = web(settings, router, control);
        parts.push("web server", web::close);

        Edge edge = edge(settings, web, control, analytics, health, metrics);
        parts.push("edge", () -> edge.drain(settings.drain()));
        control.join(edge.purgeAgent());
        control.tracedBy(edge.tracer());

        if (origin != null) {
            OriginProbe.Target target = new OriginProbe.Target(origin, edge::refuses);
            parts.push("origin probe", OriginProbe.start(target, health, PROBE_PATIENCE, PROBE_WELL, PROBE_ILL)::close);
        }
        health.report(PROGRAM, Health.State.UP, "version " + Version.TEXT);
        return new Up(parts, health, directory.path(), edge, web);
    }

    private static String refused(OriginUrl origin, AddressKind kind) {
        return "the origin " + origin + " has an address of the kind " + kind.wire()
                + (OriginPolicy.CHOICES.contains(kind)
                        ? "; the setting origin.allow does not have it"
                        : ", which is never connected to; expected a site's own address or name");
    }

    private static DataDirectory directory(Path path) throws CannotStart {
        return switch (DataDirectory.open(path)) {
            case DataDirectory.Opened(DataDirectory directory) -> directory;
            case DataDirectory.Refused(DataDirectory.Reason reason, String message) ->
                throw new CannotStart(
                        switch (reason) {
                            case UNUSABLE -> Exit.IO;
                            case LOCKED -> Exit.UNAVAILABLE;
                            case FOREIGN, NEWER -> Exit.CONFIG;
                        },
                        message + " (--data)");
        };
    }

    private static Control control(
            UpSettings settings, DataDirectory directory, @Nullable String token, Health health, Metrics metrics)
            throws CannotStart {
        try {
            return Control.open(settings.control(directory.path(), token), health, metrics);
        } catch (IOException failure) {
            throw new CannotStart(Exit.IO, "the management store: " + failure.getMessage(), failure);
        }
    }

    private static Analytics analytics(
            UpSettings settings, DataDirectory directory, Control control, Health health, Metrics metrics)
            throws CannotStart {
        try {
            return Analytics.open(
                    settings.analytics(directory.child("analytics")),
                    control.access(),
                    control.purgeHistory(),
                    health,
                    metrics);
        } catch (IOException failure) {
            throw new CannotStart(Exit.IO, "the analytics store: " + failure.getMessage(), failure);
        }
    }

    private static WebServer web(UpSettings settings, Router router, Control control) throws CannotStart {
        try {
            return WebServer.start(
                    new InetSocketAddress(settings.bind(), settings.apiPort()), router, control.fallback());
        } catch (IOException taken) {
            throw new CannotStart(Exit.UNAVAILABLE, "the API: " + taken.getMessage() + " with --api", taken);
        }
    }

    private static Edge edge(
            UpSettings settings, WebServer web, Control control, Analytics analytics, Health health, Metrics metrics)
            throws CannotStart {
        try {
            InetSocketAddress api = new InetSocketAddress(settings.bind(), web.port());
            return Edge.start(
                    settings.edge(),
                    List.of(api),
                    control.changeLog(),
                    analytics,
                    control.purgeReports(),
                    health,
                    metrics);
        } catch (IOException taken) {
            throw new CannotStart(Exit.UNAVAILABLE, "the edge: " + taken.getMessage() + " with --http", taken);
        }
    }

    /// The port that visitors are served on.
    int edgePort() {
        return edge.httpPort();
    }

    /// The port that the API answers on.
    int apiPort() {
        return web.port();
    }

    /// The directory that holds everything to be kept.
    Path data() {
        return data;
    }

    /// Stops what was started, the last first: the edge drains while the API still answers, analytics takes in what the
    /// edge hands over, the stores close last.
    @Override
    public void close() {
        health.report(PROGRAM, Health.State.DOWN, "stopping");
        parts.close();
    }
}
