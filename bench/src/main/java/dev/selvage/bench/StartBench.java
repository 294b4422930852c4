package dev.selvage.bench;

import com.sun.net.httpserver.HttpServer;
import dev.selvage.bench.process.Children;
import dev.selvage.bench.process.Ports;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import dev.selvage.bench.report.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How long `./selvage up` takes until it is ready, measured from outside: from the start of the launcher's process to
/// the first 200 of `/health/ready`, and then it must answer from its cache.
final class StartBench {
    static final int STARTS = 7;
    private static final double TARGET_SECONDS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final byte[] BODY = "hello".getBytes(StandardCharsets.US_ASCII);

    private StartBench() {}

    static List<Figure> run(Path home, String command, PrintStream out) throws IOException, InterruptedException {
        HttpServer origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext("/", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().set("Cache-Control", "public, max-age=3600");
                exchange.sendResponseHeaders(200, BODY.length);
                exchange.getResponseBody().write(BODY);
            }
        });
        origin.start();
        try (Children children = Children.inScratch()) {
            Figure machine = Machine.figure(List.of(), command);
            int port = origin.getAddress().getPort();
            out.println("  one start that does not count (it may build)");
            start(children, home, port, children.scratch().resolve("kept"));
            List<Double> fresh = new ArrayList<>();
            List<Double> kept = new ArrayList<>();
            for (int i = 0; i < STARTS; i++) {
                fresh.add(start(children, home, port, children.scratch().resolve("fresh-" + i)));
                kept.add(start(children, home, port, children.scratch().resolve("kept")));
                out.println(String.format(
                        Locale.ROOT,
                        "  start %d of %d: %.2f s with a new data directory, %.2f s with a used one",
                        i + 1,
                        STARTS,
                        fresh.getLast(),
                        kept.getLast()));
            }
            return List.of(
                    machine,
                    figure("start to ready, new data directory", fresh, command),
                    figure("start to ready, used data directory", kept, command));
        } finally {
            origin.stop(0);
        }
    }

    static Figure figure(String what, List<Double> seconds, String command) {
        List<Double> sorted = seconds.stream().sorted().toList();
        String scale = String.format(
                Locale.ROOT,
                "median of %d starts; fastest %.2f s, slowest %.2f s",
                sorted.size(),
                sorted.getFirst(),
                sorted.getLast());
        return new Figure(
                what, sorted.get(sorted.size() / 2), "s", Target.atMost(TARGET_SECONDS), null, scale, command);
    }

    /// Starts it, waits until it is ready, proves that it caches, and stops it; returns the seconds until ready.
    private static double start(Children children, Path home, int origin, Path data)
            throws IOException, InterruptedException {
        List<Integer> ports = Ports.free(3);
        long begun = System.nanoTime();
        Process process = children.start(
                "selvage",
                home,
                List.of(
                        home.resolve("selvage").toString(),
                        "up",
                        "http://127.0.0.1:" + origin,
                        "--data",
                        data.toString(),
                        "--http",
                        ports.get(0).toString(),
                        "--https",
                        ports.get(1).toString(),
                        "--api",
                        ports.get(2).toString()));
        try {
            while (!get(ports.get(2), "/health/ready").startsWith("HTTP/1.1 200")) {
                if (!process.isAlive() || System.nanoTime() - begun > PATIENCE.toNanos()) {
                    throw new IOException("./selvage up did not become ready:\n" + children.tail("selvage"));
                }
                Thread.sleep(5);
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            get(ports.get(0), "/");
            String second = get(ports.get(0), "/");
            if (!second.startsWith("HTTP/1.1 200")
                    || !second.toUpperCase(Locale.ROOT).contains("CF-CACHE-STATUS: HIT")) {
                throw new IOException("it was ready, but did not answer from its cache: "
                        + second.lines().findFirst().orElse("no answer"));
            }
            return seconds;
        } finally {
            children.stop(process);
        }
    }

    /// The beginning of the answer, head and body; empty when there is none.
    private static String get(int port, String path) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(16 << 10), StandardCharsets.ISO_8859_1);
        } catch (IOException notYet) {
            return "";
        }
    }
}
