package dev.selvage.bench.purge;

import dev.selvage.bench.edge.Peers;
import dev.selvage.bench.process.Children;
import dev.selvage.bench.process.Ports;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Plot;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What purges by prefix cost here, in Varnish and in nginx, as their number and that of the objects grow by tens.
final class Growth {
    static final List<Integer> OBJECTS = List.of(1_000, 10_000, 100_000);
    static final List<Integer> PURGES = List.of(1, 10, 100, 1_000, 10_000);

    /// Objects that are asked for after purges.
    private static final int ASKED = 1_000;

    private static final int HITS = 10_000;
    private static final int DIRECTORIES = 10;

    private final Children children;
    private final String command;
    private final PrintStream out;

    /// What one cache showed, by number of purges or objects.
    ///
    /// @param effective milliseconds until a purge of a tenth of the objects is effective
    /// @param first microseconds of the first hits after so many purges
    /// @param later microseconds of the hits after those
    private record Shown(Map<Integer, Double> effective, Map<Integer, Samples> first, Map<Integer, Samples> later) {}

    Growth(Children children, String command, PrintStream out) {
        this.children = children;
        this.command = command;
        this.out = out;
    }

    /// Starts a cache.
    private interface Start {
        Site with(int originPort) throws IOException, InterruptedException;
    }

    /// Figures, and what to draw.
    record Outcome(List<Figure> figures, List<Plot.Panel> panels) {}

    Outcome measure() throws IOException, InterruptedException {
        Optional<String> nginx = Peers.find("nginx");
        Optional<String> varnish = Peers.find("varnishd");
        if (nginx.isEmpty()) {
            out.println("  nginx is not installed: it is the origin, and there is no comparison");
            return new Outcome(List.of(), List.of());
        }
        Map<String, Shown> shown = new LinkedHashMap<>();
        int origin = Ports.free(1).getFirst();
        Process process = NginxSite.start(
                children, nginx.get(), "purge-origin", origin, Map.of("P_ORIGIN", Integer.toString(origin)));
        try {
            show(shown, port -> new SelvageSite(children.scratch().resolve("selvage"), port), origin);
            show(shown, port -> new NginxSite(children, nginx.get(), port), origin);
            if (varnish.isPresent()) {
                show(shown, port -> new VarnishSite(children, varnish.get(), port), origin);
            }
        } finally {
            children.stop(process);
        }
        return new Outcome(figures(shown), panels(shown));
    }

    private void show(Map<String, Shown> shown, Start start, int origin) throws IOException, InterruptedException {
        try (Site site = start.with(origin);
                Visitor visitor = new Visitor(site.port())) {
            long begun = System.nanoTime();
            shown.put(site.name(), show(site, visitor));
            out.println(String.format(
                    Locale.ROOT, "  growth: %s in %.0f s", site.name(), (System.nanoTime() - begun) / 1e9));
        }
    }

    private static String path(int object) {
        return "/d" + object % DIRECTORIES + "/object-" + object;
    }

