package dev.selvage.bench.api;

import dev.selvage.bench.process.Children;
import dev.selvage.bench.process.Ports;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import dev.selvage.bench.report.Machine;
import dev.selvage.toolkit.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The management API of `./selvage up` over HTTP, with very many zones in its store.
public final class ApiBench {
    /// Zones that the loads read and write; their records are made by the API.
    private static final int USED = 256;

    private static final int RECORDS = 8;
    private static final int PAGE = 100;
    private static final int PAGES_ASKED = 60;
    private static final double READS = 2_000;
    private static final double WRITES = 500;
    private static final double SLOWEST = 50;
    private static final double PAGE_SLOWEST = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /// What to measure.
    ///
    /// @param home the checkout
    /// @param zones in the store
    public record Plan(Path home, int rounds, int seconds, int zones, String command) {}

    private final Plan plan;
    private final PrintStream out;
    private final Children children;
    private final List<Figure> figures = new ArrayList<>();

    private ApiBench(Plan plan, PrintStream out, Children children) {
        this.plan = plan;
        this.out = out;
        this.children = children;
    }

    public static List<Figure> run(Plan plan, PrintStream out) throws IOException, InterruptedException {
        try (Children children = Children.inScratch()) {
            return new ApiBench(plan, out, children).measure();
        }
    }

    /// A running program.
    private record Program(Process process, int port, String token) {}

    private List<Figure> measure() throws IOException, InterruptedException {
        Figure machine = Machine.figure(List.of(), plan.command());
        Path data = children.scratch().resolve("data");
        out.println("  a first start makes the store (it may build)");
        Program empty = start(data);
        String model = make(empty);
        children.stop(empty.process());
        long begun = System.nanoTime();
        String account = Zones.fill(data.resolve("control.db"), model, plan.zones());
        out.println(String.format(
                Locale.ROOT, "  filled with %,d zones in %.0f s", plan.zones(), (System.nanoTime() - begun) / 1e9));
        Program program = start(data);
        try {
            figures.add(machine);
            try (KeepAlive api = new KeepAlive(program.port(), program.token())) {
                loads(program, api);
            }
            // Another connection: the loads take longer than the API keeps one that says nothing.
            try (KeepAlive api = new KeepAlive(program.port(), program.token())) {
                lists(api, account);
            }
        } finally {
            children.stop(program.process());
        }
        return figures;
    }

    private void loads(Program program, KeepAlive api) throws IOException, InterruptedException {
        List<String> zones = new ArrayList<>();
        int step = Math.max(1, plan.zones() / PAGE / (USED / 4));
        for (int page = 1; zones.size() < USED; page += step) {
            JsonNode found = json(api, Call.get("/zones?order=name&per_page=20&page=" + page));
            for (int i = 0; i < 4 && i < found.path("result").size(); i++) {
                zones.add(found.path("result").path(i).path("id").asString());
            }
            if (found.path("result").isEmpty()) {
                throw new IOException("there are fewer zones than expected");
            }
        }
        List<String> records = new ArrayList<>();
        for (String zone : zones) {
            for (int i = 0; i < RECORDS; i++) {
                String id = json(api, record(zone, "r" + i, i)).at("/result/id").asString();
                records.add("/zones/" + zone + "/dns_records/" + id);
            }
        }
        AtomicInteger made = new AtomicInteger();
        Load.Calls readZone = (_, random) -> Call.get("/zones/" + zones.get(random.nextInt(zones.size())));
        Load.Calls readRecord = (_, random) -> Call.get(records.get(random.nextInt(records.size())));
        Load.Calls listRecords = (_, random) ->
                Call.get("/zones/" + zones.get(random.nextInt(zones.size())) + "/dns_records?per_page=20");
        Load.Calls editRecord = (_, random) -> new Call(
                "PATCH",
                records.get(random.nextInt(records.size())),
                "{\"content\":\"192.0.2." + random.nextInt(256) + "\",\"comment\":\"" + random.nextInt() + "\"}");
        Load.Calls makeRecord = (_, random) ->
                record(zones.get(random.nextInt(zones.size())), "n" + made.incrementAndGet(), random.nextInt(256));
        Load.Calls editSetting = (_, random) -> new Call(
                "PATCH",
                "/zones/" + zones.get(random.nextInt(zones.size())) + "/settings/browser_cache_ttl",
                "{\"value\":" + (random.nextBoolean() ? 3600 : 7200) + "}");
        Load.Calls mixed = (connection, random) -> switch (random.nextInt(10)) {
            case 0 -> editRecord.next(connection, random);
            case 1 -> editSetting.next(connection, random);
            case 2, 3 -> listRecords.next(connection, random);
            case 4, 5, 6 -> readRecord.next(connection, random);
            default -> readZone.next(connection, random);
        };
        Target reads = Target.atLeast(READS);
        Target writes = Target.atLeast(WRITES);
        measure(
                program,
                List.of(
                        new Load("reads: GET zone", reads, readZone),
                        new Load("reads: GET record", reads, readRecord),
                        new Load("reads: list of records", reads, listRecords),
                        new Load("durable writes: PATCH record", writes, editRecord),
                        new Load("durable writes: PATCH setting", writes, editSetting),
                        new Load("mixed: 8 reads, 2 durable writes", null, mixed),
                        // Last, because the records that it makes stay.
                        new Load("durable writes: POST record", writes, makeRecord)));
    }

