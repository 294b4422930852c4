package dev.selvage.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.event.CacheStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ReplayTest {
    /// Time that passes only when somebody waits for it.
    private static final class StillPace implements Pace {
        final List<Long> waits = new ArrayList<>();
        private long now = 1_000_000;

        @Override
        public synchronized long now() {
            return now;
        }

        @Override
        public synchronized void awaitUntil(long instant) {
            waits.add(instant - 1_000_000);
            now = Math.max(now, instant);
        }
    }

    @Test
    void theLogsPaceIsKeptAndCompressed() throws Exception {
        List<AccessLog.Entry> log = List.of(
                entry(0, "1.1.1.0", "/a"),
                entry(100_000, "1.1.1.0", "/b"),
                entry(50_000, "1.1.1.0", "/late-in-the-log"),
                entry(400_000, "1.1.1.0", "/c"));
        var pace = new StillPace();
        try (var edge = new FakeEdge(Site.of(log))) {
            new Replay(edge.edge(), "a.example", Duration.ofMillis(4), 4, pace).run(log, Site.of(log), _ -> {});
            assertThat(pace.waits).containsExactly(0L, 1_000_000L, 1_000_000L, 4_000_000L);
            assertThat(targets(edge)).containsExactly("/a", "/b", "/late-in-the-log", "/c");
        }
    }

    @Test
    void aLogOfOneInstantOrOfNothingHasNoPace() {
        assertThat(Replay.schedule(List.of(entry(5, "1.1.1.0", "/"), entry(5, "1.1.1.0", "/")), Duration.ofSeconds(1)))
                .containsExactly(0, 0);
        assertThat(Replay.schedule(List.of(), Duration.ofSeconds(1))).isEmpty();
    }

    @Test
    void eachClientKeepsItsConnectionAndItsOrder() throws Exception {
        List<AccessLog.Entry> log = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            log.add(entry(i, "10.0." + i % 23 + ".0", "/" + i));
        }
        try (var edge = new FakeEdge(Site.of(log))) {
            new Replay(edge.edge(), "a.example", Duration.ZERO, 8, Pace.real()).run(log, Site.of(log), _ -> {});
            Map<String, Integer> connection = new HashMap<>();
            Map<String, Integer> latest = new HashMap<>();
            for (FakeEdge.Seen seen : edge.seen) {
                String client = String.valueOf(seen.head().field("x-forwarded-for"));
                assertThat(connection.computeIfAbsent(client, _ -> seen.connection()))
                        .isEqualTo(seen.connection());
                int number = Integer.parseInt(seen.line().split(" ", 3)[1].substring(1));
                assertThat(latest.getOrDefault(client, -1)).isLessThan(number);
                latest.put(client, number);
            }
            assertThat(edge.seen).hasSize(600);
            assertThat(latest).hasSize(23);
            assertThat(connection.values().stream().distinct().count()).isBetween(2L, 8L);
            assertThat(edge.mostInFlight.get()).isBetween(1, 8);
        }
    }

    @Test
    void theEdgeSeesTheLogsHeaders() throws Exception {
        List<AccessLog.Entry> log = List.of(
                new AccessLog.Entry("1.2.3.0", 0, "GET", "/a?b", 200, 3, "http://r.example/", "Agent/1"),
                new AccessLog.Entry("1.2.3.0", 0, "GET", "/a?b", 304, 0, "", ""),
                new AccessLog.Entry("1.2.3.0", 0, "GET", "/a?b", 206, 2, "", ""),
                new AccessLog.Entry("1.2.3.0", 0, "GET", "/a?b", 416, 2, "", ""),
                new AccessLog.Entry("1.2.3.0", 0, "POST", "/p", 200, 2, "", ""),
                new AccessLog.Entry("1.2.3.0", 0, "HEAD", "/a?b", 200, 0, "", ""));
        try (var edge = new FakeEdge(Site.of(log))) {
            Tally.Sums sums =
                    new Replay(edge.edge(), "a.example", Duration.ZERO, 3, Pace.real()).run(log, Site.of(log), _ -> {});
            assertThat(edge.seen.stream().map(FakeEdge.Seen::line))
                    .containsExactly(
                            "GET /a?b HTTP/1.1",
                            "GET /a?b HTTP/1.1",
                            "GET /a?b HTTP/1.1",
                            "GET /a?b HTTP/1.1",
                            "POST /p HTTP/1.1",
                            "HEAD /a?b HTTP/1.1");
            Head first = edge.seen.getFirst().head();
            assertThat(first.field("host")).isEqualTo("a.example");
            assertThat(first.field("x-forwarded-for")).isEqualTo("1.2.3.0");
            assertThat(first.field("referer")).isEqualTo("http://r.example/");
            assertThat(first.field("user-agent")).isEqualTo("Agent/1");
            Head second = edge.seen.get(1).head();
            assertThat(second.field("referer")).isNull();
            assertThat(second.field("user-agent")).isNull();
            assertThat(second.field("if-none-match"))
                    .isEqualTo(Site.of(log).page("GET", "/a?b").etag());
            assertThat(edge.seen.get(2).head().field("range")).isEqualTo("bytes=0-1");
            assertThat(edge.seen.get(3).head().field("range")).isEqualTo("bytes=3-");
            assertThat(edge.seen.get(4).head().field("content-length")).isEqualTo("0");
            assertThat(sums.requests()).isEqualTo(6);
            assertThat(sums.hits()).isEqualTo(4);
            assertThat(sums.statuses()).containsEntry(CacheStatus.HIT, 4L).containsEntry(CacheStatus.MISS, 2L);
        }
    }

    @Test
    void aKeptConnectionThatTheEdgeClosedIsOpenedAgain() throws Exception {
        List<AccessLog.Entry> log = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            log.add(entry(i, "1.1.1.0", "/" + i));
        }
        try (var edge = new FakeEdge(Site.of(log))) {
            edge.closesAfter = 3;
            Tally.Sums sums =
                    new Replay(edge.edge(), "a.example", Duration.ZERO, 1, Pace.real()).run(log, Site.of(log), _ -> {});
            assertThat(sums.requests()).isEqualTo(10);
            assertThat(sums.failed()).isZero();
            assertThat(targets(edge)).containsExactly("/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9");
        }
    }

    @Test
    void anEdgeThatIsNotThereFailsEveryRequestAndSaysWhy() throws Exception {
        List<AccessLog.Entry> log = List.of(entry(0, "1.1.1.0", "/a"), entry(0, "1.1.2.0", "/b"));
        var edge = new FakeEdge(Site.of(log));
        edge.close();
        var told = new AtomicInteger();
        Tally.Sums sums = new Replay(edge.edge(), "a.example", Duration.ZERO, 2, Pace.real())
                .run(log, Site.of(log), _ -> told.incrementAndGet());
        assertThat(sums.failed()).isEqualTo(2);
        assertThat(sums.requests()).isZero();
        assertThat(sums.lastFailure()).matches("GET /[ab]: .*(refused|reset).*");
        assertThat(told).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "HIT, -, HIT",
                "stale, -, STALE",
                "DYNAMIC, x; hit, DYNAMIC",
                "-, selvage; hit; ttl=5, HIT",
                "-, selvage; fwd=miss, MISS",
                "WHAT, -, NONE",
                "-, -, NONE"
            })
    void theAnswersHeadersSayWhatTheCacheDid(String cf, String standard, CacheStatus status) {
        assertThat(Tally.cacheStatus(cf, standard)).isEqualTo(status);
    }

    private static List<String> targets(FakeEdge edge) {
        return edge.seen.stream().map(seen -> seen.line().split(" ", 3)[1]).toList();
    }

    private static AccessLog.Entry entry(long time, String client, String target) {
        return new AccessLog.Entry(client, time, "GET", target, 200, 3, "", "");
    }
}
