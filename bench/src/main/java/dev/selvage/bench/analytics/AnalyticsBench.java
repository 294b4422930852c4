package dev.selvage.bench.analytics;

import dev.selvage.analytics.AnalyticsSettings;
import dev.selvage.analytics.store.AnalyticsStore;
import dev.selvage.bench.process.Children;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import dev.selvage.bench.report.Machine;
import dev.selvage.bench.report.Plot;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Adaptive bit rate from five requests a month to a billion a day: ingest, latency of questions beside
/// a plain table of all requests, size of what is stored, and how good the answers are.
public final class AnalyticsBench {
    private static final long DAY = 86_400_000;
    private static final int WARM_UP = 3;
    /// The plain table's sizes; the largest needs about a gigabyte of memory.
    private static final List<Long> PLAIN = List.of(10_000L, 100_000L, 1_000_000L, 10_000_000L);

    private static final double P95 = 100;
    private static final double P99 = 300;
    /// Noise between two zones whose questions read as many rows.
    private static final double GROWTH = 1.5;
    private static final double BYTES_A_ROW = 30;
    private static final double TIERS = 1.15;
    private static final double FRESH_SECONDS = 2;

    private final Plan plan;
    private final PrintStream out;
    private final Children children;
    private final List<Figure> figures = new ArrayList<>();
    private double rowBytes;
    private double tierShare;
    private double minuteBytes;

    /// What to measure.
    ///
    /// @param home the checkout
    /// @param rounds of every question
    /// @param quick ten million requests instead of a billion, and a tenth of the other zones
    public record Plan(Path home, int rounds, boolean quick, String command) {
        long largest() {
            return quick ? 10_000_000 : 1_000_000_000;
        }

        /// Rows a second that a zone keeps: a tenth of the default, so that the store is made in
        /// minutes.
        int rowsPerSecond() {
            return 100;
        }

        int others() {
            return quick ? 10_000 : 100_000;
        }
    }

    private AnalyticsBench(Plan plan, PrintStream out, Children children) {
        this.plan = plan;
        this.out = out;
        this.children = children;
    }

    public static List<Figure> run(Plan plan, PrintStream out) throws IOException, InterruptedException {
        try (Children children = Children.inScratch()) {
            return new AnalyticsBench(plan, out, children).run();
        }
    }

    private List<Figure> run() throws IOException, InterruptedException {
        figures.add(Machine.figure(List.of(), plan.command()));
        Shapes shapes = Shapes.read();
        out.println("  what recording a request costs");
        List<Figure> recording = Recording.figures(plan.rounds(), plan.command());
        figures.addAll(recording);
        Ingest.Outcome ingest = Ingest.measure(children.scratch().resolve("ingest"), shapes, plan.command(), out);
        figures.addAll(ingest.figures());
        Path directory = children.scratch().resolve("store");
        long day = Math.floorDiv(System.currentTimeMillis(), DAY) * DAY - DAY;
        Zones zones = Zones.of(plan.largest(), plan.others());
        Build build = build(directory, shapes, zones, day);
        freshness(children.scratch().resolve("fresh"), shapes);
        Map<Long, Latency> latencies = ask(directory, zones, build, day);
        Map<Long, Double> plain = plain();
        draw(latencies, plain);
        figures.addAll(new Sizing(rowBytes, tierShare, minuteBytes, ingest.rowsPerCore(), keptNanos(recording))
                .figures(plan.command()));
        figures.addAll(Coverage.run(new Coverage.Plan(plan.home(), plan.command()), out));
        return figures;
    }

    private static double keptNanos(List<Figure> recording) {
        return recording.stream()
                .filter(figure -> figure.figure().endsWith("kept as a row")
                        && figure.unit().equals("ns"))
                .mapToDouble(figure -> figure.value() == null ? 0 : figure.value())
                .sum();
    }

    private void add(String what, double value, String unit, @Nullable Target target, String scale) {
        figures.add(new Figure(what, value, unit, target, null, scale, plan.command()));
    }

