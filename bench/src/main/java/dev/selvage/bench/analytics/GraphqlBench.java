package dev.selvage.bench.analytics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.selvage.analytics.AnalyticsSettings;
import dev.selvage.bench.process.Children;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import dev.selvage.bench.report.Machine;
import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.web.Answer;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the language costs beside the store: the schema at start, a query's way there and back, and
/// queries that are meant to hurt.
public final class GraphqlBench {
    private static final long DAY = 86_400_000;
    private static final double MIB = 1 << 20;

    private static final double SCHEMA_MILLIS = 300;
    private static final double TRANSLATION_MILLIS = 1;
    private static final double QUERIES_PER_CORE = 500;
    private static final double HOSTILE_MILLIS = 50;
    private static final double HOSTILE_MIB = 64;

    private static final int WARM_UP = 200;

    private final int rounds;
    private final String command;
    private final PrintStream out;
    private final List<Figure> figures = new ArrayList<>();

    private GraphqlBench(int rounds, String command, PrintStream out) {
        this.rounds = rounds;
        this.command = command;
        this.out = out;
    }

    public static List<Figure> run(int rounds, String command, PrintStream out)
            throws IOException, InterruptedException {
        try (Children children = Children.inScratch()) {
            return new GraphqlBench(rounds, command, out).run(children.scratch().resolve("store"));
        }
    }

    private List<Figure> run(Path directory) throws IOException, InterruptedException {
        figures.add(Machine.figure(List.of(), command));
        schema(directory);
        long day = Math.floorDiv(System.currentTimeMillis(), DAY) * DAY - DAY;
        Zones zones = Zones.of(10_000, 100);
        try (StoreSink sink = new StoreSink(directory)) {
            new Build(Shapes.read(), sink, out, day, 100).run(zones);
            sink.finish();
        }
        try (Client client = new Client(settings(directory))) {
            client.ready(Duration.ofMinutes(1));
            Zones.Zone zone = zones.known().getLast();
            translation(client, zone, day);
            small(client, zone, day);
            hostile(client, zone);
        }
        return figures;
    }

    private static AnalyticsSettings settings(Path directory) {
        return AnalyticsSettings.in(directory).withQueriesPerFiveMinutes(Integer.MAX_VALUE);
    }

    private void add(String what, double value, String unit, @Nullable Target target, String scale) {
        figures.add(new Figure(what, value, unit, target, null, scale, command));
    }

    /// First of all, so that the virtual machine is as cold as at the start of the program.
    private void schema(Path directory) throws IOException, InterruptedException {
        try (Client client = new Client(settings(directory))) {
            client.ready(Duration.ofMinutes(1));
            double seconds = client.metric("selvage_graphql_schema_seconds");
            add(
                    "schema: made at start",
                    seconds * 1e3,
                    "ms",
                    Target.atMost(SCHEMA_MILLIS),
                    "once, in a virtual machine that has just begun, on a thread of its own");
        }
    }

    private void translation(Client client, Zones.Zone zone, long day) throws IOException {
        out.println("  what a query costs beside the store");
        for (boolean seen : new boolean[] {true, false}) {
            Latency translation = new Latency();
            Latency store = new Latency();
            int asked = 0;
            for (int i = -WARM_UP; i < rounds * 200; i++) {
                for (Questions.Asked question : Questions.all()) {
                    String text = question.query(zone.id(), day, day + DAY);
                    if (!seen) {
                        // Another alias each time: a text that was not there before.
                        text = text.replace("){httpRequests", "){a" + asked++ + ":httpRequests");
                    }
                    Answer answer = client.handle(Json.write(Map.of("query", text)));
                    double[] timing = timing(answer);
                    if (i >= 0) {
                        store.add(timing[0]);
                        translation.add(timing[1] - timing[0]);
                    }
                }
            }
            String which = seen ? "the same texts again and again" : "texts that were not there before";
            String scale = translation.count() + " answers to the dashboard's questions, " + which
                    + "; all but the time of the store's statements, JSON included";
            add("translation, " + which + ": p50", translation.quantile(0.5), "ms", null, scale);
            add(
                    "translation, " + which + ": p99",
                    translation.quantile(0.99),
                    "ms",
                    Target.atMost(TRANSLATION_MILLIS),
                    scale);
            add("store, " + which + ": p50", store.quantile(0.5), "ms", null, scale);
        }
    }

    /// `store` and `total` of `Server-Timing`, in milliseconds.
    private static double[] timing(Answer answer) throws IOException {
        String header = answer.headers().get("Server-Timing");
        if (answer.status() != 200 || header == null) {
            throw new IOException("a question was answered " + answer.status());
        }
        double[] timing = new double[2];
        for (String part : header.split(", ", -1)) {
            timing[part.startsWith("store") ? 0 : 1] = Double.parseDouble(part.substring(part.indexOf("dur=") + 4));
        }
        return timing;
    }

