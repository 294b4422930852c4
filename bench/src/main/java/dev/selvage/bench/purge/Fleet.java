package dev.selvage.bench.purge;

import com.sun.management.OperatingSystemMXBean;
import dev.selvage.bench.api.Call;
import dev.selvage.bench.api.KeepAlive;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import dev.selvage.control.Control;
import dev.selvage.control.ControlSettings;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Router;
import dev.selvage.toolkit.web.WebServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/// From the call of the API until a purge is effective at the last of very many edges, all in one process: the real API
/// over HTTP, its store on disk, its change log, and per edge what follows, applies and reports.
final class Fleet implements AutoCloseable {
    static final int EDGES = 200;
    private static final int PER_SECOND = 100;
    private static final int CALLERS = 16;
    private static final double TARGET_MILLIS = 50;
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Control control;
    private final WebServer web;
    private final String token;
    private final Arrivals arrivals = new Arrivals(EDGES);
    private final List<EdgeAgent> edges = new ArrayList<>();

    Fleet(Path directory) throws IOException {
        Metrics metrics = new Metrics();
        control = Control.open(new ControlSettings(directory, null), new Health(), metrics);
        Router router = new Router();
        control.routes(router);
        web = WebServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), router, control.fallback());
        token = Files.readString(directory.resolve("admin-token")).strip();
        for (int i = 0; i < EDGES; i++) {
            edges.add(new EdgeAgent(String.format(Locale.ROOT, "P%03d", i), control, arrivals));
        }
    }

    List<Figure> measure(int seconds, String command) throws IOException, InterruptedException {
        String zone = zone();
        run(zone, WARM_UP);
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long begun = System.nanoTime();
        Round round = run(zone, Duration.ofSeconds(seconds));
        double cores = (system.getProcessCpuTime() - cpu) / (double) (System.nanoTime() - begun);
        double perSecond = round.last.count() / (double) seconds;
        String scale = String.format(
                Locale.ROOT,
                "%d edges in one process, %d purges of a URL over HTTP at %.0f per second for %d s from %d connections,"
                        + " counted from when each was due; the API's store and the change log on disk; %s",
                EDGES,
                round.last.count(),
                perSecond,
                seconds,
                CALLERS,
                round.last.inMillis());
        return List.of(
                new Figure(
                        "API to effective at the last of " + EDGES + " edges: p99",
                        round.last.millis(0.99),
                        "ms",
                        Target.atMost(TARGET_MILLIS),
                        null,
                        scale,
                        command),
                new Figure(
                        "API to effective at the last of " + EDGES + " edges: p50",
                        round.last.millis(0.5),
                        "ms",
                        null,
                        null,
                        scale,
                        command),
                new Figure(
                        "API to effective at the last of " + EDGES + " edges: longest",
                        round.last.millis(1),
                        "ms",
                        null,
                        null,
                        scale,
                        command),
                new Figure(
                        "API to its answer: p99",
                        round.answered.millis(0.99),
                        "ms",
                        null,
                        null,
                        round.answered.inMillis(),
                        command),
                new Figure(
                        "CPU at " + PER_SECOND + " purges per second",
                        cores,
                        "cores",
                        null,
                        null,
                        "the whole process: callers, API, store, log and " + EDGES + " edges that report",
                        command));
    }

    private record Round(Samples last, Samples answered) {}

    private record Sent(String id, long due, long answered) {}

    private Round run(String zone, Duration length) throws IOException, InterruptedException {
        long each = Duration.ofSeconds(1).toNanos() * CALLERS / PER_SECOND;
        long start = System.nanoTime() + Duration.ofMillis(50).toNanos();
        List<Future<List<Sent>>> callers = new ArrayList<>();
        Round round = new Round(new Samples(), new Samples());
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
            for (int i = 0; i < CALLERS; i++) {
                long first = start + each * i / CALLERS;
                callers.add(threads.submit(() -> call(zone, first, each, start + length.toNanos())));
            }
            for (Future<List<Sent>> caller : callers) {
                for (Sent sent : caller.get()) {
                    round.answered.add(sent.answered - sent.due);
                    round.last.add(arrivals.last(sent.id, PATIENCE) - sent.due);
                }
            }
        } catch (ExecutionException failure) {
            throw new IOException("a purge failed: " + failure.getMessage(), failure);
        }
        return round;
    }

    private List<Sent> call(String zone, long first, long each, long until) throws IOException {
        List<Sent> sent = new ArrayList<>();
        try (KeepAlive api = new KeepAlive(web.port(), token)) {
            for (long due = first; due < until; due += each) {
                LockSupport.parkNanos(due - System.nanoTime());
                KeepAlive.Answer answer = api.call(new Call(
                        "POST",
                        "/zones/" + zone + "/purge_cache",
                        "{\"files\":[\"https://site.example/" + due + "\"]}"));
                long answered = System.nanoTime();
                if (answer.status() != 200) {
                    throw new IOException("the API answered " + answer.status() + ": " + answer.text());
                }
                String id = Json.read(answer.body(), JsonNode.class)
                        .at("/result/id")
                        .asString();
                sent.add(new Sent(id, due, answered));
            }
        }
        return sent;
    }

    private String zone() throws IOException {
        try (KeepAlive api = new KeepAlive(web.port(), token)) {
            String account = Json.read(api.call(Call.get("/accounts")).body(), JsonNode.class)
                    .at("/result/0/id")
                    .asString();
            KeepAlive.Answer made = api.call(
                    new Call("POST", "/zones", "{\"name\":\"site.example\",\"account\":{\"id\":\"" + account + "\"}}"));
            if (made.status() != 200) {
                throw new IOException("the API answered " + made.status() + ": " + made.text());
            }
            return Json.read(made.body(), JsonNode.class).at("/result/id").asString();
        }
    }

    @Override
    public void close() {
        edges.forEach(EdgeAgent::close);
        web.close();
        control.close();
    }
}
