package dev.selvage.bench.edge;

import dev.selvage.bench.edge.Contender.Running;
import dev.selvage.bench.process.Children;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Measures the edge beside the peers that are installed.
public final class EdgeBench {
    /// How to measure.
    ///
    /// @param home the checkout whose edge is measured
    /// @param only the name of the one load to measure; null for all
    /// @param against another checkout to measure too; null for none
    /// @param command what the person typed, for the record
    public record Plan(
            Path home,
            int rounds,
            int seconds,
            @Nullable String only,
            @Nullable Path against,
            String command) {}

    /// The most seconds of load that a fresh JVM gets before anything counts.
    private static final int JIT_SECONDS = 10;

    static final String OURS = "selvage";

    private final Plan plan;
    private final PrintStream out;

    private EdgeBench(Plan plan, PrintStream out) {
        this.plan = plan;
        this.out = out;
    }

    /// The names that `--only` knows.
    public static List<String> loads() {
        return Load.all().stream().map(Load::name).toList();
    }

    /// Runs the benchmark.
    ///
    /// Without nginx, which is the origin too, or without wrk nothing can be measured: then the
    /// figures with targets are returned without values.
    ///
    /// @throws IllegalArgumentException when there is no such load
    /// @throws IOException when a contender does not start, or does not serve the origin's bytes from its cache
    public static List<Figure> run(Plan plan, PrintStream out) throws IOException, InterruptedException {
        List<Load> loads = Load.all().stream()
                .filter(load -> plan.only() == null || load.name().equals(plan.only()))
                .toList();
        if (loads.isEmpty()) {
            throw new IllegalArgumentException("no load " + plan.only() + "; there are " + String.join(", ", loads()));
        }
        return new EdgeBench(plan, out).run(loads);
    }

    private List<Figure> run(List<Load> loads) throws IOException, InterruptedException {
        Optional<String> nginx = Peers.find("nginx");
        Optional<String> varnish = Peers.find("varnishd");
        Optional<String> wrk = Peers.find("wrk");
        installed("nginx", "nginx", nginx);
        installed("Varnish", "varnish", varnish);
        installed("wrk", "wrk", wrk);
        if (nginx.isEmpty() || wrk.isEmpty()) {
            return EdgeFigures.of(loads, Map.of(), Map.of(), plan.rounds(), plan.seconds(), plan.command());
        }
        try (Children children = Children.inScratch();
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build()) {
            var peers = new Peers(children, client);
            List<Contender> contenders = new ArrayList<>();
            contenders.add(peers.selvage(OURS, plan.home()));
            if (plan.against() != null) {
                contenders.add(peers.selvage(OURS + "-before", plan.against()));
            }
            contenders.add(peers.nginx("nginx", nginx.get()));
            varnish.ifPresent(program -> contenders.add(peers.varnish(program)));
            NginxOrigin origin = peers.origin(nginx.get(), loads);
            var generator = new Wrk(children, wrk.get());
            List<Figure> figures = new ArrayList<>();
            figures.add(machine(contenders, wrk.get()));
            figures.addAll(measure(contenders, loads, origin, generator, new SameBytes(client, origin, origin.port())));
            return figures;
        }
    }

    private List<Figure> measure(
            List<Contender> contenders, List<Load> loads, NginxOrigin origin, Generator generator, SameBytes sameBytes)
            throws IOException, InterruptedException {
        List<Running> running = new ArrayList<>();
        for (Contender contender : contenders) {
            say("starting " + contender.name());
            Running started = contender.start(origin.port());
            running.add(started);
            say("comparing every object of " + contender.name() + " with the origin's");
            sameBytes.prove(started, loads);
        }
        for (Running contender : running) {
            if (contender.name().startsWith(OURS)) {
                int seconds = Math.min(JIT_SECONDS, 2 * plan.rounds() * plan.seconds());
                say("letting " + contender.name() + " compile, " + seconds + " s");
                generator.run(loads.getLast(), contender.port(), seconds);
            }
        }
        Map<String, Map<String, Rounds.Outcome>> outcomes = new LinkedHashMap<>();
        Map<String, Long> memory = new LinkedHashMap<>();
        var rounds = new Rounds(generator, origin, this::say);
        for (Load load : loads) {
            Map<String, Rounds.Outcome> outcome = rounds.measure(load, running, plan.rounds(), plan.seconds());
            outcomes.put(load.name(), outcome);
            out.println();
            EdgeFigures.table(load, outcome).forEach(out::println);
            out.println();
            if (load.name().equals("zipf")) {
                for (Running contender : running) {
                    memory.put(contender.name(), contender.residentBytes());
                }
            }
        }
        return EdgeFigures.of(loads, outcomes, memory, plan.rounds(), plan.seconds(), plan.command());
    }

    private void installed(String name, String debian, Optional<String> program) {
        if (program.isEmpty()) {
            out.println(
                    name + " is not installed, so its figures are not measured; on Debian: apt-get install " + debian);
        }
    }

    private void say(String what) {
        out.println("  " + what);
        out.flush();
    }

    private Figure machine(List<Contender> contenders, String wrk) {
        List<String> versions = new ArrayList<>();
        for (Contender contender : contenders) {
            if (!contender.name().startsWith(OURS)) {
                versions.add(contender.version());
            }
        }
        versions.add(
                Peers.said(List.of(wrk, "-v")).replaceAll("Copyright.*", "").strip());
        return Machine.figure(versions, plan.command());
    }
}
