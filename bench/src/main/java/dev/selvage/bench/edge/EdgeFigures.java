package dev.selvage.bench.edge;

import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns outcomes into figures and tables.
final class EdgeFigures {
    private static final String NGINX = "nginx";

    /// What the edge has to reach on a load, as ratios to nginx in the same run.
    private record Targets(Target requests, Target cpu) {}

    private static final Map<String, Targets> TARGETS = Map.of(
            "1k", new Targets(Target.atLeast(1.0), Target.atMost(0.9)),
            "zipf", new Targets(Target.atLeast(1.2), Target.atMost(0.8)));

    private EdgeFigures() {}

    /// @param outcomes by load and contender; a load that is missing was not measured
    /// @param memory bytes, by contender, after the Zipf load
    static List<Figure> of(
            List<Load> loads,
            Map<String, Map<String, Rounds.Outcome>> outcomes,
            Map<String, Long> memory,
            int rounds,
            int seconds,
            String command) {
        List<Figure> figures = new ArrayList<>();
        for (Load load : loads) {
            Map<String, Rounds.Outcome> outcome = outcomes.getOrDefault(load.name(), Map.of());
            var of = new OfLoad(load, outcome, scale(load, rounds, seconds), command);
            Targets targets = TARGETS.get(load.name());
            figures.add(of.figure("requests per second", "req/s", Rounds.Measured::requestsPerSecond));
            figures.add(of.ratio(
                    "requests per second / nginx",
                    targets == null ? null : targets.requests(),
                    Rounds.Measured::requestsPerSecond));
            figures.add(of.figure("p50", "µs", Rounds.Measured::p50Micros));
            figures.add(of.figure("p99", "µs", Rounds.Measured::p99Micros));
            figures.add(of.figure("CPU per million requests", "s", Rounds.Measured::cpuPerMillion));
            figures.add(of.ratio(
                    "CPU per million requests / nginx",
                    targets == null ? null : targets.cpu(),
                    Rounds.Measured::cpuPerMillion));
            if (load.name().equals("zipf")) {
                figures.add(new Figure(
                        "zipf: resident memory afterwards",
                        mebibytes(memory.get(EdgeBench.OURS)),
                        "MiB",
                        null,
                        memory.entrySet().stream()
                                .filter(entry -> !entry.getKey().equals(EdgeBench.OURS))
                                .map(entry -> entry.getKey() + " "
                                        + String.format(Locale.ROOT, "%.1f", mebibytes(entry.getValue())))
                                .collect(Collectors.joining(", ")),
                        scale(load, rounds, seconds),
                        command));
            }
        }
        return figures;
    }

    /// The medians of every contender on a load, for people.
    static List<String> table(Load load, Map<String, Rounds.Outcome> outcome) {
        List<String> lines = new ArrayList<>();
        lines.add(load.label());
        lines.add(String.format(
                Locale.ROOT,
                "  %-16s %10s %7s %9s %9s %10s %7s %7s",
                "",
                "req/s",
                "/nginx",
                "p50 µs",
                "p99 µs",
                "CPU s/M",
                "/nginx",
                "rounds"));
        Rounds.Outcome nginx = outcome.get(NGINX);
        outcome.forEach((name, contender) -> {
            Rounds.Measured medians = contender.medians();
            Rounds.Measured anchor =
                    nginx == null ? new Rounds.Outcome(List.of(), List.of()).medians() : nginx.medians();
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-16s %,10.0f %7.2f %,9.0f %,9.0f %10.2f %7.2f %7d",
                    name,
                    medians.requestsPerSecond(),
                    medians.requestsPerSecond() / anchor.requestsPerSecond(),
                    medians.p50Micros(),
                    medians.p99Micros(),
                    medians.cpuPerMillion(),
                    medians.cpuPerMillion() / anchor.cpuPerMillion(),
                    contender.rounds().size()));
        });
        return lines;
    }

    private record OfLoad(Load load, Map<String, Rounds.Outcome> outcome, String scale, String command) {
        Figure figure(String what, String unit, ToDoubleFunction<Rounds.Measured> part) {
            String peers = outcome.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals(EdgeBench.OURS))
                    .map(entry -> entry.getKey() + " "
                            + shown(part.applyAsDouble(entry.getValue().medians())))
                    .collect(Collectors.joining(", "));
            return new Figure(
                    load.name() + ": " + what,
                    measured(median(EdgeBench.OURS, part)),
                    unit,
                    null,
                    peers.isEmpty() ? null : peers,
                    scale,
                    command);
        }

        Figure ratio(String what, @Nullable Target target, ToDoubleFunction<Rounds.Measured> part) {
            String others = outcome.keySet().stream()
                    .filter(name -> !name.equals(EdgeBench.OURS))
                    .map(name -> name + " " + shown(median(name, part) / median(NGINX, part)))
                    .collect(Collectors.joining(", "));
            return new Figure(
                    load.name() + ": " + what,
                    measured(median(EdgeBench.OURS, part) / median(NGINX, part)),
                    "x",
                    target,
                    others.isEmpty() ? null : others,
                    scale,
                    command);
        }

        private double median(String contender, ToDoubleFunction<Rounds.Measured> part) {
            Rounds.Outcome of = outcome.get(contender);
            return of == null ? Double.NaN : part.applyAsDouble(of.medians());
        }
    }

    private static String scale(Load load, int rounds, int seconds) {
        return String.format(
                Locale.ROOT,
                "%s; %,d objects; medians of %d interleaved rounds of %d s; wrk, 1 thread, %d connections",
                load.label(),
                load.paths().size(),
                rounds,
                seconds,
                Wrk.CONNECTIONS);
    }

    private static String shown(double value) {
        return Double.isFinite(value)
                ? String.format(Locale.ROOT, value >= 1_000 ? "%,.0f" : "%.2f", value)
                : "not measured";
    }

    private static @Nullable Double measured(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static @Nullable Double mebibytes(@Nullable Long bytes) {
        return bytes == null ? null : bytes / (double) (1 << 20);
    }
}