    private void measure(Program program, List<Load> loads) throws IOException, InterruptedException {
        Map<Load, List<Round>> rounds = new LinkedHashMap<>();
        for (int round = 0; round <= plan.rounds(); round++) {
            for (Load load : loads) {
                // The first round of each does not count: the program is compiled while it runs.
                Round measured = load.run(program.port(), program.token(), Duration.ofSeconds(plan.seconds()), round);
                if (round > 0) {
                    rounds.computeIfAbsent(load, _ -> new ArrayList<>()).add(measured);
                }
            }
            out.println("  loads: round " + round + " of " + plan.rounds() + (round == 0 ? " (does not count)" : ""));
        }
        String scale = String.format(
                Locale.ROOT,
                "%,d zones in the store, put there through its own transactions; %d connections of which each waits for"
                        + " its answer; median of %d rounds of %d s; every write is on disk before its answer",
                plan.zones(),
                Load.CONNECTIONS,
                plan.rounds(),
                plan.seconds());
        loads.forEach(load -> {
            List<Round> measured = rounds.getOrDefault(load, List.of());
            figures.add(new Figure(
                    load.name() + ": per second",
                    median(measured, Round::perSecond),
                    "1/s",
                    load.target(),
                    null,
                    scale,
                    plan.command()));
            figures.add(new Figure(
                    load.name() + ": p99",
                    median(measured, round -> round.millis(0.99)),
                    "ms",
                    Target.atMost(SLOWEST),
                    null,
                    scale + String.format(Locale.ROOT, "; p50 %.2f ms", median(measured, round -> round.millis(0.5))),
                    plan.command()));
        });
    }

    /// Pages of lists of zones, one call after the other.
    private void lists(KeepAlive api, String account) throws IOException {
        int zones = plan.zones();
        for (String order : List.of("name", "status", "account.id", "account.name", "plan.id")) {
            pages(api, "zones by " + order, "order=" + order, zones);
        }
        pages(api, "zones by name, descending", "order=name&direction=desc", zones);
        pages(api, "zones of one status", "status=active", zones);
        pages(api, "zones of the small account", "account.id=" + account, -1);
        pages(api, "zones of an account by name", "account.name=Selvage", -1);
        pages(api, "zones whose names start with a word", "name=starts_with:shop", -1);
        pages(
                api,
                "zones of one name",
                "name=shop-" + String.format(Locale.ROOT, "%07d", zones * 17L / 24 + 9) + ".example",
                -1);
        pages(api, "zones of one type", "type=full", zones);
        // No index answers these: each name is looked at, and no target is set.
        pages(api, "zones whose names contain a word", "name=contains:hop-", -1, null);
    }

    private void pages(KeepAlive api, String what, String query, int expected) throws IOException {
        pages(api, what, query, expected, Target.atMost(PAGE_SLOWEST));
    }

