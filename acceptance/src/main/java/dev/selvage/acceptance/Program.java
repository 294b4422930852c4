package dev.selvage.acceptance;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The real program in a process of its own, so that a `kill -9` is one.
///
/// ```java
/// try (Program program = Program.in(directory).up(origin.uri())) {
///     Client.get(program.edgePort(), "/a");
///     program.api().get("/zones");
/// }
/// ```
public final class Program implements AutoCloseable {
    /// Where the launcher's class path is not at hand, this process's own is used: it holds the program.
    private static final int SIGINT = 2;
    private static final String MAIN = "dev.selvage.app.Main";

    private static final Duration START = Duration.ofSeconds(60);
    private static final Pattern EDGE = Pattern.compile("(?m)^ +Edge +http://[^ ]*:([0-9]+)/");
    private static final Pattern API = Pattern.compile("(?m)^ +API +http://[^ ]*:([0-9]+)/");

    private final Process process;
    private final Path out;
    private final Path err;
    private final Path data;
    private final @Nullable String given;
    private final int edgePort;
    private final int apiPort;

    private Program(Process process, Path out, Path err, Path data, @Nullable String given, int edgePort, int apiPort) {
        this.process = process;
        this.out = out;
        this.err = err;
        this.data = data;
        this.given = given;
        this.edgePort = edgePort;
        this.apiPort = apiPort;
    }

    /// What a command came to.
    public record Ran(int exit, String out, String err) {}

    /// How to start it.
    public static final class Start {
        private final Path directory;
        private final List<String> options = new ArrayList<>();
        private final Map<String, String> environment = new HashMap<>();

        private Start(Path directory) {
            this.directory = directory;
        }

        /// More options, such as `--cache-policy`, `strict`.
        public Start with(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        /// A settings file with this text.
        public Start settings(String yaml) throws IOException {
            Path file = Files.writeString(directory.resolve("settings.yaml"), yaml);
            return with("--config", file.toString());
        }

        /// `SELVAGE_TOKEN`.
        public Start token(String token) {
            environment.put("SELVAGE_TOKEN", token);
            return this;
        }

        /// Starts it without an origin and waits until it is ready.
        public Program up() throws Exception {
            return start(List.of());
        }

        /// Starts it in front of `origin` and waits until it is ready.
        public Program up(URI origin) throws Exception {
            return start(List.of(origin.toString()));
        }

        private Program start(List<String> arguments) throws Exception {
            Path data = directory.resolve("data");
            List<String> command = new ArrayList<>(List.of("up"));
            command.addAll(arguments);
            command.addAll(List.of("--data", data.toString(), "--http", "0", "--https", "0", "--api", "0"));
            command.addAll(options);
            Path out = Files.createTempFile(directory, "up", ".out");
            Path err = Files.createTempFile(directory, "up", ".err");
            Process process = launch(command, environment, out, err);
            try {
                String said = Until.holds(
                        "the program says where it listens: " + Files.readString(err),
                        START,
                        () -> {
                            String text = Files.readString(out);
                            if (!process.isAlive() && !API.matcher(text).find()) {
                                throw new AssertionError(
                                        "it ended with " + process.exitValue() + ": " + Files.readString(err));
                            }
                            return text;
                        },
                        text -> text.contains("Ctrl-C"));
                Program program = new Program(
                        process, out, err, data, environment.get("SELVAGE_TOKEN"), port(EDGE, said), port(API, said));
                Until.holds(
                        "ready",
                        START,
                        () -> Client.get(program.apiPort, "/health/ready"),
                        ready -> ready.status() == 200);
                return program;
            } catch (Exception | AssertionError failure) {
                process.destroyForcibly();
                throw failure;
            }
        }
    }

    /// The program with its data in `directory/data`, on free ports.
    public static Start in(Path directory) {
        return new Start(directory);
    }

    /// Runs a command that ends by itself.
    public static Ran run(Path directory, Map<String, String> environment, String... arguments) throws Exception {
        Path out = Files.createTempFile(directory, "run", ".out");
        Path err = Files.createTempFile(directory, "run", ".err");
        Process process = launch(List.of(arguments), environment, out, err);
        if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(
                    List.of(arguments) + " did not end: " + Files.readString(out) + Files.readString(err));
        }
        return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static Process launch(List<String> arguments, Map<String, String> environment, Path out, Path err)
            throws IOException {
        List<String> command = new ArrayList<>(interruptible());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=4g",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        List.of("SELVAGE_TOKEN", "SELVAGE_URL", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_BASE_URL")
                .forEach(builder.environment()::remove);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /// What makes a command hear SIGINT where this process, started in the background of a shell, ignores it:
    /// a child would inherit that.
    private static List<String> interruptible() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return List.of();
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("SigIgn:")) {
                long ignored = Long.parseUnsignedLong(
                        line.substring("SigIgn:".length()).strip(), 16);
                return (ignored & 1L << (SIGINT - 1)) == 0 ? List.of() : List.of("env", "--default-signal=INT");
            }
        }
        return List.of();
    }

    private static int port(Pattern pattern, String said) {
        Matcher matcher = pattern.matcher(said);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in: " + said);
        }
        return Integer.parseInt(matcher.group(1));
    }

    public int edgePort() {
        return edgePort;
    }

    public int apiPort() {
        return apiPort;
    }

    public long pid() {
        return process.pid();
    }

    /// The data directory.
    public Path data() {
        return data;
    }

    /// The admin token: the given one, else the stored one.
    public String token() throws IOException {
        return given != null
                ? given
                : Files.readString(data.resolve("admin-token"), StandardCharsets.US_ASCII)
                        .strip();
    }

    /// The API with the admin token.
    public Api api() throws IOException {
        return new Api(apiPort, token());
    }

    /// What it wrote to the standard output.
    public String out() throws IOException {
        return Files.readString(out);
    }

    /// What it wrote to the standard error.
    public String err() throws IOException {
        return Files.readString(err);
    }

    /// SIGTERM; gives the exit code.
    public int terminate() throws InterruptedException {
        process.destroy();
        return ended();
    }

    /// Sends a signal by its name, such as `INT`.
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /// The exit code, once it has ended.
    public int ended() throws InterruptedException {
        if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the program is still running");
        }
        return process.exitValue();
    }

    /// SIGKILL: the process gets no chance to save anything.
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        ended();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(START.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
