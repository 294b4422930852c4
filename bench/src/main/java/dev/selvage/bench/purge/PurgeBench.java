package dev.selvage.bench.purge;

import dev.selvage.bench.edge.Peers;
import dev.selvage.bench.process.Children;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import dev.selvage.bench.report.Machine;
import dev.selvage.bench.report.Plot;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Purges: how soon they are effective at very many edges, what they cost a hit, and what becomes of the space; beside
/// Varnish and nginx.
public final class PurgeBench {
    private static final int LARGE = 10_000_000;
    private static final int SMALL = 1_000_000;
    private static final int LONGEST_SECONDS = 300;

    /// What the figures of [LargeCache] have to reach.
    private static final Map<String, Target> TARGETS = Map.of(
            "fence: cost of a hit, nothing purged of late", Target.atMost(50),
            "fence: cost of a hit, 100,000 live prefix purges, first hit", Target.atMost(500),
            "fence: cost of a hit, 100,000 live prefix purges, later hits", Target.atMost(500),
            "fence: memory of a live purge", Target.atMost(200),
            "fence: names of purges remembered after the grace time", Target.atMost(0),
            "index: memory of an object", Target.atMost(100),
            "prefix over a tenth: effective after", Target.atMost(1),
            "prefix over a tenth: reclaimed per second of the reclaimer's CPU", Target.atLeast(1_000_000),
            "prefix over a tenth: p99 of lookups while reclaiming / before", Target.atMost(1.1));

    private final Plan plan;
    private final PrintStream out;
    private final Children children;
    private final List<Figure> figures = new ArrayList<>();

    /// What to measure.
    ///
    /// @param home the checkout
    /// @param seconds of purges at a steady rate
    /// @param quick a tenth of the objects
    public record Plan(Path home, int seconds, boolean quick, String command) {}

    private PurgeBench(Plan plan, PrintStream out, Children children) {
        this.plan = plan;
        this.out = out;
        this.children = children;
    }

    public static List<Figure> run(Plan plan, PrintStream out) throws IOException, InterruptedException {
        try (Children children = Children.inScratch()) {
            return new PurgeBench(plan, out, children).run();
        }
    }

    private List<Figure> run() throws IOException, InterruptedException {
        List<String> versions = new ArrayList<>();
        Peers.find("nginx").ifPresent(nginx -> versions.add(Peers.said(List.of(nginx, "-v"))));
        Peers.find("varnishd").ifPresent(varnish -> versions.add(Peers.said(List.of(varnish, "-V"))));
        figures.add(Machine.figure(versions, plan.command()));
        out.println("  " + Fleet.EDGES + " edges for " + plan.seconds() + " s");
        try (Fleet fleet = new Fleet(children.scratch().resolve("fleet"))) {
            figures.addAll(fleet.measure(plan.seconds(), plan.command()));
        }
        large(plan.quick() ? SMALL : LARGE);
        Growth.Outcome growth = new Growth(children, plan.command(), out).measure();
        figures.addAll(growth.figures());
        if (!growth.panels().isEmpty()) {
            Path plot = plan.home().resolve("bench/results/purge.svg");
            Files.createDirectories(plot.getParent());
            Files.writeString(plot, Plot.svg(growth.panels()));
            out.println("  drawn: " + plan.home().relativize(plot));
        }
        return figures;
    }

    private void large(int objects) throws IOException, InterruptedException {
        out.println(String.format(Locale.ROOT, "  %,d objects in a cache of their own process", objects));
        String java = ProcessHandle.current().info().command().orElse("java");
        int heap = 1 + objects / 800_000;
        String said = children.run(
                "large-cache",
                children.scratch(),
                List.of(
                        java,
                        "-Xms" + heap + "g",
                        "-Xmx" + heap + "g",
                        "-Xmn512m",
                        "-XX:+UseParallelGC",
                        "-XX:MaxDirectMemorySize=512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeCache.class.getName(),
                        Integer.toString(objects)),
                LONGEST_SECONDS);
        for (String line : said.lines().toList()) {
            if (line.startsWith("figure ")) {
                String[] parts = line.substring("figure ".length()).split("\\|", 4);
                figures.add(new Figure(
                        parts[0],
                        Double.valueOf(parts[1]),
                        parts[2],
                        TARGETS.get(parts[0]),
                        null,
                        parts[3] + "; heap " + heap + " GiB",
                        plan.command()));
            }
        }
    }
}
