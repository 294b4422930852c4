package dev.selvage.bench.rules;

import com.sun.management.ThreadMXBean;
import dev.selvage.bench.edge.Peers;
import dev.selvage.bench.process.Children;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import dev.selvage.bench.report.Machine;
import dev.selvage.rules.Scope;
import dev.selvage.rules.program.Evaluation;
import dev.selvage.rules.program.RuleProgram;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a thousand rules cost: a request, the time to compile them, and nginx with as many.
///
/// Times are CPU time of the thread that evaluates, so that what else the machine does is not in them.
public final class RulesBench {
    private static final double COMMON_MICROS = 1;
    private static final double WORST_MICROS = 20;
    private static final double COMPILE_MILLIS = 50;
    private static final int COMPILATIONS = 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final int rounds;
    private final int seconds;
    private final String command;
    private final PrintStream out;
    private final List<Figure> figures = new ArrayList<>();

    private RulesBench(int rounds, int seconds, String command, PrintStream out) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.command = command;
        this.out = out;
    }

    /// @param seconds of each round
    public static List<Figure> run(int rounds, int seconds, String command, PrintStream out)
            throws IOException, InterruptedException {
        return new RulesBench(rounds, seconds, command, out).run();
    }

    private List<Figure> run() throws IOException, InterruptedException {
        Optional<String> nginx = Peers.find("nginx");
        Optional<String> wrk = Peers.find("wrk");
        figures.add(Machine.figure(
                nginx.isPresent() ? List.of(Peers.said(List.of(nginx.get(), "-v"))) : List.of(), command));
        zone(Zone.common(), COMMON_MICROS);
        zone(Zone.worst(), WORST_MICROS);
        double ours = zone(Zone.comparable(), WORST_MICROS);
        if (nginx.isPresent() && wrk.isPresent()) {
            out.println("  nginx with " + Zone.MATCHES + " regular expressions and as many directories as here");
            try (Children children = Children.inScratch()) {
                List<Double> costs = new NginxRules(children, nginx.get(), wrk.get()).measure(rounds, seconds);
                double theirs = median(costs);
                add(
                        "matches and prefixes: nginx, CPU per request for the rules",
                        theirs,
                        "us",
                        null,
                        "one worker, map of 200 regular expressions and 800 location ^~, return 200; CPU time of nginx"
                                + " for a request with the rules less that without, " + spread(costs));
                add(
                        "matches and prefixes: nginx / selvage",
                        theirs / ours,
                        "ratio",
                        null,
                        "Selvage's is the time to evaluate, without a server around it");
            }
        } else {
            out.println("  nginx and wrk are not both installed: no comparison");
        }
        return figures;
    }

    private void add(String what, double value, String unit, @Nullable Target target, String scale) {
        figures.add(new Figure(what, value, unit, target, null, scale, command));
    }

    /// Measures a zone; to the microseconds that a request costs.
    private double zone(Zone zone, double target) {
        out.println("  " + zone.name() + ": " + zone.rules().size() + " rules");
        long begun = threads.getCurrentThreadCpuTime();
        RuleProgram program = RuleProgram.of(zone.rules(), Scope.REQUEST);
        double first = (threads.getCurrentThreadCpuTime() - begun) / 1e6;
        List<Double> compiling = new ArrayList<>();
        for (int i = 0; i < COMPILATIONS + rounds; i++) {
            begun = threads.getCurrentThreadCpuTime();
            program = RuleProgram.of(zone.rules(), Scope.REQUEST);
            if (i >= COMPILATIONS) {
                compiling.add((threads.getCurrentThreadCpuTime() - begun) / 1e6);
            }
        }
        add(
                zone.name() + ": compiling " + zone.rules().size() + " rules",
                median(compiling),
                "ms",
                Target.atMost(COMPILE_MILLIS),
                String.format(
                        Locale.ROOT,
                        "read and compiled; median of %d after %d before, the very first took %.0f ms; %s",
                        rounds,
                        COMPILATIONS,
                        first,
                        spread(compiling)));

        var requests = new Requests(zone);
        var evaluation = new Evaluation(requests);
        List<Double> costs = new ArrayList<>();
        long matched = 0;
        long asked = 0;
        long bytes = Long.MAX_VALUE;
        for (int round = -1; round < rounds; round++) {
            long until = System.nanoTime() + seconds * 1_000_000_000L;
            long cpu = threads.getCurrentThreadCpuTime();
            // Read after what may allocate itself.
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long count = 0;
            do {
                for (int i = 0; i < Zone.REQUESTS; i++) {
                    matched += matches(program, evaluation);
                    requests.next();
                }
                count += Zone.REQUESTS;
            } while (System.nanoTime() < until);
            if (round >= 0) {
                bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - allocated);
                costs.add((threads.getCurrentThreadCpuTime() - cpu) / 1e3 / count);
            }
            asked += count;
        }
        double micros = median(costs);
        add(
                zone.name() + ": time of a request",
                micros,
                "us",
                Target.atMost(target),
                String.format(
                        Locale.ROOT,
                        "%d rules, all that match are found, %.1f of them for a request; %d requests in turn; %s",
                        zone.rules().size(),
                        matched / (double) asked,
                        Zone.REQUESTS,
                        spread(costs)));
        add(
                zone.name() + ": memory that a round of requests allocates",
                (double) bytes,
                "bytes",
                Target.atMost(0),
                "all requests of a round of " + seconds + " s, the least of " + rounds + " rounds");
        return micros;
    }

    private static int matches(RuleProgram program, Evaluation evaluation) {
        evaluation.begin();
        int matches = 0;
        for (int i = program.next(evaluation, 0); i >= 0; i = program.next(evaluation, i + 1)) {
            matches++;
        }
        return matches;
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static String spread(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT, "%d rounds, %.2f to %.2f", sorted.size(), sorted.getFirst(), sorted.getLast());
    }
}