    /// Measures the first, a middle and the last page of a list.
    private void pages(KeepAlive api, String what, String query, int expected, @Nullable Target target)
            throws IOException {
        String base = "/zones?" + query + "&per_page=" + PAGE + "&page=";
        JsonNode first = json(api, Call.get(base + 1));
        long total = first.at("/result_info/total_count").asLong();
        if (total < 1 || (expected >= 0 && total != expected)) {
            throw new IOException(what + ": there should be " + expected + ", but the API counts " + total);
        }
        long last = first.at("/result_info/total_pages").asLong();
        List<Long> pages = last < 3 ? List.of(1L) : List.of(1L, last / 2, last);
        List<Round> rounds = new ArrayList<>();
        for (long page : pages) {
            long[] nanos = new long[PAGES_ASKED];
            for (int i = -PAGES_ASKED / 10; i < PAGES_ASKED; i++) {
                // Neighbours of the page, so that nothing is answered from memory because it was just asked for.
                long asked = Math.clamp(page == 1 ? 1 + i : page == last ? last - i : page + i, 1, last);
                long begun = System.nanoTime();
                KeepAlive.Answer answer = api.call(Call.get(base + asked));
                long took = System.nanoTime() - begun;
                if (answer.status() != 200) {
                    throw new IOException(base + asked + " was answered with " + answer.status());
                }
                if (i >= 0) {
                    nanos[i] = took;
                }
            }
            rounds.add(new Round(0, nanos));
        }
        String medians = String.join(
                ", ",
                rounds.stream()
                        .map(round -> String.format(Locale.ROOT, "%.1f", round.millis(0.5)))
                        .toList());
        figures.add(new Figure(
                "page of " + PAGE + ": " + what,
                rounds.stream().mapToDouble(round -> round.millis(0.9)).max().orElseThrow(),
                "ms",
                target,
                null,
                String.format(
                        Locale.ROOT,
                        "%,d of %,d zones; p90 of %d calls around the slowest of the first, a middle and the last page"
                                + " (medians %s ms), whole over HTTP",
                        total,
                        plan.zones(),
                        PAGES_ASKED,
                        medians),
                plan.command()));
        out.println("  " + what + ": medians " + medians + " ms");
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
        List<Double> sorted = rounds.stream()
                .map(value::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }

    private static Call record(String zone, String name, int last) {
        return new Call(
                "POST",
                "/zones/" + zone + "/dns_records",
                "{\"type\":\"A\",\"name\":\"" + name + "\",\"content\":\"192.0.2." + last + "\",\"proxied\":true}");
    }

    /// Makes the zone that the others are copied from.
    private static String make(Program program) throws IOException {
        try (KeepAlive api = new KeepAlive(program.port(), program.token())) {
            String account = json(api, Call.get("/accounts")).at("/result/0/id").asString();
            return json(
                            api,
                            new Call(
                                    "POST",
                                    "/zones",
                                    "{\"name\":\"a-model.example\",\"account\":{\"id\":\"" + account + "\"}}"))
                    .at("/result/id")
                    .asString();
        }
    }

    private static JsonNode json(KeepAlive api, Call call) throws IOException {
        KeepAlive.Answer answer = api.call(call);
        if (answer.status() != 200) {
            throw new IOException(
                    call.method() + " " + call.path() + " was answered with " + answer.status() + ": " + answer.text());
        }
        return Json.read(answer.body(), JsonNode.class);
    }

    private Program start(Path data) throws IOException, InterruptedException {
        List<Integer> ports = Ports.free(3);
        Process process = children.start(
                "selvage",
                plan.home(),
                List.of(
                        plan.home().resolve("selvage").toString(),
                        "up",
                        "--data",
                        data.toString(),
                        "--http",
                        ports.get(0).toString(),
                        "--https",
                        ports.get(1).toString(),
                        "--api",
                        ports.get(2).toString()));
        long begun = System.nanoTime();
        while (!ready(ports.get(2))) {
            if (!process.isAlive() || System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IOException("./selvage up did not become ready:\n" + children.tail("selvage"));
            }
            Thread.sleep(20);
        }
        return new Program(
                process,
                ports.get(2),
                Files.readString(data.resolve("admin-token")).strip());
    }

    private static boolean ready(int port) throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
