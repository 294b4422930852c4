package dev.selvage.app.demo;

import java.io.PrintStream;
import java.util.Locale;

/// Shows how far a replay is: a line that is redrawn on a terminal, a line per tenth elsewhere. Thread-safe.
final class Progress {
    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 100_000_000;

    private final PrintStream out;
    private final boolean terminal;
    private final int total;
    private final Pace pace;
    private long drawnAt;
    private int tenths;

    Progress(PrintStream out, boolean terminal, int total, Pace pace) {
        this.out = out;
        this.terminal = terminal;
        this.total = total;
        this.pace = pace;
        this.drawnAt = pace.now() - REDRAW_NANOS;
    }

    /// Shows the state, if it is time to.
    synchronized void update(Tally tally) {
        if (terminal && pace.now() - drawnAt < REDRAW_NANOS) {
            return;
        }
        Tally.Sums sums = tally.sums();
        long done = sums.requests() + sums.failed();
        int now = total == 0 ? 10 : (int) (done * 10 / total);
        if (terminal) {
            drawnAt = pace.now();
            out.print("\r" + bar(done) + line(sums, done));
            out.flush();
        } else if (now > tenths) {
            tenths = now;
            out.println(line(sums, done));
        }
    }

    /// Shows the last state and ends the line.
    synchronized void finish(Tally.Sums sums) {
        if (terminal) {
            long done = sums.requests() + sums.failed();
            out.println("\r" + bar(done) + line(sums, done));
        }
    }

    private String bar(long done) {
        int filled = total == 0 ? WIDTH : (int) (done * WIDTH / total);
        return "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] ";
    }

    private String line(Tally.Sums sums, long done) {
        return String.format(
                Locale.ROOT,
                "%3d %%  %,7d requests  %5.1f %% from the cache  %s",
                total == 0 ? 100 : done * 100 / total,
                done,
                sums.requests() == 0 ? 0.0 : 100.0 * sums.hits() / sums.requests(),
                Report.size(sums.bytes()));
    }
}
