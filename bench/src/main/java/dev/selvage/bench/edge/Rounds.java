package dev.selvage.bench.edge;

import dev.selvage.bench.edge.Contender.Running;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// Measures contenders in turns.
///
/// Each round measures every contender once, and the next round begins with another one, so that whatever else the
/// machine does meets all of them. A measurement in which the origin was asked or a request failed is not one: it is
/// repeated, a few times.
final class Rounds {
    static final int ATTEMPTS = 3;

    /// @param cpuPerMillion CPU seconds per million requests
    record Measured(double requestsPerSecond, double p50Micros, double p99Micros, double cpuPerMillion) {}

    /// What all rounds of one contender came to.
    ///
    /// @param refused why some did not count
    record Outcome(List<Measured> rounds, List<String> refused) {
        Outcome {
            rounds = List.copyOf(rounds);
            refused = List.copyOf(refused);
        }

        /// Each figure's median by itself; NaN where nothing counted.
        Measured medians() {
            return new Measured(
                    median(rounds.stream()
                            .mapToDouble(Measured::requestsPerSecond)
                            .toArray()),
                    median(rounds.stream().mapToDouble(Measured::p50Micros).toArray()),
                    median(rounds.stream().mapToDouble(Measured::p99Micros).toArray()),
                    median(rounds.stream().mapToDouble(Measured::cpuPerMillion).toArray()));
        }
    }

    private final Generator generator;
    private final Origin origin;
    private final Consumer<String> progress;

    Rounds(Generator generator, Origin origin, Consumer<String> progress) {
        this.generator = generator;
        this.origin = origin;
        this.progress = progress;
    }

    /// Measures `load`, after one round that does not count.
    Map<String, Outcome> measure(Load load, List<Running> contenders, int rounds, int seconds)
            throws IOException, InterruptedException {
        Map<String, List<Measured>> measured = new LinkedHashMap<>();
        Map<String, List<String>> refused = new LinkedHashMap<>();
        for (Running contender : contenders) {
            measured.put(contender.name(), new ArrayList<>());
            refused.put(contender.name(), new ArrayList<>());
            progress.accept(String.format(Locale.ROOT, "%s: warming up %s", load.name(), contender.name()));
            generator.run(load, contender.port(), seconds);
        }
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < contenders.size(); turn++) {
                Running contender = contenders.get((round + turn) % contenders.size());
                progress.accept(String.format(
                        Locale.ROOT, "%s: round %d of %d, %s", load.name(), round + 1, rounds, contender.name()));
                measure(load, contender, seconds, of(measured, contender.name()), of(refused, contender.name()));
            }
        }
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        measured.forEach((name, counted) -> outcomes.put(name, new Outcome(counted, of(refused, name))));
        return outcomes;
    }

    private void measure(Load load, Running contender, int seconds, List<Measured> measured, List<String> refused)
            throws IOException, InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long asked = origin.asked();
            double cpu = contender.cpuSeconds();
            Generator.Sample sample = generator.run(load, contender.port(), seconds);
            double used = contender.cpuSeconds() - cpu;
            asked = origin.asked() - asked;
            // wrk takes a redirect or an empty answer for a good one; their bodies are not the object's.
            boolean whole = sample.bytes() >= sample.requests() * load.size();
            if (sample.requests() > 0 && sample.errors() == 0 && whole && asked == 0) {
                measured.add(new Measured(
                        sample.requests() / sample.seconds(),
                        sample.p50Micros(),
                        sample.p99Micros(),
                        used * 1e6 / sample.requests()));
                return;
            }
            String why = String.format(
                    Locale.ROOT,
                    "%d requests, %d errors, %s bodies, the origin was asked %d times",
                    sample.requests(),
                    sample.errors(),
                    whole ? "whole" : "short",
                    asked);
            refused.add(why);
            progress.accept(load.name() + ": " + contender.name() + " does not count: " + why);
        }
    }

    private static <T> List<T> of(Map<String, List<T>> lists, String name) {
        List<T> list = lists.get(name);
        if (list == null) {
            throw new IllegalArgumentException("two contenders are called " + name);
        }
        return list;
    }

    /// NaN of nothing.
    static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