    private Build build(Path directory, Shapes shapes, Zones zones, long day) throws IOException {
        out.println(String.format(
                Locale.ROOT,
                "  a store of %,d zones, the largest with %,d requests a day",
                zones.others().size() + zones.known().size(),
                plan.largest()));
        int rowsPerSecond = plan.rowsPerSecond();
        Build build;
        AnalyticsStore.Statistics statistics;
        try (StoreSink sink = new StoreSink(directory)) {
            build = new Build(shapes, sink, out, day, rowsPerSecond);
            build.run(zones);
            sink.finish();
            statistics = sink.statistics();
        }
        String scale = String.format(
                Locale.ROOT,
                "%,d requests through the edge's recorder, %,d rows kept at %,d rows a second and zone",
                build.events(),
                build.rows(),
                rowsPerSecond);
        long finest = statistics.tierBytes().getFirst();
        long tiers = statistics.tierBytes().stream().mapToLong(Long::longValue).sum();
        rowBytes = finest / (double) build.rows();
        tierShare = tiers / (double) finest;
        minuteBytes = statistics.counterBytes() / (double) build.zoneMinutes();
        add("store: bytes of a row in tier 0", rowBytes, "bytes", Target.atMost(BYTES_A_ROW), scale);
        add("store: all tiers / tier 0, in bytes", tierShare, "ratio", Target.atMost(TIERS), scale);
        add(
                "store: counters, sketches and index of a zone and minute",
                minuteBytes,
                "bytes",
                null,
                String.format(
                        Locale.ROOT,
                        "%,d zones and minutes at most; minutes, hours and days; %,d files",
                        build.zoneMinutes(),
                        statistics.files()));
        return build;
    }

    private void freshness(Path directory, Shapes shapes) throws IOException, InterruptedException {
        double[] seconds = Freshness.measure(directory, shapes, plan.quick() ? 10 : 30);
        add("freshness: from the end of a request to its answer, p50", seconds[0], "s", null, "one machine");
        add(
                "freshness: from the end of a request to its answer, worst",
                seconds[1],
                "s",
                Target.atMost(FRESH_SECONDS),
                "one machine, recorder's hand-over of 250 ms included");
    }

    /// Asks every question about every known zone; to the latencies by the zone's size.
    private Map<Long, Latency> ask(Path directory, Zones zones, Build build, long day)
            throws IOException, InterruptedException {
        Map<Long, Latency> latencies = new TreeMap<>();
        Latency all = new Latency();
        long until = day + DAY;
        List<String> worst = new ArrayList<>();
        try (Client client = new Client(AnalyticsSettings.in(directory))) {
            long begun = System.nanoTime();
            client.ready(Duration.ofMinutes(2));
            add("store: opened after", (System.nanoTime() - begun) / 1e6, "ms", null, "until the first answer");
            for (int round = -WARM_UP; round < plan.rounds() * 4; round++) {
                for (Zones.Zone zone : zones.known()) {
                    for (Questions.Asked question : Questions.all()) {
                        for (long since : new long[] {until - 30 * DAY, day}) {
                            String body = question.body(zone.id(), since, until);
                            long asked = System.nanoTime();
                            JsonNode answer = client.ask(body);
                            double time = (System.nanoTime() - asked) / 1e6;
                            if (round >= 0) {
                                latencies
                                        .computeIfAbsent(zone.requests(), _ -> new Latency())
                                        .add(time);
                                all.add(time);
                                if (time > P95) {
                                    worst.add(String.format(
                                            Locale.ROOT,
                                            "%.0f ms %s of %d %s",
                                            time,
                                            question.name(),
                                            zone.requests(),
                                            answer.path("extensions")));
                                }
                            }
                        }
                    }
                }
            }
            worst.stream().limit(20).forEach(line -> out.println("    " + line));
            truth(client, zones, build, day);
        }
        latencies.forEach((requests, each) -> {
            String zone = String.format(
                    Locale.ROOT, "questions, %,d requests a %s", requests, requests < 10 ? "month" : "day");
            String scale = each.count() + " answers over HTTP: "
                    + Questions.all().size() + " questions over 30 days and over the day";
            add(zone + ": p50", each.quantile(0.5), "ms", null, scale);
            add(zone + ": p95", each.quantile(0.95), "ms", Target.atMost(P95), scale);
            add(zone + ": p99", each.quantile(0.99), "ms", Target.atMost(P99), scale);
        });
        Latency small = latencies.getOrDefault(1_000_000L, all);
        Latency large = latencies.getOrDefault(plan.largest(), all);
        add(
                "questions: p95 of the largest zone / of a million requests",
                large.quantile(0.95) / small.quantile(0.95),
                "ratio",
                Target.atMost(GROWTH),
                String.format(Locale.ROOT, "%,d requests a day; the bound allows for noise", plan.largest()));
        return latencies;
    }

