package dev.selvage.app;

import dev.selvage.toolkit.lifecycle.DataDirectory;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Router;
import dev.selvage.toolkit.web.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Everything on one machine, wired in the order in which it starts.
@SuppressWarnings("UnusedVariable")
final class Up implements AutoCloseable {
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(3);
    private static final Duration PROBE_WELL = Duration.ofSeconds(30);
    private static final Duration PROBE_ILL = Duration.ofSeconds(2);

    private final UpSettings settings;
    private final Stack parts;
    private final Path data;
    private final WebServer web;

    private Up(UpSettings settings, Stack parts, Path data, WebServer web) {
        this.settings = settings;
        this.parts = parts;
        this.data = data;
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
        DataDirectory directory = directory(settings.data());
        parts.push("data directory", directory::close);
        Health health = new Health();
        Metrics metrics = new Metrics();
        ProcessMetrics.register(metrics, health);
        Router router = new Router();
        HealthRoutes.add(router, health, metrics);

        WebServer web = web(settings, router);
        parts.push("web server", web::close);

        if (origin != null) {
            parts.push("origin probe", OriginProbe.start(origin, health, PROBE_PATIENCE, PROBE_WELL, PROBE_ILL)::close);
        }
        return new Up(settings, parts, directory.path(), web);
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

    private static WebServer web(UpSettings settings, Router router) throws CannotStart {
        try {
            return WebServer.start(
                    new InetSocketAddress(settings.bind(), settings.apiPort()), router, new PlainFallback());
        } catch (IOException taken) {
            throw new CannotStart(Exit.UNAVAILABLE, "the API: " + taken.getMessage() + " with --api", taken);
        }
    }

    /// The port that visitors are served on.
    int edgePort() {
        return web.port();
    }

    /// The port that the API answers on.
    int apiPort() {
        return web.port();
    }

    /// The directory that holds everything to be kept.
    Path data() {
        return data;
    }

    /// Stops what was started, the last first, within the settings' drain time.
    @Override
    public void close() {
        parts.close();
    }
}
