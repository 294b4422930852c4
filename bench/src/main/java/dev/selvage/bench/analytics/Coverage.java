package dev.selvage.bench.analytics;

import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// How often 95 % intervals hold the truth, and how often a top ten is right: simulated with the
/// sampler's and the estimates' own code, over zones of 1 to 10^9 requests and groups of 1 to 10^6 rows.
public final class Coverage {
    private static final long SEED = 20260203;
    private static final int TIMES = 2_000;
    /// A cell that covers less at first is measured again, afresh and as many times more often: of
    /// hundreds of cells the lowest is else the unluckiest one.
    private static final double DOUBTFUL = 0.943;

    private static final int AFRESH = 6;
    private static final long LEAST_ROWS = 10;
    private static final double ENOUGH_ROWS = 500;
    private static final List<Double> TENTHS = List.of(5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3);

    private Coverage() {}

    /// What to measure.
    ///
    /// @param home the checkout
    public record Plan(Path home, String command) {}

    /// Simulates the whole grid and draws it into `bench/results`.
    public static List<Figure> run(Plan plan, PrintStream out) throws IOException {
        List<Cell> grid = grid(6, 9);
        List<Cell.Outcome> outcomes = new ArrayList<>();
        for (Cell cell : grid) {
            outcomes.add(measure(cell, TIMES));
            if (outcomes.size() % 100 == 0) {
                out.println("  coverage: " + outcomes.size() + " of " + grid.size() + " cells");
            }
        }
        List<TopTen.Outcome> tops = new ArrayList<>();
        for (ByteSizes sizes : distributions()) {
            for (boolean byBytes : new boolean[] {false, true}) {
                for (double rows : TENTHS) {
                    tops.add(new TopTen(sizes, byBytes, rows)
                            .measure(new SplittableRandom(SEED), (int) Math.clamp(1e6 / rows, 500, 2_000)));
                }
                out.println("  top ten by " + (byBytes ? "bytes" : "requests") + ", " + sizes.name);
            }
        }
        Path results = plan.home().resolve("bench/results");
        Files.createDirectories(results);
        Files.writeString(results.resolve("analytics-coverage.svg"), Chart.svg(coverage(outcomes)));
        Files.writeString(results.resolve("analytics-top.svg"), Chart.svg(tops(tops)));
        out.println("  drawn: bench/results/analytics-coverage.svg, bench/results/analytics-top.svg");
        List<Figure> figures = new ArrayList<>(figures(outcomes, plan.command()));
        figures.addAll(topFigures(tops, plan.command()));
        return figures;
    }

    static List<ByteSizes> distributions() {
        return List.of(ByteSizes.lognormal(2), ByteSizes.pareto(1.2));
    }

    /// @param rows the most in a group, as a power of ten
    /// @param zones the most requests of a zone, as a power of ten
    static List<Cell> grid(int rows, int zones) {
        List<Cell> cells = new ArrayList<>();
        for (ByteSizes sizes : distributions()) {
            for (Cell.Scheme scheme : Cell.Scheme.values()) {
                for (int zone = 0; zone <= zones; zone++) {
                    for (int row = 0; row <= rows; row++) {
                        for (Share share : Share.values()) {
                            Cell cell = new Cell(
                                    scheme,
                                    sizes,
                                    Math.pow(10, zone),
                                    share.share,
                                    Math.pow(10, row),
                                    share.calibrated);
                            if (cell.fits()) {
                                cells.add(cell);
                            }
                        }
                    }
                }
            }
        }
        return cells;
    }

    /// How much of a zone a group is, and whether its estimate is calibrated.
    private enum Share {
        ALL(1, false),
        HUNDREDTH(0.01, false),
        MOST(0.9, true),
        CALIBRATED_HUNDREDTH(0.01, true);

        private final double share;
        private final boolean calibrated;

        Share(double share, boolean calibrated) {
            this.share = share;
            this.calibrated = calibrated;
        }
    }

    static Cell.Outcome measure(Cell cell, int times) {
        Cell.Outcome outcome = cell.measure(new SplittableRandom(SEED), cell.times(times));
        if (cell.whole() || Math.min(outcome.count().coverage(), outcome.sum().coverage()) >= DOUBTFUL) {
            return outcome;
        }
        return cell.measure(new SplittableRandom(SEED + 1), AFRESH * cell.times(times));
    }

    static double worst(List<Cell.Outcome> outcomes, Predicate<Cell> which) {
        return held(outcomes, which).mapToDouble(Cell.Held::coverage).min().orElseThrow();
    }

    static double mean(List<Cell.Outcome> outcomes, Predicate<Cell> which) {
        return held(outcomes, which.and(cell -> cell.rows() >= LEAST_ROWS))
                .mapToDouble(Cell.Held::coverage)
                .average()
                .orElseThrow();
    }

    private static Stream<Cell.Held> held(List<Cell.Outcome> outcomes, Predicate<Cell> which) {
        return outcomes.stream()
                .filter(outcome -> !outcome.cell().whole() && which.test(outcome.cell()))
                .flatMap(outcome -> Stream.of(outcome.count(), outcome.sum()));
    }

    static boolean usual(Cell cell) {
        return cell.scheme() != Cell.Scheme.SMALL;
    }