    /// Compares what is answered with what was played.
    private void truth(Client client, Zones zones, Build build, long day) throws IOException, InterruptedException {
        Questions.Asked top = Questions.all().get(1);
        for (Zones.Zone zone : zones.known()) {
            Truth truth = build.truth(zone);
            JsonNode answer = client.ask(top.body(zone.id(), day - 29 * DAY, day + DAY));
            JsonNode groups = answer.at("/data/viewer/zones/0/httpRequestsAdaptiveGroups");
            Map<String, Long> paths = truth.paths();
            List<Long> sorted = truth.top(10).values().stream().toList();
            long tenth = sorted.getLast();
            int right = 0;
            int inside = 0;
            for (JsonNode group : groups) {
                long real = paths.getOrDefault(
                        group.at("/dimensions/clientRequestPath").asString(), 0L);
                right += real >= 0.95 * tenth ? 1 : 0;
                JsonNode count = group.at("/confidence/count");
                inside += count.path("lower").asDouble() <= real
                                && real <= count.path("upper").asDouble()
                        ? 1
                        : 0;
            }
            String scale = String.format(
                    Locale.ROOT,
                    "%,d requests played; the tenth path has %,d; extensions %s",
                    truth.requests(),
                    tenth,
                    answer.path("extensions").path("exact"));
            add(
                    "top 10, " + zone.requests() + " requests: right",
                    right / (double) Math.max(1, groups.size()),
                    "share",
                    null,
                    scale);
            add(
                    "top 10, " + zone.requests() + " requests: truth within the 95 % interval",
                    inside / (double) Math.max(1, groups.size()),
                    "share",
                    null,
                    scale);
            JsonNode total = client.ask("{\"query\":\"{viewer{zones(filter:{zoneTag:\\\"" + zone.id()
                    + "\\\"}){httpRequestsAdaptiveGroups(filter:{datetime_geq:\\\""
                    + Instant.ofEpochMilli(day - 29 * DAY)
                    + "\\\",datetime_lt:\\\"" + Instant.ofEpochMilli(day + DAY)
                    + "\\\"},limit:1){count sum{edgeResponseBytes}}}}}\"}");
            JsonNode totals = total.at("/data/viewer/zones/0/httpRequestsAdaptiveGroups/0");
            boolean exact = totals.path("count").asLong() == truth.requests()
                    && totals.at("/sum/edgeResponseBytes").asLong() == truth.bytes();
            add(
                    "totals, " + zone.requests() + " requests: equal to the truth",
                    exact ? 1 : 0,
                    "0 or 1",
                    Target.atLeast(1),
                    totals + " beside " + truth);
        }
    }

    /// The median over the questions, by rows of the plain table.
    private Map<Long, Double> plain() throws IOException, InterruptedException {
        List<Long> sizes = plan.quick() ? PLAIN.subList(0, 3) : PLAIN;
        out.println("  the same questions to plain DuckDB, up to " + sizes.getLast() + " rows");
        String java = ProcessHandle.current().info().command().orElse("java");
        List<String> command = new ArrayList<>(List.of(
                java,
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                PlainRows.class.getName()));
        sizes.forEach(size -> command.add(size.toString()));
        String said = children.run("plain-rows", children.scratch(), command, 600);
        Map<Long, Latency> byRows = new TreeMap<>();
        for (String line :
                said.lines().filter(each -> each.startsWith("plain|")).toList()) {
            String[] parts = line.split("\\|", -1);
            byRows.computeIfAbsent(Long.parseLong(parts[1]), _ -> new Latency()).add(Double.parseDouble(parts[3]));
        }
        Map<Long, Double> medians = new LinkedHashMap<>();
        byRows.forEach((rows, latency) -> {
            medians.put(rows, latency.quantile(0.5));
            add(
                    String.format(Locale.ROOT, "plain DuckDB, %,d rows: median of the questions", rows),
                    latency.quantile(0.5),
                    "ms",
                    null,
                    "the zone alone in a table in memory with only the columns asked for, two threads, without HTTP;"
                            + " worst question "
                            + String.format(Locale.ROOT, "%.1f ms", latency.quantile(1)));
        });
        return medians;
    }

    private void draw(Map<Long, Latency> latencies, Map<Long, Double> plain) throws IOException {
        Map<Double, Double> ours = new TreeMap<>();
        Map<Double, Double> slowest = new TreeMap<>();
        latencies.forEach((requests, latency) -> {
            ours.put((double) requests, latency.quantile(0.5));
            slowest.put((double) requests, latency.quantile(0.95));
        });
        Map<Double, Double> peer = new TreeMap<>();
        plain.forEach((rows, time) -> peer.put((double) rows, time));
        Path plot = plan.home().resolve("bench/results/analytics.svg");
        Files.createDirectories(plot.getParent());
        Files.writeString(
                plot,
                Plot.svg(List.of(new Plot.Panel(
                        "Time of a question",
                        "requests of the zone",
                        "milliseconds",
                        List.of(
                                new Plot.Line("ours, p50", ours),
                                new Plot.Line("ours, p95", slowest),
                                new Plot.Line("plain rows", peer))))));
        out.println("  drawn: " + plan.home().relativize(plot));
    }
}