    private void small(Client client, Zones.Zone zone, long day) throws IOException {
        String text = "query($zone:string,$since:Time){viewer{zones(filter:{zoneTag:$zone}){"
                + "httpRequests1hGroups(limit:24,filter:{datetime_geq:$since}){sum{requests bytes} dimensions{datetime}}}}}";
        byte[] body = Json.write(Map.of(
                "query",
                text,
                "variables",
                Map.of("zone", zone.id(), "since", Instant.ofEpochMilli(day).toString())));
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        List<Double> rates = new ArrayList<>();
        int queries = 1_000;
        for (int round = -2; round < rounds; round++) {
            long cpu = system.getProcessCpuTime();
            for (int i = 0; i < queries; i++) {
                timing(client.handle(body));
            }
            if (round >= 0) {
                rates.add(queries * 1e9 / (system.getProcessCpuTime() - cpu));
            }
        }
        Collections.sort(rates);
        add(
                "small queries per second and core",
                rates.get(rates.size() / 2),
                "queries/s",
                Target.atLeast(QUERIES_PER_CORE),
                "24 hours of one zone from counters, one after the other, without HTTP; CPU time of the process, median of "
                        + rounds + " rounds of " + queries);
    }

    private void hostile(Client client, Zones.Zone zone) {
        out.println("  queries that are meant to hurt");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double slowest = 0;
        double largest = 0;
        for (Map.Entry<String, byte[]> each : Hostile.bodies(zone.id()).entrySet()) {
            Latency times = new Latency();
            double most = 0;
            int status = 0;
            for (int i = -20; i < 4 * rounds; i++) {
                long bytes = threads.getTotalThreadAllocatedBytes();
                long begun = System.nanoTime();
                status = client.handle(each.getValue()).status();
                double time = (System.nanoTime() - begun) / 1e6;
                if (i >= 0) {
                    times.add(time);
                    most = Math.max(most, (threads.getTotalThreadAllocatedBytes() - bytes) / MIB);
                }
            }
            add(
                    "hostile, " + each.getKey() + ": p50",
                    times.quantile(0.5),
                    "ms",
                    Target.atMost(HOSTILE_MILLIS),
                    String.format(
                            Locale.ROOT,
                            "answered %d; slowest %.1f ms; allocated %.1f MiB; %d bytes sent",
                            status,
                            times.quantile(1),
                            most,
                            each.getValue().length));
            slowest = Math.max(slowest, times.quantile(0.5));
            largest = Math.max(largest, most);
        }
        add("hostile: slowest of them, p50", slowest, "ms", Target.atMost(HOSTILE_MILLIS), "");
        add(
                "hostile: most allocated by one",
                largest,
                "MiB",
                Target.atMost(HOSTILE_MIB),
                "the whole process, answer included");
    }

    /// Requests that cost their sender little.
    private static final class Hostile {
        private Hostile() {}

        static Map<String, byte[]> bodies(String zone) {
            Map<String, byte[]> bodies = new LinkedHashMap<>();
            bodies.put("braces", query("{".repeat(30_000)));
            bodies.put("deep selections", query("{viewer".repeat(3_000) + "}".repeat(3_000)));
            bodies.put("lists in lists", query("{viewer{zones(filter:" + "[".repeat(30_000) + "){zoneTag}}}"));
            bodies.put("aliases", query("{" + many(4_500, i -> "a" + i + ":viewer{budget}") + "}"));
            bodies.put("repeated fields", query("{viewer{" + "budget ".repeat(9_000) + "}}"));
            bodies.put("directives", query("{viewer{budget " + "@include(if:true)".repeat(2_500) + "}}"));
            bodies.put("unknown fields", query("{viewer{" + many(3_000, i -> "x" + i + " ") + "}}"));
            bodies.put(
                    "fragments in circles",
                    query("{viewer{...a}} fragment a on viewer{...b} fragment b on viewer{...a}"));
            bodies.put(
                    "fragments that multiply",
                    query("{viewer{...f0}}"
                            + many(
                                    30,
                                    i -> " fragment f" + i + " on viewer{" + ("...f" + (i + 1) + " ").repeat(10) + "}")
                            + " fragment f30 on viewer{budget}"));
            bodies.put(
                    "introspection",
                    query("{__schema{types{" + "fields{type{".repeat(6) + "name" + "}}".repeat(6) + "}}}"));
            bodies.put(
                    "100 data sets and one",
                    query("{viewer{zones(filter:{zoneTag:\"" + zone + "\"}){"
                            + many(101, i -> "a" + i + ":httpRequests1dGroups(limit:1,filter:{}){sum{requests}}")
                            + "}}}"));
            bodies.put(
                    "2,000 conditions and one",
                    query("{viewer{zones(filter:{zoneTag:\"" + zone
                            + "\"}){httpRequestsAdaptiveGroups(limit:1,filter:{OR:["
                            + many(2_001, i -> "{clientIP:\"" + i + "\"}") + "]}){count}}}}"));
            bodies.put(
                    "a pattern",
                    query("{viewer{zones(filter:{zoneTag:\"" + zone
                            + "\"}){httpRequestsAdaptiveGroups(limit:1,filter:{clientRequestPath_like:\""
                            + "%a".repeat(499)
                            + "b\"}){count}}}}"));
            bodies.put(
                    "many variables",
                    Json.write(Map.of(
                            "query",
                            "query($v:x){viewer{zones(filter:{zoneTag_in:$v}){zoneTag}}}",
                            "variables",
                            Map.of("v", Collections.nCopies(100_000, 1)))));
            bodies.put("10 MB", query("x".repeat(10_000_000)));
            return bodies;
        }

        private interface Part {
            String of(int i);
        }

        private static String many(int count, Part part) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < count; i++) {
                all.append(part.of(i));
            }
            return all.toString();
        }

        private static byte[] query(String text) {
            return Json.write(Map.of("query", text));
        }
    }
}
