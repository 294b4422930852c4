package dev.selvage.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DemoTest {
    private static final DemoOptions FAST = new DemoOptions(Duration.ZERO, 4, true, false);

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void theReplaysNumbersArePrintedBesideTheApis() throws Exception {
        AccessLog log = log();
        var edge = new FakeEdge(Site.of(log.entries()));
        List<URI> origins = new ArrayList<>();
        int status = Demo.run(
                FAST,
                log,
                origin -> {
                    origins.add(origin);
                    return edge;
                },
                out);
        assertThat(text())
                .contains("Replaying 40 requests")
                .contains("requests              40 in ")
                .contains("hit ratio             75.00 %  (30 requests from the cache)")
                .contains("of GET with 200     75.00 %  (a cache that never forgets, filled by these alone: 75.00 %)")
                .contains("the API counts        40 requests, 30 from the cache, 1.00 kB; origin 10 requests, 200 B")
                .contains("Dashboard             " + edge.dashboard())
                .contains("Token                 in a test")
                .doesNotContain("the-token")
                .doesNotContain("differs")
                .doesNotContain("\r");
        assertThat(status).isZero();
        assertThat(edge.closed).isTrue();
        assertThat(origins).hasSize(1);
    }

    @Test
    void numbersThatDifferFromWhatTheClientsSawAreSaid() throws Exception {
        AccessLog log = log();
        var edge = new FakeEdge(Site.of(log.entries()));
        int status = Demo.run(FAST, log, _ -> new MiscountingProgram(edge), out);
        assertThat(text()).contains("differs from what the clients saw");
        assertThat(status).isEqualTo(1);
    }

    /// Counts one request too many from its second answer on.
    private record MiscountingProgram(FakeEdge edgeBehind) implements Program {
        @Override
        public java.net.InetSocketAddress edge() {
            edgeBehind.miscount = 1;
            return edgeBehind.edge();
        }

        @Override
        public URI api() {
            return edgeBehind.api();
        }

        @Override
        public String token() {
            return edgeBehind.token();
        }

        @Override
        public String tokenPlace() {
            return "in a test";
        }

        @Override
        public URI dashboard() {
            return edgeBehind.dashboard();
        }

        @Override
        public void close() {
            edgeBehind.close();
        }
    }

    @Test
    void onATerminalTheProgressIsRedrawnInPlace() throws Exception {
        AccessLog log = log();
        var edge = new FakeEdge(Site.of(log.entries()));
        Demo.run(new DemoOptions(Duration.ZERO, 4, true, true), log, _ -> edge, out);
        assertThat(text()).contains("\r[" + "#".repeat(30) + "] 100 %       40 requests   75.0 % from the cache");
    }

    @Test
    void itStaysUpUntilItIsInterrupted() throws Exception {
        AccessLog log = log();
        var edge = new FakeEdge(Site.of(log.entries()));
        var started = new CountDownLatch(1);
        var status = new CompletableFuture<Integer>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                status.complete(Demo.run(
                        new DemoOptions(Duration.ZERO, 4, false, false),
                        log,
                        _ -> edge,
                        new PrintStream(written, true, StandardCharsets.UTF_8) {
                            @Override
                            public void println(String line) {
                                super.println(line);
                                if (line.contains("Ctrl-C")) {
                                    started.countDown();
                                }
                            }
                        }));
            } catch (Exception failure) {
                status.completeExceptionally(failure);
            }
        });
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(edge.closed).isFalse();
        assertThat(status).isNotDone();
        thread.interrupt();
        assertThat(status.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(edge.closed).isTrue();
    }

    @Test
    void aProgramThatDoesNotStartEndsTheDemo() {
        assertThatThrownBy(() -> Demo.run(
                        FAST,
                        log(),
                        _ -> {
                            throw new IllegalStateException("port in use");
                        },
                        out))
                .hasMessage("port in use");
    }

    @Test
    void optionsOutOfBoundsAreRefused() {
        assertThatThrownBy(() -> new DemoOptions(Duration.ofSeconds(-1), 4, true, true))
                .hasMessageContaining("0 to 1 hour");
        assertThatThrownBy(() -> new DemoOptions(Duration.ZERO, 0, true, true)).hasMessageContaining("1 to 1,000");
    }

    @Test
    void sizesAreForPeople() {
        assertThat(List.of(0L, 999L, 1_000L, 2_735_432_578L, -1_500_000L).stream()
                        .map(Report::size))
                .containsExactly("0 B", "999 B", "1.00 kB", "2.74 GB", "-1.50 MB");
    }

    /// Ten pages, each asked for four times.
    private static AccessLog log() {
        List<AccessLog.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            entries.add(new AccessLog.Entry("1.1." + i % 7 + ".0", i * 1_000L, "GET", "/" + i % 10, 200, 3, "", ""));
        }
        return new AccessLog(entries, 0);
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
