package dev.selvage.bench;

import dev.selvage.bench.analytics.AnalyticsBench;
import dev.selvage.bench.analytics.GraphqlBench;
import dev.selvage.bench.api.ApiBench;
import dev.selvage.bench.edge.EdgeBench;
import dev.selvage.bench.purge.PurgeBench;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Machine;
import dev.selvage.bench.report.Results;
import dev.selvage.bench.rules.RulesBench;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `./selvage bench [NAME] [OPTIONS]`.
public final class Bench {
    private static final int MISSED = 1;
    private static final int USAGE = 2;

    /// A benchmark by name.
    private enum Named {
        ANALYTICS("a store from five requests a month to a billion a day: ingest, questions, estimates (15 minutes)"),
        API("the management API: reads and durable writes per second, lists of a million zones (4 minutes)"),
        EDGE("the edge beside nginx and Varnish: requests per second, latency, CPU, memory (4 to 6 minutes)"),
        GRAPHQL("what a query costs beside the store, small ones and hostile ones"),
        PURGE("200 edges, 10 million objects, and Varnish bans and nginx as purges and objects grow (4 minutes)"),
        RULES("1,000 rules on a zone: time of a request, of compiling, and nginx with the same rules (1 minute)"),
        START("from ./selvage up to ready, and serving from the cache");

        final String what;

        Named(String what) {
            this.what = what;
        }

        String named() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Path home;
    private final PrintStream out;
    private final PrintStream err;

    Bench(Path home, PrintStream out, PrintStream err) {
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /// Runs one benchmark of the checkout that the property `selvage.home` names, or lists them.
    public static void main(String[] arguments) {
        Path home = Path.of(System.getProperty("selvage.home", "."))
                .toAbsolutePath()
                .normalize();
        System.exit(new Bench(home, System.out, System.err).run(List.of(arguments)));
    }

    /// The exit status: 0, 1 where a target is missed or nothing could be measured, 2 where the question is wrong.
    int run(List<String> arguments) {
        if (arguments.isEmpty() || List.of("--help", "-h", "help").contains(arguments.getFirst())) {
            list(out);
            return 0;
        }
        Named benchmark = named(arguments.getFirst());
        if (benchmark == null) {
            err.println("There is no benchmark " + arguments.getFirst() + ".");
            list(err);
            return USAGE;
        }
        try {
            Options options = Options.parse(arguments.subList(1, arguments.size()));
            double load = Machine.loadAverage();
            if (load > 0.25 * Runtime.getRuntime().availableProcessors()) {
                out.println(String.format(
                        Locale.ROOT, "Something else keeps this machine busy (load average %.2f).", load));
            }
            String command = "./selvage bench " + String.join(" ", arguments);
            return finish(benchmark.named(), measure(benchmark, options, command));
        } catch (IllegalArgumentException wrong) {
            err.println(wrong.getMessage());
            err.println(Options.HELP);
            return USAGE;
        } catch (IOException failure) {
            err.println("The benchmark could not be run: "
                    + (failure.getMessage() == null ? failure.toString() : failure.getMessage()));
            return MISSED;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return MISSED;
        }
    }

    private List<Figure> measure(Named benchmark, Options options, String command)
            throws IOException, InterruptedException {
        return switch (benchmark) {
            case ANALYTICS -> {
                if (options.only() != null || options.against() != null) {
                    throw new IllegalArgumentException("analytics takes --quick and --rounds");
                }
                yield AnalyticsBench.run(
                        new AnalyticsBench.Plan(
                                home, options.rounds(), options.given().contains("--quick"), command),
                        out);
            }
            case API -> {
                if (options.only() != null || options.against() != null) {
                    throw new IllegalArgumentException("api takes --quick, --rounds, --seconds and --zones");
                }
                yield ApiBench.run(
                        new ApiBench.Plan(home, options.rounds(), options.seconds(), options.zones(), command), out);
            }
            case EDGE ->
                EdgeBench.run(
                        new EdgeBench.Plan(
                                home, options.rounds(), options.seconds(), options.only(), options.against(), command),
                        out);
            case GRAPHQL -> {
                if (options.only() != null || options.against() != null) {
                    throw new IllegalArgumentException("graphql takes --quick and --rounds");
                }
                yield GraphqlBench.run(options.rounds(), command, out);
            }
            case PURGE -> {
                if (options.only() != null || options.against() != null) {
                    throw new IllegalArgumentException("purge takes --quick and --seconds");
                }
                yield PurgeBench.run(
                        new PurgeBench.Plan(
                                home, 10 * options.seconds(), options.given().contains("--quick"), command),
                        out);
            }
            case RULES -> {
                if (options.only() != null || options.against() != null) {
                    throw new IllegalArgumentException("rules takes --quick, --rounds and --seconds");
                }
                yield RulesBench.run(options.rounds(), options.seconds(), command, out);
            }
            case START -> {
                if (!options.given().isEmpty()) {
                    throw new IllegalArgumentException("start takes no options");
                }
                yield StartBench.run(home, command, out);
            }
        };
    }

    /// Shows and keeps the figures; 1 where one misses its target, or none was measured.
    int finish(String name, List<Figure> figures) throws IOException {
        out.println();
        Results.print(figures, out);
        if (figures.stream().noneMatch(figure -> figure.value() != null)) {
            out.println();
            out.println("Nothing was measured, so no results are written.");
            return MISSED;
        }
        Path file = Results.write(home.resolve("bench").resolve("results"), name, figures);
        out.println();
        out.println("Written to " + home.relativize(file));
        return figures.stream().anyMatch(Figure::missed) ? MISSED : 0;
    }

    private static @Nullable Named named(String name) {
        for (Named benchmark : Named.values()) {
            if (benchmark.named().equals(name)) {
                return benchmark;
            }
        }
        return null;
    }

    private static void list(PrintStream to) {
        to.println("./selvage bench NAME [OPTIONS]");
        to.println();
        for (Named benchmark : Named.values()) {
            to.println(String.format(Locale.ROOT, "  %-9s %s", benchmark.named(), benchmark.what));
        }
        to.println();
        to.println(Options.HELP);
    }
}
