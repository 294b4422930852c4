package dev.selvage.app.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// Replays the bundled access log through the program and says what came of it.
public final class Demo {
    private static final Duration COUNTING = Duration.ofSeconds(10);

    private final DemoOptions options;
    private final PrintStream out;

    private Demo(DemoOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /// Runs the demo and returns the process's exit status: 0 when every request was answered and the program's own
    /// numbers agree with what the clients saw, else 1.
    ///
    /// Without `options.exit()` it then stays until the calling thread is interrupted. The program is closed in any
    /// case.
    public static int run(DemoOptions options, Launch launch, PrintStream out) throws Exception {
        return run(options, AccessLog.bundled(), launch, out);
    }

    static int run(DemoOptions options, AccessLog log, Launch launch, PrintStream out) throws Exception {
        return new Demo(options, out).run(log, launch);
    }

    private int run(AccessLog log, Launch launch) throws Exception {
        Site site = Site.of(log.entries());
        try (var origin = DemoOrigin.start(site)) {
            out.println("A demo origin with " + site.size() + " pages is at " + origin.uri());
            try (Program program = launch.up(origin.uri())) {
                Report report = replay(log, site, origin, program);
                report.lines().forEach(out::println);
                out.println();
                out.println("  Dashboard             " + program.dashboard());
                out.println("  Token                 " + program.tokenPlace());
                out.flush();
                if (!options.exit()) {
                    out.println("  Press Ctrl-C to stop.");
                    stay();
                }
                return report.holds() ? 0 : 1;
            }
        }
    }

    private Report replay(AccessLog log, Site site, DemoOrigin origin, Program program) throws InterruptedException {
        out.printf(
                "Replaying %,d requests of a real access log over %d connections in about %d s%n",
                log.entries().size(), options.connections(), options.duration().toSeconds());
        Pace pace = Pace.real();
        try (var numbers = new Numbers(program.api(), program.token())) {
            Instant since = Instant.now();
            Numbers.Sums before = before(numbers, since);
            long originRequests = origin.requests();
            long originBytes = origin.bytes();
            long start = pace.now();
            var progress = new Progress(out, options.terminal(), log.entries().size(), pace);
            Tally.Sums seen = new Replay(
                            program.edge(), "www.demo.example", options.duration(), options.connections(), pace)
                    .run(log.entries(), site, progress::update);
            progress.finish(seen);
            Duration took = Duration.ofNanos(pace.now() - start);
            out.println();
            return new Report(
                    seen,
                    after(numbers, since, before, seen.requests()),
                    origin.requests() - originRequests,
                    origin.bytes() - originBytes,
                    Site.perfectHitRatio(log.entries()),
                    took);
        }
    }

    /// What the zone counted in this minute already; nothing when the program cannot say yet.
    private static Numbers.Sums before(Numbers numbers, Instant since) throws InterruptedException {
        try {
            return numbers.sums(numbers.zone(), since, since);
        } catch (IOException notYet) {
            return new Numbers.Sums(0, 0, 0, 0, 0);
        }
    }

    /// What the zone counted since, once it has counted `requests`, or what it has after some seconds.
    private Optional<Numbers.Sums> after(Numbers numbers, Instant since, Numbers.Sums before, long requests)
            throws InterruptedException {
        Instant patience = Instant.now().plus(COUNTING);
        while (true) {
            boolean last = Instant.now().isAfter(patience);
            try {
                Numbers.Sums sums =
                        numbers.sums(numbers.zone(), since, Instant.now()).minus(before);
                if (last || sums.requests() >= requests) {
                    return Optional.of(sums);
                }
            } catch (IOException failure) {
                if (last) {
                    out.println("  The API could not be asked for its numbers: " + failure.getMessage());
                    return Optional.empty();
                }
            }
            Thread.sleep(100);
        }
    }

    /// Until the calling thread is interrupted.
    private static void stay() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
