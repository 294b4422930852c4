package dev.selvage.bench.analytics;

import com.sun.management.ThreadMXBean;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.edge.record.Outcome;
import dev.selvage.edge.record.RowBudget;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.EventRows;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// What recording a request costs an event loop: counted only, and kept as a row.
///
/// Mixed requests of sixteen zones go through the recorder that the edge uses, on one thread. Times are
/// CPU time of that thread.
public final class Recording {
    private static final int REQUESTS = 1 << 13;
    private static final int ZONES = 16;
    private static final int WARM_UP = 200;
    private static final double MOST_NANOS = 1_000;
    private static final double COUNTED_PER_SECOND = 5e6;
    private static final long START = 1_800_000_000_000L;

    private static final byte[] PATH =
            "/assets/2026/11/images/products/0042/large.webp".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REFERER =
            "https://www.example.com/products/category/shoes".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AGENT = ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
                    + " Chrome/142.0.0.0 Safari/537.36")
            .getBytes(StandardCharsets.US_ASCII);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Outcome[] outcomes = new Outcome[REQUESTS];
    private final String[] zones = new String[REQUESTS];
    private final Row row = new Row();

    /// @param nanos of a request, the median of the rounds
    /// @param bytes allocated per request between two hand-overs, the least of the rounds
    private record Cost(double nanos, double bytes) {}

    /// A row as RECORD writes it: the texts of the request as bytes, the others as constants.
    private static final class Row implements LoopRecorder.Row {
        private Outcome outcome = new Outcome();
        private String zone = "";

        @Override
        public void write(EventRows.Writer into, double rate, double meanBytes) {
            into.begin();
            into.i64(EventRows.RAY, outcome.rayId);
            into.i64(EventRows.STARTED_AT, outcome.startedAt);
            into.f64(EventRows.RATE, rate);
            into.f64(EventRows.MEAN_BYTES, meanBytes);
            into.i64(EventRows.REQUEST_BYTES, outcome.requestBytes);
            into.i64(EventRows.RESPONSE_BYTES, outcome.responseBytes);
            into.u16(EventRows.STATUS, outcome.status);
            into.text(zone);
            into.text("AMS");
            into.text("203.0.113.42");
            into.text(outcome.country);
            into.text("GET");
            into.text("https");
            into.text("www.example.com");
            into.wire(PATH, 0, PATH.length, 2_048);
            into.text("");
            into.text(outcome.protocol);
            into.text(outcome.tlsVersion);
            into.wire(REFERER, 0, REFERER.length, 2_048);
            into.wire(AGENT, 0, AGENT.length, 2_048);
            into.text(outcome.browser);
            into.text("desktop");
            into.text(outcome.cacheStatus.wire());
            into.text("none");
            into.text(outcome.contentType);
            into.text("");
            into.text("");
            into.text("");
            into.end();
        }
    }

    private Recording() {
        SplittableRandom random = new SplittableRandom(1);
        String[] countries = {"DE", "FR", "US", "NL", "BR", "IN", "JP", "XX"};
        String[] types = {"html", "png", "js", "css", "json", "webp"};
        String[] browsers = {"Chrome", "ChromeMobile", "Safari", "Firefox", "Bot"};
        int[] statuses = {200, 200, 200, 200, 200, 206, 301, 304, 404};
        for (int i = 0; i < REQUESTS; i++) {
            Outcome o = new Outcome();
            o.rayId = random.nextLong();
            o.startedAt = START;
            o.cacheStatus = random.nextInt(10) == 0 ? CacheStatus.MISS : CacheStatus.HIT;
            o.status = statuses[random.nextInt(statuses.length)];
            o.country = countries[random.nextInt(countries.length)];
            o.contentType = types[random.nextInt(types.length)];
            o.browser = browsers[random.nextInt(browsers.length)];
            o.tlsVersion = "TLSv1.3";
            o.visitorHash = random.nextInt(4_096) * 0x9e3779b97f4a7c15L;
            o.requestBytes = 400L + random.nextInt(400);
            o.responseBytes = (long) Math.exp(9 + 2 * random.nextGaussian());
            outcomes[i] = o;
            zones[i] = "%032x".formatted(random.nextInt(1 + random.nextInt(ZONES)));
        }
    }

    /// @param rounds of which the median counts
    /// @param command what is said to have been run
    public static List<Figure> figures(int rounds, String command) {
        Recording recording = new Recording();
        Cost counted = recording.measure(0, rounds);
        Cost kept = recording.measure(1_000_000_000, rounds);
        String scale = REQUESTS + " mixed requests of " + ZONES
                + " zones, after as many since the hand-over; CPU time of one thread, median of " + rounds + " rounds";
        return List.of(
                new Figure(
                        "recording: counted requests per second and core",
                        1e9 / counted.nanos(),
                        "requests/s",
                        Target.atLeast(COUNTED_PER_SECOND),
                        null,
                        scale,
                        command),
                new Figure(
                        "recording: a request that is counted",
                        counted.nanos(),
                        "ns",
                        Target.atMost(MOST_NANOS),
                        null,
                        scale,
                        command),
                new Figure(
                        "recording: a request that is kept as a row",
                        kept.nanos(),
                        "ns",
                        Target.atMost(MOST_NANOS),
                        null,
                        scale,
                        command),
                new Figure(
                        "recording: bytes allocated for a request that is counted",
                        counted.bytes(),
                        "bytes",
                        Target.atMost(0),
                        null,
                        scale,
                        command),
                new Figure(
                        "recording: bytes allocated for a request that is kept as a row",
                        kept.bytes(),
                        "bytes",
                        Target.atMost(0),
                        null,
                        scale,
                        command));
    }

    private Cost measure(int rowsPerSecond, int rounds) {
        LoopRecorder recorder =
                new LoopRecorder("bench", "AMS", new RowBudget(rowsPerSecond, rowsPerSecond, 1), _ -> true);
        double[] nanos = new double[rounds];
        long bytes = Long.MAX_VALUE;
        for (int round = -WARM_UP; round < rounds; round++) {
            // What a hand-over starts anew is not part of a request's cost; what waits stays far from its bound.
            pass(recorder);
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long begun = threads.getCurrentThreadCpuTime();
            pass(recorder);
            long spent = threads.getCurrentThreadCpuTime() - begun;
            long more = threads.getCurrentThreadAllocatedBytes() - allocated;
            recorder.handOver();
            if (round >= 0) {
                nanos[round] = (double) spent / REQUESTS;
                bytes = Math.min(bytes, more);
            }
        }
        Arrays.sort(nanos);
        return new Cost(nanos[rounds / 2], (double) bytes / REQUESTS);
    }

    private void pass(LoopRecorder recorder) {
        for (int i = 0; i < REQUESTS; i++) {
            row.outcome = outcomes[i];
            row.zone = zones[i];
            recorder.record(zones[i], outcomes[i], row);
        }
    }
}
