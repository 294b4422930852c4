package dev.selvage.app;

import dev.selvage.app.demo.Demo;
import dev.selvage.app.demo.DemoOptions;
import dev.selvage.app.demo.Program;
import dev.selvage.toolkit.settings.Given;
import dev.selvage.toolkit.settings.Kind;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./selvage demo`: the program in front of a demo site, with a real access log replayed through it.
@Command(
        name = "demo",
        description = "Replays a real access log through the edge and shows what the cache saved.",
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    private final PrintStream out;

    @Option(names = "--http", paramLabel = "PORT", description = "The edge's port (${DEFAULT-VALUE}).")
    private String http = "8080";

    @Option(
            names = "--api",
            paramLabel = "PORT",
            description = "The port of the API and the dashboard (${DEFAULT-VALUE}).")
    private String api = "8787";

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "How long the log's four days take (${DEFAULT-VALUE}); 0s is as fast as it goes.")
    private String duration = "20s";

    @Option(
            names = "--connections",
            paramLabel = "NUMBER",
            description = "Client connections to the edge (${DEFAULT-VALUE}).")
    private String connections = "32";

    @Option(names = "--exit", description = "Stops after the replay instead of staying up for the dashboard.")
    private boolean exit;

    DemoCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws Exception {
        DemoOptions options = new DemoOptions(
                value("--duration", Kind.duration(Duration.ZERO, Duration.ofHours(1)), duration),
                value("--connections", Kind.integer(1, 1_000), connections),
                exit,
                Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent());
        Path directory = Files.createTempDirectory("selvage-demo");
        StopSignal stop = StopSignal.install();
        Thread demo = Thread.currentThread();
        Thread.ofVirtual().name("demo-stop").start(() -> {
            try {
                stop.await();
                demo.interrupt();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            return Demo.run(options, origin -> launch(origin, directory), out);
        } catch (InterruptedException stopped) {
            return Exit.OK.code;
        } finally {
            TemporaryDirectory.delete(directory);
        }
    }

    private Program launch(URI origin, Path directory) throws CannotStart {
        UpSettings settings = UpSettings.read(
                null,
                List.of(
                        Given.option("data", "--data", directory.resolve("data").toString()),
                        Given.option("http.port", "--http", http),
                        Given.option("https.port", "--https", "0"),
                        Given.option("api.port", "--api", api),
                        Given.option("trusted-proxies", "--trusted-proxies", "127.0.0.0/8, ::1")),
                Memory.direct());
        Logging.start(settings.log());
        String given = System.getenv(UpCommand.TOKEN);
        Up up = Up.start(settings, new OriginUrl(origin), given);
        Path file = up.data().resolve("admin-token");
        try {
            return given == null
                    ? new Running(
                            up,
                            settings.bind(),
                            Files.readString(file).strip(),
                            file + "  (sign in with what this file holds)")
                    : new Running(up, settings.bind(), given, "what " + UpCommand.TOKEN + " holds");
        } catch (IOException unreadable) {
            up.close();
            throw new CannotStart(Exit.IO, "the admin token in " + file + " cannot be read", unreadable);
        }
    }

    private static <T> T value(String option, Kind<T> kind, String text) throws CannotStart {
        return switch (kind.parse(text)) {
            case Kind.Valid<T>(T value) -> value;
            case Kind.Invalid<T>(String reason) ->
                throw new CannotStart(
                        Exit.USAGE, option + ": `" + text + "` " + reason + "; expected " + kind.expects());
        };
    }

    /// @param bind the address, which the demo leaves at loopback
    private record Running(Up up, String bind, String token, String tokenPlace) implements Program {
        @Override
        public InetSocketAddress edge() {
            return new InetSocketAddress(bind, up.edgePort());
        }

        @Override
        public URI api() {
            return URI.create("http://" + bind + ":" + up.apiPort());
        }

        @Override
        public URI dashboard() {
            return api().resolve("/");
        }

        /// Never shows the token.
        @Override
        public String toString() {
            return "the program at " + api();
        }

        @Override
        public void close() {
            up.close();
        }
    }
}
