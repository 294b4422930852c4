package dev.selvage.bench.edge;

import dev.selvage.bench.process.Children;
import dev.selvage.bench.process.Ports;
import dev.selvage.bench.process.ProcessTree;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// The programs of a comparison, started as `peers/README.md` says.
public final class Peers {
    private static final Duration START = Duration.ofSeconds(30);

    /// A first start of a checkout may build it.
    private static final Duration BUILD = Duration.ofMinutes(15);

    private final Children children;
    private final HttpClient client;

    Peers(Children children, HttpClient client) throws IOException {
        this.children = children;
        this.client = client;
        for (String directory : List.of("run", "log", "tmp", "cache", "tls", "www", "www/zipf")) {
            Files.createDirectories(children.scratch().resolve(directory));
        }
    }

    /// Where a program is, if it is installed; `sbin` is searched too, which a person's `PATH` often lacks.
    public static Optional<String> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin";
        return Stream.of(path.split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /// The origin: nginx with the objects of `loads`.
    NginxOrigin origin(String nginx, List<Load> loads) throws IOException, InterruptedException {
        for (Load load : loads) {
            for (String path : load.paths()) {
                Files.write(children.scratch().resolve("www" + path), load.content(path));
            }
        }
        int port = Ports.free(1).getFirst();
        Path configuration = template("origin.conf", Map.of("P_ORIGIN", Integer.toString(port)));
        Process process = children.start("origin", children.scratch(), command(nginx, configuration));
        awaitPort("origin", process, port);
        return new NginxOrigin(client, port);
    }

    /// nginx as a cache, with its buffered access log on.
    Contender nginx(String name, String program) {
        return new Contender() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String version() {
                return said(List.of(program, "-v")).replace("nginx version: nginx/", "nginx ");
            }

            @Override
            public Running start(int originPort) throws IOException, InterruptedException {
                certificate();
                List<Integer> ports = Ports.free(2);
                Path configuration = template(
                        "nginx.conf",
                        Map.of(
                                "NAME", name,
                                "LOG", children.scratch() + "/log/" + name + ".access cdn buffer=64k flush=1s",
                                "P_ORIGIN", Integer.toString(originPort),
                                "P_HTTP", ports.get(0).toString(),
                                "P_TLS", ports.get(1).toString()));
                Process process = children.start(name, children.scratch(), command(program, configuration));
                awaitPort(name, process, ports.get(0));
                return running(name, ports.get(0), process);
            }
        };
    }

    /// Varnish, which always writes its shared-memory log.
    Contender varnish(String program) {
        return new Contender() {
            @Override
            public String name() {
                return "varnish";
            }

            @Override
            public String version() {
                String said = said(List.of(program, "-V"));
                return said.replaceAll("(?s).*?varnish-([0-9.]+).*", "varnish $1");
            }

            @Override
            public Running start(int originPort) throws IOException, InterruptedException {
                Path configuration = template("varnish.vcl", Map.of("P_ORIGIN", Integer.toString(originPort)));
                int port = Ports.free(1).getFirst();
                // The options of peers/README.md; -n keeps it apart from a Varnish that runs on this machine.
                Process process = children.start(
                        "varnish",
                        children.scratch(),
                        List.of(
                                program,
                                "-F",
                                "-j",
                                "none",
                                "-n",
                                children.scratch() + "/varnish",
                                "-a",
                                "127.0.0.1:" + port,
                                "-f",
                                configuration.toString(),
                                "-s",
                                "malloc,2G",
                                "-p",
                                "thread_pools=2",
                                "-p",
                                "thread_pool_min=100",
                                "-p",
                                "thread_pool_max=1000",
                                "-p",
                                "default_ttl=3600",
                                "-p",
                                "timeout_idle=3600",
                                "-p",
                                "feature=+http2"));
                awaitPort("varnish", process, port);
                return running("varnish", port, process);
            }
        };
    }

    /// Selvage as `./selvage up` starts it, from the checkout at `home`.
    Contender selvage(String name, Path home) {
        return new Contender() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String version() {
                return name;
            }

            @Override
            public Running start(int originPort) throws IOException, InterruptedException {
                List<Integer> ports = Ports.free(3);
                Process process = children.start(
                        name,
                        home,
                        List.of(
                                home.resolve("selvage").toString(),
                                "up",
                                "http://127.0.0.1:" + originPort,
                                "--data",
                                children.scratch() + "/" + name,
                                "--http",
                                ports.get(0).toString(),
                                "--https",
                                ports.get(1).toString(),
                                "--api",
                                ports.get(2).toString()));
                URI ready = URI.create("http://127.0.0.1:" + ports.get(2) + "/health/ready");
                await(name, process, BUILD, () -> answers(ready));
                return running(name, ports.get(0), process);
            }
        };
    }

    /// What a program says of itself, its first line.
    public static String said(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readNBytes(10_000), StandardCharsets.UTF_8);
            process.waitFor();
            return said.lines().findFirst().orElse(command.getFirst());
        } catch (IOException failure) {
            return command.getFirst() + " (unknown version)";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return command.getFirst();
        }
    }

    public static String resource(String name) throws IOException {
        try (InputStream in = Peers.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException("the resource " + name + " is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// What starts nginx with a configuration.
    public static List<String> command(String program, Path configuration) {
        return List.of(program, "-c", configuration.toString(), "-e", "stderr");
    }

    private static Contender.Running running(String name, int port, Process process) {
        var tree = new ProcessTree(process.pid());
        return new Contender.Running() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public int port() {
                return port;
            }

            @Override
            public double cpuSeconds() throws IOException {
                return tree.cpuSeconds();
            }

            @Override
            public long residentBytes() throws IOException {
                return tree.residentBytes();
            }
        };
    }

    private Path template(String name, Map<String, String> values) throws IOException {
        String text = fill(resource("/peers/" + name + ".in"), children.scratch(), values);
        Path file = children.scratch().resolve(values.getOrDefault("NAME", "the") + "." + name);
        return Files.writeString(file, text);
    }

    public static String fill(String template, Path scratch, Map<String, String> values) throws IOException {
        String text = template.replace("@WORK@", scratch.toString());
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        // Comments may speak of placeholders.
        if (text.lines().anyMatch(line -> !line.startsWith("#") && line.matches(".*@[A-Z_]+@.*"))) {
            throw new IOException("a template has a placeholder without a value");
        }
        return text;
    }

    /// The configurations name a certificate; no TLS is measured here.
    private void certificate() throws IOException, InterruptedException {
        Path certificate = children.scratch().resolve("tls/cert.pem");
        if (!Files.exists(certificate)) {
            Certificate.make(children, certificate, children.scratch().resolve("tls/key.pem"));
        }
    }

    private void awaitPort(String name, Process process, int port) throws IOException, InterruptedException {
        await(name, process, START, () -> Ports.accepts(port));
    }

    private void await(String name, Process process, Duration patience, BooleanSupplier started)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (!started.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new IOException(name + " ended while it was starting:\n" + children.tail(name));
            }
            if (System.nanoTime() > until) {
                throw new IOException(
                        name + " did not start within " + patience.toSeconds() + " s:\n" + children.tail(name));
            }
            Thread.sleep(20);
        }
    }

    private boolean answers(URI uri) {
        try {
            return client.send(
                                    HttpRequest.newBuilder(uri)
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
