package dev.selvage.bench.analytics;

import com.sun.management.OperatingSystemMXBean;
import dev.selvage.bench.report.Figure;
import dev.selvage.bench.report.Figure.Target;
import dev.selvage.edge.record.LoopRecorder;
import dev.selvage.model.event.TrafficBatch;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a row costs from a hand-over to durable and queryable, and on to its file.
final class Ingest {
    private static final int BATCHES = 240;
    private static final int ROWS = 5_000;
    private static final int WARM_UP = 40;
    private static final int BATCHES_A_COMMIT = 4;
    private static final double ROWS_PER_CORE = 300_000;

    private Ingest() {}

    /// @param rowsPerCore to the files, all included
    record Outcome(List<Figure> figures, double rowsPerCore) {}

    static Outcome measure(Path directory, Shapes shapes, String command, PrintStream out) throws IOException {
        out.println(String.format(Locale.ROOT, "  ingest of %,d rows", BATCHES * ROWS));
        List<TrafficBatch> batches = batches(shapes);
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        List<Figure> figures = new ArrayList<>();
        try (StoreSink sink = new StoreSink(directory, 4_096, 2 * BATCHES * ROWS)) {
            for (int i = 0; i < WARM_UP; i += BATCHES_A_COMMIT) {
                sink.append(batches.subList(i, i + BATCHES_A_COMMIT));
            }
            sink.finish();
            long wall = System.nanoTime();
            long cpu = system.getProcessCpuTime();
            for (int i = WARM_UP; i < BATCHES; i += BATCHES_A_COMMIT) {
                sink.append(batches.subList(i, i + BATCHES_A_COMMIT));
            }
            double rows = (BATCHES - WARM_UP) * (double) ROWS;
            double used = (system.getProcessCpuTime() - cpu) / 1e9;
            double passed = (System.nanoTime() - wall) / 1e9;
            String scale = String.format(
                    Locale.ROOT,
                    "%,.0f rows of 36 columns in commits of %,d, each synced to its segment and queryable when it"
                            + " returns; %.0f rows a second by the clock",
                    rows,
                    ROWS * BATCHES_A_COMMIT,
                    rows / passed);
            figures.add(new Figure(
                    "ingest: rows per second of CPU, to durable and queryable",
                    rows / used,
                    "rows/s",
                    Target.atLeast(ROWS_PER_CORE),
                    null,
                    scale,
                    command));
            sink.finish();
            double all = (system.getProcessCpuTime() - cpu) / 1e9;
            figures.add(new Figure(
                    "ingest: rows per second of CPU, to sorted files with all tiers",
                    rows / all,
                    "rows/s",
                    null,
                    null,
                    "the same, and the roll after it; CPU of all threads",
                    command));
            return new Outcome(figures, rows / all);
        }
    }

    private static List<TrafficBatch> batches(Shapes shapes) {
        List<TrafficBatch> batches = new ArrayList<>();
        LoopRecorder recorder = Build.recorder("ingest", Integer.MAX_VALUE / 2, batch -> {
            batches.add(batch);
            return true;
        });
        Feed feed = new Feed(shapes, new Truth(shapes), 1);
        String zone = Zones.of(10_000, 0).known().getFirst().id();
        long at = System.currentTimeMillis() - 600_000;
        for (int i = 0; i < BATCHES; i++) {
            feed.play(recorder, zone, ROWS, at + i * 1_000L, at + (i + 1) * 1_000L);
            recorder.handOver();
        }
        return batches;
    }
}