    private static List<Figure> figures(List<Cell.Outcome> outcomes, String command) {
        String scale = String.format(
                Locale.ROOT,
                "%d cells, each %,d samples or more: zones of 1 to 10^9 requests, groups of 1 to 10^6 rows, %s and %s",
                outcomes.size(),
                TIMES,
                distributions().get(0).name,
                distributions().get(1).name);
        double mean = 100 * mean(outcomes, Coverage::usual);
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure(
                "coverage of 95 % intervals: worst cell",
                100 * worst(outcomes, _ -> true), "%", Target.atLeast(93), null, scale, command));
        String many = "coverage of 95 % intervals: mean of the cells with 10 rows or more, ";
        figures.add(new Figure(many + "not too low", mean, "%", Target.atLeast(93), null, scale, command));
        figures.add(new Figure(many + "not too wide", mean, "%", Target.atMost(97), null, scale, command));
        figures.add(new Figure(
                "answers labelled exact that are not",
                (double) outcomes.stream().mapToLong(Cell.Outcome::mislabelled).sum(),
                "answers",
                Target.atMost(0),
                null,
                scale,
                command));
        for (Cell.Scheme scheme : Cell.Scheme.values()) {
            String name = "coverage, " + scheme.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": ";
            Predicate<Cell> which = cell -> cell.scheme() == scheme;
            figures.add(new Figure(name + "worst", 100 * worst(outcomes, which), "%", null, null, scale, command));
            figures.add(new Figure(
                    name + "mean of 10 rows or more", 100 * mean(outcomes, which), "%", null, null, scale, command));
        }
        for (double rows = 1; rows <= 1e6; rows *= 10) {
            double each = rows;
            figures.add(new Figure(
                    String.format(Locale.ROOT, "width of an interval beside the truth at %,.0f rows, one rate", rows),
                    held(
                                    outcomes,
                                    cell -> cell.rows() == each
                                            && !cell.calibrated()
                                            && cell.scheme() == Cell.Scheme.ONE_RATE)
                            .mapToDouble(Cell.Held::width)
                            .average()
                            .orElseThrow(),
                    "",
                    null,
                    null,
                    scale,
                    command));
        }
        return figures;
    }

    private static List<Figure> topFigures(List<TopTen.Outcome> tops, String command) {
        List<Figure> figures = new ArrayList<>();
        String scale = "1,000 groups, Zipf, 500 to 2,000 samples of each size";
        for (boolean byBytes : new boolean[] {false, true}) {
            String by = "top 10 by " + (byBytes ? "bytes" : "requests") + ": ";
            for (double rows : TENTHS) {
                figures.add(new Figure(
                        String.format(Locale.ROOT, "%sright where the tenth has %,.0f rows", by, rows),
                        100 * worst(tops, byBytes, rows, TopTen.Outcome::share),
                        "%",
                        rows >= ENOUGH_ROWS ? Target.atLeast(99) : null,
                        null,
                        scale,
                        command));
            }
            figures.add(new Figure(
                    by + "right where the tenth has 500 rows or more, mean of these",
                    100
                            * tops.stream()
                                    .filter(top -> top.byBytes() == byBytes && top.rows() >= ENOUGH_ROWS)
                                    .mapToDouble(TopTen.Outcome::share)
                                    .average()
                                    .orElseThrow(),
                    "%",
                    null,
                    null,
                    scale,
                    command));
            figures.add(new Figure(
                    by + "wrong and not marked as overlapping, of all items",
                    100
                            * tops.stream()
                                    .filter(top -> top.byBytes() == byBytes)
                                    .mapToDouble(top -> (double) top.unmarked() / top.items())
                                    .max()
                                    .orElseThrow(),
                    "%",
                    Target.atMost(1),
                    null,
                    scale,
                    command));
        }
        return figures;
    }

    private static double worst(
            List<TopTen.Outcome> tops, boolean byBytes, double rows, ToDoubleFunction<TopTen.Outcome> share) {
        return tops.stream()
                .filter(top -> top.byBytes() == byBytes && top.rows() == rows)
                .mapToDouble(share)
                .min()
                .orElseThrow();
    }

    private static List<Chart.Panel> coverage(List<Cell.Outcome> outcomes) {
        return List.of(
                coverage(
                        "Coverage of 95 % intervals of counts",
                        outcomes, outcome -> outcome.count().coverage()),
                coverage(
                        "Coverage of 95 % intervals of sums of bytes",
                        outcomes, outcome -> outcome.sum().coverage()));
    }

    private static Chart.Panel coverage(
            String title, List<Cell.Outcome> outcomes, ToDoubleFunction<Cell.Outcome> share) {
        return new Chart.Panel(
                title,
                "rows expected in the group",
                0.9,
                List.of(0.93, 0.95, 0.97),
                distributions().stream()
                        .map(sizes -> new Chart.Series(
                                sizes.name,
                                outcomes.stream()
                                        .filter(outcome ->
                                                outcome.cell().sizes().name.equals(sizes.name)
                                                        && !outcome.cell().whole())
                                        .map(outcome ->
                                                new Chart.Point(outcome.cell().rows(), share.applyAsDouble(outcome)))
                                        .toList()))
                        .toList());
    }

    private static List<Chart.Panel> tops(List<TopTen.Outcome> tops) {
        List<Chart.Series> series = new ArrayList<>();
        for (ByteSizes sizes : distributions()) {
            for (boolean byBytes : new boolean[] {false, true}) {
                series.add(new Chart.Series(
                        (byBytes ? "bytes, " : "requests, ") + sizes.name,
                        tops.stream()
                                .filter(top -> top.byBytes() == byBytes
                                        && top.sizes().name.equals(sizes.name))
                                .map(top -> new Chart.Point(top.rows(), top.share()))
                                .toList()));
            }
        }
        return List.of(new Chart.Panel(
                "Items of a top 10 that belong there", "rows expected of the tenth", 0.5, List.of(0.99), series));
    }
}
