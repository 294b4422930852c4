package dev.selvage.edge.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.event.RequestEvent;
import dev.selvage.model.event.Totals;
import dev.selvage.model.event.TrafficBatch;
import dev.selvage.model.event.ZoneMinute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LoopRecorderTest {
    private static final long MINUTE = Traffic.MINUTE;

    private record Key(String zone, long minute) {}

    private final List<TrafficBatch> taken = new ArrayList<>();
    private boolean room = true;
    private final LoopRecorder recorder = new LoopRecorder("edge-0", "DEV", 100, this::offer);
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
        recorder.record(zone, o, (rate, mean) -> Traffic.row(zone, o, rate, mean));
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
        assertThat(rows().stream().filter(row -> row.zone().equals("busy"))).hasSizeBetween(50, 100);
    }

    @Test
    void rowsThatWaitAreBoundedAndLaterOnesCarryTheirWeight() {
        LoopRecorder roomy = new LoopRecorder("edge-1", "DEV", 1_000_000, this::offer);
        room = false;
        int requests = 120_000;
        for (int i = 0; i < requests; i++) {
            Outcome o = Traffic.outcome(random, Traffic.START);
            roomy.record("a", o, (rate, mean) -> Traffic.row("a", o, rate, mean));
        }
        roomy.handOver();
        room = true;
        roomy.handOver();
        Outcome o = Traffic.outcome(random, Traffic.START);
        roomy.record("a", o, (rate, mean) -> Traffic.row("a", o, rate, mean));
        roomy.handOver();
        assertThat(rows()).hasSize(100_001);
        assertThat(rows().stream().mapToDouble(RequestEvent::weight).sum()).isEqualTo(requests + 1);
        assertThat(rows().getLast().weight()).isEqualTo(20_001);
        assertThat(counted().values()).extracting(Totals::requests).containsExactly(requests + 1L);
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
