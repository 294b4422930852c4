package dev.selvage.edge.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.event.EventRows;
import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.ZoneMinute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopRecorderTest {
    private static final long MINUTE = Traffic.MINUTE;
    private static final int TEXTS = EventRows.Text.values().length;

    private record Key(String zone, long minute) {}

    private final List<TrafficBatch> taken = new ArrayList<>();
    private boolean room = true;
    private final LoopRecorder recorder = new LoopRecorder("edge-0", "DEV", new RowBudget(100, 10_000, 1), this::offer);
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<Key, Totals> expected = new HashMap<>();

    private boolean offer(TrafficBatch batch) {
        if (room) {
            taken.add(batch);
        }
        return room;
    }

    private Outcome record(String zone, long at) {
        Outcome o = Traffic.outcome(random, at);
        recorder.record(zone, o, Traffic.rowOf(zone, o));
        expected.merge(new Key(zone, Math.floorDiv(at, MINUTE)), Traffic.totals(o), Totals::plus);
        return o;
    }

    private Map<Key, Totals> counted() {
        Map<Key, Totals> sums = new HashMap<>();
        for (TrafficBatch batch : taken) {
            for (ZoneMinute minute : batch.counters()) {
                Totals sum = Traffic.sum(minute.crossed().values());
                sums.merge(new Key(minute.zone(), minute.minute()), sum, Totals::plus);
                for (Totals dimension : Traffic.byDimension(minute).values()) {
                    assertThat(dimension).isEqualTo(sum);
                }
            }
        }
        return sums;
    }

    private List<RequestEvent> rows() {
        return taken.stream().flatMap(batch -> batch.rows().events().stream()).toList();
    }

    @Test
    void everyRequestIsCountedInItsZoneAndMinute() {
        long at = Traffic.START;
        for (int i = 0; i < 20_000; i++) {
            at += random.nextInt(20);
            record("zone-" + random.nextInt(5), at);
            if (random.nextInt(500) == 0) {
                assertThat(recorder.handOver()).isTrue();
            }
        }
        recorder.handOver();
        assertThat(expected).hasSizeGreaterThan(10);
        assertThat(counted()).isEqualTo(expected);
        assertThat(recorder.requests()).isEqualTo(20_000);
    }

    @Test
    void minutesAreParted() {
        record("a", Traffic.START + MINUTE - 1);
        record("a", Traffic.START + MINUTE);
        recorder.handOver();
        assertThat(taken).hasSize(1);
        assertThat(taken.getFirst().counters())
                .extracting(ZoneMinute::minute)
                .containsExactly(Traffic.START / MINUTE, Traffic.START / MINUTE + 1);
        assertThat(counted()).isEqualTo(expected);
    }

    @Test
    void requestsThatEndOutOfTheirOrderShareAZoneMinute() {
        for (int i = 0; i < 1_000; i++) {
            // Every other one began in an earlier minute.
            record("a", Traffic.START + (i % 2) * MINUTE);
            record("a", Traffic.START + 2 * MINUTE);
        }
        recorder.handOver();
        assertThat(taken.getFirst().counters()).hasSizeBetween(3, 4);
        assertThat(counted()).isEqualTo(expected);
        record("a", Traffic.START);
        recorder.handOver();
        assertThat(taken.getLast().counters()).hasSize(1);
        assertThat(counted()).isEqualTo(expected);
    }

    @Test
    void requestsThatEndOutOfTheirOrderShareTheBudget() {
        for (int second = 0; second < 5; second++) {
            for (int i = 0; i < 2_000; i++) {
                long now = Traffic.START + second * 1_000L;
                record("a", i % 10 == 0 ? now - 3_000 : now);
            }
        }
        recorder.handOver();
        assertThat(rows()).hasSizeLessThanOrEqualTo(500);
    }

    @Test
    void aClockThatWasSetBackIsFollowed() {
        record("a", Traffic.START);
        for (int half = 0; half < 20; half++) {
            for (int i = 0; i < 30; i++) {
                record("a", Traffic.START - 3_600_000 + half * 500L + i);
            }
            recorder.handOver();
        }
        assertThat(rows()).as("each second has its budget").hasSizeGreaterThan(500);
        assertThat(counted()).isEqualTo(expected);
    }

    @Test
    void nothingIsHandedOverWhenNothingHappened() {
        assertThat(recorder.handOver()).isTrue();
        record("a", Traffic.START);
        recorder.handOver();
        recorder.handOver();
        assertThat(taken).hasSize(1);
    }

    @Test
    void batchesAreNumberedWithoutGaps() {
        for (int i = 0; i < 10; i++) {
            record("a", Traffic.START + i);
            room = i % 3 != 1;
            recorder.handOver();
        }
        room = true;
        recorder.handOver();
        assertThat(taken).extracting(TrafficBatch::source).containsOnly("edge-0");
        for (int i = 0; i < taken.size(); i++) {
            assertThat(taken.get(i).sequence()).isEqualTo(i + 1);
        }
        assertThat(counted()).isEqualTo(expected);
    }

    @Test
    void aRefusedBatchIsOfferedAgainAndNothingIsLost() {
        room = false;
        for (int i = 0; i < 50; i++) {
            record("a", Traffic.START + i * 20_000L);
            record("b", Traffic.START + i * 20_000L);
            assertThat(recorder.handOver()).isFalse();
        }
        assertThat(taken).isEmpty();
        room = true;
        assertThat(recorder.handOver()).isTrue();
        assertThat(taken).extracting(TrafficBatch::sequence).containsExactly(1L, 2L);
        assertThat(counted()).isEqualTo(expected);
        assertThat(rows()).hasSize(100).doesNotHaveDuplicates();
        assertThat(recorder.handOver()).isTrue();
        assertThat(taken).hasSize(2);
    }

    @Test
    void keptRowsStandForTheirRequests() {
        double weights = 0;
        for (int second = 0; second < 30; second++) {
            for (int i = 0; i < 1_000; i++) {
                record("a", Traffic.START + second * 1_000L + i);
            }
        }
        recorder.handOver();
        assertThat(rows()).hasSizeBetween(1_500, 3_000);
        for (RequestEvent row : rows()) {
            assertThat(row.weight()).isGreaterThanOrEqualTo(1);
            weights += row.weight();
        }
        assertThat(weights).isBetween(27_000.0, 33_000.0);
    }

    @Test
    void eachZoneHasItsOwnBudget() {
        for (int i = 0; i < 2_000; i++) {
            record("busy", Traffic.START);
        }
        for (int i = 0; i < 20; i++) {
            record("calm", Traffic.START);
        }
        recorder.handOver();
        assertThat(rows().stream().filter(row -> row.zone().equals("calm")))
                .hasSize(20)
                .allMatch(row -> row.weight() == 1);
        assertThat(rows().stream().filter(row -> row.zone().equals("busy"))).hasSizeBetween(100, 200);
    }

    @Test
    void aSinkThatRefusesForLongThinsTheBusyZonesAndLosesNothing() {
        double[] errors = new double[12];
        for (int seed = 0; seed < errors.length; seed++) {
            List<TrafficBatch> got = new ArrayList<>();
            boolean[] takes = {false};
            LoopRecorder patient = new LoopRecorder("edge-1", "DEV", new RowBudget(1_000_000, 10_000_000, 1), batch -> {
                if (takes[0]) {
                    got.add(batch);
                }
                return takes[0];
            });
            SplittableRandom each = new SplittableRandom(seed);
            int requests = 200_000;
            for (int i = 0; i < requests; i++) {
                String zone = i % 10_000 == 0 ? "small" : i % 3 == 0 ? "busy" : "busier";
                Outcome o = Traffic.outcome(each, Traffic.START + i);
                o.responseBytes = (long) Math.exp(9 + 2 * each.nextGaussian());
                patient.record(zone, o, Traffic.rowOf(zone, o));
                if (i == 100) {
                    assertThat(patient.handOver()).isFalse();
                }
            }
            takes[0] = true;
            assertThat(patient.handOver()).isTrue();
            assertThat(patient.thinnings()).isPositive();
            List<RequestEvent> kept = got.stream()
                    .flatMap(batch -> batch.rows().events().stream())
                    .toList();
            assertThat(got.stream().mapToInt(batch -> batch.rows().length())).allMatch(length -> length <= 8 << 20);
            assertThat(kept.stream().filter(row -> row.zone().equals("small")))
                    .hasSize(20)
                    .allMatch(row -> row.weight() == 1);
            Map<String, Double> weights = new HashMap<>();
            kept.forEach(row -> weights.merge(row.zone(), row.weight(), Double::sum));
            Map<String, Long> counts = new HashMap<>();
            got.forEach(batch -> batch.counters()
                    .forEach(minute -> counts.merge(
                            minute.zone(),
                            Traffic.sum(minute.crossed().values()).requests(),
                            Long::sum)));
            assertThat(counts.values().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(requests);
            for (String zone : List.of("busy", "busier")) {
                double truth = counts.getOrDefault(zone, 0L);
                double error = weights.getOrDefault(zone, 0.0) / truth - 1;
                assertThat(error).as(zone).isBetween(-0.06, 0.06);
                errors[seed] += error / 2;
            }
        }
        double mean = 0;
        for (double error : errors) {
            mean += error / errors.length;
        }
        assertThat(mean).isBetween(-0.01, 0.01);
    }

    @Test
    void minutesThatNobodyTakesAreBoundedAndTheSumsStayTrue() {
        room = false;
        record("a", Traffic.START);
        recorder.handOver();
        int minutes = LoopRecorder.MOST_MINUTES + 5_000;
        for (int i = 0; i < minutes; i++) {
            record("a", Traffic.START + i * MINUTE);
        }
        room = true;
        recorder.handOver();
        assertThat(taken.getLast().counters()).hasSizeBetween(1, LoopRecorder.MOST_MINUTES + 1);
        assertThat(counted().values().stream().mapToLong(Totals::requests).sum())
                .isEqualTo(minutes + 1);
    }

    @Test
    void theLoopBoundsWhatAllZonesTogetherKeepInASecond() {
        LoopRecorder flooded = new LoopRecorder("edge-1", "DEV", new RowBudget(1_000, 1_000, 1), this::offer);
        for (int i = 0; i < 100_000; i++) {
            Outcome o = Traffic.outcome(random, Traffic.START);
            flooded.record("zone-" + i % 5_000, o, Traffic.rowOf("zone-" + i % 5_000, o));
        }
        flooded.handOver();
        assertThat(rows()).hasSizeBetween(1_000, 2_000);
    }

    @Test
    void aLoopTellsTheBudgetWhatItsZonesAskFor() {
        RowBudget shared = new RowBudget(100, 10_000, 2);
        LoopRecorder one = new LoopRecorder("edge-1", "DEV", shared, this::offer);
        LoopRecorder two = new LoopRecorder("edge-2", "DEV", shared, this::offer);
        for (int i = 0; i < 80; i++) {
            for (LoopRecorder loop : List.of(one, two)) {
                Outcome o = Traffic.outcome(random, Traffic.START);
                loop.record("zone", o, Traffic.rowOf("zone", o));
            }
        }
        one.handOver();
        two.handOver();
        shared.allot(1, 1);
        assertThat(shared.allotment().rate("zone") * 160).isBetween(40.0, 100.0);
    }

    /// What a request costs once the code is compiled, for which a busy machine may take its time: the
    /// sketch's hashing allocates until the compiler has seen that nothing of it escapes.
    private static long allocated(LoopRecorder recorder, LoopRecorder.Row row, Outcome[] outcomes) {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        for (int round = 0; least > 0 && (round < 300 || System.nanoTime() < giveUp); round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (Outcome o : outcomes) {
                recorder.record("zone", o, row);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            if (round % 50 == 49) {
                recorder.handOver();
                for (Outcome o : outcomes) {
                    recorder.record("zone", o, row);
                }
            }
        }
        return least;
    }

    @Test
    void neitherARequestThatIsCountedNorOneThatIsKeptAllocates() {
        Outcome[] outcomes = new Outcome[200];
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = Traffic.outcome(random, Traffic.START);
            outcomes[i].visitorHash = i % 50;
        }
        LoopRecorder.Row row = (into, rate, meanBytes) -> {
            into.begin();
            into.i64(EventRows.RAY, 1);
            into.f64(EventRows.RATE, rate);
            into.f64(EventRows.MEAN_BYTES, meanBytes);
            for (int i = 0; i < TEXTS; i++) {
                into.text("text");
            }
            into.end();
        };
        for (int rows : new int[] {0, 1_000_000}) {
            LoopRecorder quiet = new LoopRecorder("edge-1", "DEV", new RowBudget(rows, rows, 1), _ -> true);
            assertThat(allocated(quiet, row, outcomes)).isZero();
        }
    }

    @Test
    void lateBytesGoToTheMinuteInWhichTheyCame() {
        Outcome o = record("a", Traffic.START);
        recorder.handOver();
        Outcome late = o.copy();
        late.startedAt = Traffic.START + MINUTE;
        late.requestBytes = 0;
        late.responseBytes = 0;
        late.originRequests = 0;
        late.originResponseBytes = 5;
        recorder.recordLate("a", late);
        expected.put(new Key("a", Traffic.START / MINUTE + 1), new Totals(0, 0, 0, 0, 5, 0, 0));
        recorder.handOver();
        assertThat(counted()).isEqualTo(expected);
        assertThat(recorder.requests()).isEqualTo(1);
        assertThat(rows()).hasSize(1);
    }

    @Test
    void anIdleZoneIsLetGoAndComesBack() {
        record("a", Traffic.START);
        for (int i = 0; i < 1_000; i++) {
            recorder.handOver();
        }
        assertThat(taken).hasSize(1);
        record("a", Traffic.START + 1);
        recorder.handOver();
        assertThat(counted()).isEqualTo(expected);
    }
}
