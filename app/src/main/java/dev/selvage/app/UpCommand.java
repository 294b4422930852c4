package dev.selvage.app;

import dev.selvage.toolkit.settings.Given;
import dev.selvage.toolkit.settings.Key;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./selvage up`: everything on one machine.
@Command(
        name = "up",
        description = "Starts everything on this machine: edge, API, analytics and dashboard.",
        sortOptions = false)
final class UpCommand implements Callable<Integer> {
    /// The environment's variable that names the admin token to accept.
    static final String TOKEN = "SELVAGE_TOKEN";

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ORIGIN_URL",
            description = "The site to stand in front of, such as http://example.com; it is cached at once, on any host"
                    + " name. Without it, make zones through the API.")
    private @Nullable String originUrl;

    @Option(names = "--data", paramLabel = "DIR", description = "Where everything to be kept lies (./selvage-data).")
    private @Nullable String data;

    @Option(names = "--http", paramLabel = "PORT", description = "The edge's port for visitors (8080).")
    private @Nullable String http;

    @Option(
            names = "--https",
            paramLabel = "PORT",
            description = "The edge's port for TLS (8443); this version does not serve it yet.")
    private @Nullable String https;

    @Option(names = "--api", paramLabel = "PORT", description = "The port of the API and the dashboard (8787).")
    private @Nullable String api;

    @Option(names = "--bind", paramLabel = "ADDR", description = "The address to listen on (127.0.0.1).")
    private @Nullable String bind;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A settings file in YAML; ./selvage config prints all that can be in it.")
    private @Nullable Path config;

    @Option(
            names = "--cache-policy",
            paramLabel = "safe|strict",
            description = "How cautious the cache is where the RFC leaves room (safe).")
    private @Nullable String cachePolicy;

    UpCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        OriginUrl origin = origin();
        String token = token();
        UpSettings settings = UpSettings.read(config, given(), Memory.direct());
        Logging.start(settings.log());
        StopSignal stop = StopSignal.install();
        try (Up up = Up.start(settings, origin, token)) {
            new Banner(settings, origin, token != null).print(up, out);
            stop.await();
            err.println("selvage: stopping; a second signal stops at once");
        }
        return Exit.OK.code;
    }

    private @Nullable OriginUrl origin() throws CannotStart {
        if (originUrl == null) {
            return null;
        }
        return switch (OriginUrl.parse(originUrl)) {
            case OriginUrl.Accepted(OriginUrl url) -> url;
            case OriginUrl.Refused(String message) -> throw new CannotStart(Exit.USAGE, message);
        };
    }

    private @Nullable String token() throws CannotStart {
        String token = environment.get(TOKEN);
        if (token != null && !token.matches("[\\x21-\\x7e]{1,512}")) {
            throw new CannotStart(
                    Exit.CONFIG,
                    "SELVAGE_TOKEN is set to something that cannot be a bearer token; expected up to 512 visible ASCII"
                            + " characters, or unset it to have a token made");
        }
        return token;
    }

    private List<Given> given() {
        List<Given> given = new ArrayList<>();
        give(given, UpSettings.DATA, "--data", data);
        give(given, UpSettings.HTTP_PORT, "--http", http);
        give(given, UpSettings.HTTPS_PORT, "--https", https);
        give(given, UpSettings.API_PORT, "--api", api);
        give(given, UpSettings.BIND, "--bind", bind);
        give(given, UpSettings.CACHE_POLICY, "--cache-policy", cachePolicy);
        return given;
    }

    private static void give(List<Given> given, Key<?> key, String option, @Nullable String text) {
        if (text != null) {
            given.add(Given.option(key.name(), option, text));
        }
    }
}