    private static Shown show(Site site, Visitor visitor) throws IOException, InterruptedException {
        Shown shown = new Shown(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        int purged = 0;
        for (int objects : OBJECTS) {
            visitor.getAll(IntStream.range(0, objects).mapToObj(Growth::path).toList());
            // Twice: nginx stores the first answers while they are sent.
            String covered = "/d" + purged;
            String before = visitor.get(path(purged));
            String kept = visitor.get(path(DIRECTORIES - 1));
            long begun = System.nanoTime();
            site.purge(List.of(covered));
            shown.effective.put(objects, (System.nanoTime() - begun) / 1e6);
            if (visitor.get(path(purged)).equals(before)
                    || !visitor.get(path(DIRECTORIES - 1)).equals(kept)) {
                throw new IOException(site.name() + " did not purge what it should, or more");
            }
            purged++;
        }
        List<String> asked = IntStream.range(0, ASKED)
                .map(i -> i * DIRECTORIES + DIRECTORIES - 1)
                .mapToObj(Growth::path)
                .toList();
        hits(visitor, asked, HITS);
        int done = 0;
        for (int purges : PURGES) {
            if (purges > site.mostPurges()) {
                break;
            }
            site.purge(
                    IntStream.range(done, purges).mapToObj(i -> "/d9/none-" + i).toList());
            done = purges;
            shown.first.put(purges, hits(visitor, asked, ASKED));
            shown.later.put(purges, hits(visitor, asked, HITS));
        }
        return shown;
    }

    private static Samples hits(Visitor visitor, List<String> paths, int count) throws IOException {
        Samples samples = new Samples();
        for (int i = 0; i < count; i++) {
            String path = paths.get(i % paths.size());
            long begun = System.nanoTime();
            visitor.get(path);
            samples.add(System.nanoTime() - begun);
        }
        return samples;
    }

    // ---- what it comes to

    private List<Figure> figures(Map<String, Shown> shown) {
        List<Figure> figures = new ArrayList<>();
        for (int objects : OBJECTS) {
            figures.add(figure(
                    String.format(Locale.ROOT, "%,d objects: a prefix over a tenth effective after", objects),
                    "ms",
                    shown,
                    each -> each.effective.get(objects),
                    "Selvage: from the append to the change log on disk; Varnish: a ban over its command line; nginx:"
                            + " every file of its cache opened, removed where the key fits"));
        }
        for (int purges : PURGES) {
            figures.add(hit(purges, "first hit of an object after them", shown, each -> each.first.get(purges)));
            figures.add(hit(purges, "later hits", shown, each -> each.later.get(purges)));
        }
        return figures;
    }

    private Figure hit(int purges, String what, Map<String, Shown> shown, Function<Shown, @Nullable Samples> of) {
        List<String> tails = new ArrayList<>();
        shown.forEach((name, each) -> {
            Samples samples = of.apply(each);
            if (samples != null) {
                tails.add(String.format(Locale.ROOT, "%s p99 %.0f us", name, samples.micros(0.99)));
            }
        });
        return figure(
                String.format(Locale.ROOT, "%,d purges by prefix: %s, p50", purges, what),
                "us",
                shown,
                each -> {
                    Samples samples = of.apply(each);
                    return samples == null ? null : samples.micros(0.5);
                },
                String.format(
                        Locale.ROOT,
                        "%,d of %,d objects that no purge covers, one after the other over one connection; %s",
                        ASKED,
                        OBJECTS.getLast(),
                        String.join(", ", tails)));
    }

    private interface Value {
        @Nullable
        Double of(Shown shown);
    }

    private Figure figure(String what, String unit, Map<String, Shown> shown, Value value, String scale) {
        List<String> peers = new ArrayList<>();
        Double own = null;
        for (Map.Entry<String, Shown> each : shown.entrySet()) {
            Double measured = value.of(each.getValue());
            if (each.getKey().equals("Selvage")) {
                own = measured;
            } else {
                peers.add(each.getKey() + " "
                        + (measured == null ? "not measured" : String.format(Locale.ROOT, "%.3f", measured)));
            }
        }
        return new Figure(what, own, unit, null, String.join(", ", peers), scale, command);
    }

    private static List<Plot.Panel> panels(Map<String, Shown> shown) {
        List<Plot.Line> hits = new ArrayList<>();
        List<Plot.Line> effective = new ArrayList<>();
        shown.forEach((name, each) -> {
            Map<Integer, Double> micros = new TreeMap<>();
            each.first.forEach((purges, samples) -> micros.put(purges, samples.micros(0.5)));
            hits.add(new Plot.Line(name, micros));
            effective.add(new Plot.Line(name, each.effective));
        });
        return List.of(
                new Plot.Panel("First hit of an object after purges by prefix", "purges", "microseconds, p50", hits),
                new Plot.Panel(
                        "Until a prefix over a tenth of the objects is effective",
                        "objects",
                        "milliseconds",
                        effective));
    }
}
