package dev.selvage.bench.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Load LOAD = Load.single("1k", "1 KiB", 1 << 10);

    /// Contenders that use a second of CPU per look, and a generator that plays prepared samples.
    private static final class Bed implements Generator, Origin {
        final List<Integer> order = new ArrayList<>();
        final List<Sample> next = new ArrayList<>();
        final List<String> said = new ArrayList<>();
        long asked;
        int askedWhileMeasuring;

        @Override
        public Sample run(Load load, int port, int seconds) {
            order.add(port);
            asked += askedWhileMeasuring;
            return next.isEmpty() ? new Sample(1_000, seconds, 2_000_000, 0, 100, 200) : next.removeFirst();
        }

        @Override
        public long asked() {
            return asked;
        }

        Map<String, Rounds.Outcome> measure(int rounds, Contender.Running... contenders) throws Exception {
            return new Rounds(this, this, said::add).measure(LOAD, List.of(contenders), rounds, 2);
        }
    }

    private static final class Still implements Contender.Running {
        private final int port;
        private double cpu;

        Still(int port) {
            this.port = port;
        }

        @Override
        public String name() {
            return "c" + port;
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public double cpuSeconds() {
            return cpu++;
        }

        @Override
        public long residentBytes() {
            return 0;
        }
    }

    @Test
    void roundsAlternateAndEachBeginsWithAnotherContender() throws Exception {
        var bed = new Bed();
        Map<String, Rounds.Outcome> outcomes = bed.measure(4, new Still(1), new Still(2), new Still(3));
        assertThat(bed.order).containsExactly(1, 2, 3, /* warmed up */ 1, 2, 3, 2, 3, 1, 3, 1, 2, 1, 2, 3);
        assertThat(outcomes.keySet()).containsExactly("c1", "c2", "c3");
        assertThat(outcomes.values()).allMatch(outcome -> outcome.rounds().size() == 4);
    }

    @Test
    void aRoundsFiguresAreTheGeneratorsAndTheContendersCpu() throws Exception {
        var bed = new Bed();
        bed.next.add(new Generator.Sample(1, 2, 2_000_000, 0, 0, 0)); // warming up
        bed.next.add(new Generator.Sample(500, 2.5, 2_000_000, 0, 11, 22));
        Rounds.Measured measured =
                outcome(bed.measure(1, new Still(1))).rounds().getFirst();
        assertThat(measured).isEqualTo(new Rounds.Measured(200, 11, 22, 2_000));
    }

    @Test
    void aMeasurementWithErrorsIsRepeated() throws Exception {
        var bed = new Bed();
        bed.next.add(new Generator.Sample(1, 2, 2_000_000, 0, 0, 0)); // warming up
        bed.next.add(new Generator.Sample(500, 2, 2_000_000, 1, 1, 1));
        bed.next.add(new Generator.Sample(0, 2, 2_000_000, 0, 1, 1));
        bed.next.add(new Generator.Sample(600, 2, 2_000_000, 0, 1, 1));
        Rounds.Outcome outcome = outcome(bed.measure(1, new Still(1)));
        assertThat(outcome.rounds())
                .extracting(Rounds.Measured::requestsPerSecond)
                .containsExactly(300.0);
        assertThat(outcome.refused())
                .containsExactly(
                        "500 requests, 1 errors, whole bodies, the origin was asked 0 times",
                        "0 requests, 0 errors, whole bodies, the origin was asked 0 times");
        assertThat(bed.said).anyMatch(line -> line.contains("does not count: 500 requests, 1 errors"));
    }

    @Test
    void answersWithoutTheirBodiesAreNoMeasurement() throws Exception {
        var bed = new Bed();
        bed.next.add(new Generator.Sample(1, 2, 2_000_000, 0, 0, 0)); // warming up
        bed.next.add(new Generator.Sample(1_000, 2, 1_023_999, 0, 1, 1));
        bed.next.add(new Generator.Sample(1_000, 2, 1_024_000, 0, 1, 1));
        Rounds.Outcome outcome = outcome(bed.measure(1, new Still(1)));
        assertThat(outcome.rounds()).hasSize(1);
        assertThat(outcome.refused())
                .containsExactly("1000 requests, 0 errors, short bodies, the origin was asked 0 times");
    }

    @Test
    void aContenderThatAlwaysAsksTheOriginHasNoFigures() throws Exception {
        var bed = new Bed();
        bed.askedWhileMeasuring = 1;
        Rounds.Outcome outcome = outcome(bed.measure(2, new Still(1)));
        assertThat(outcome.rounds()).isEmpty();
        assertThat(outcome.refused()).hasSize(2 * Rounds.ATTEMPTS);
        assertThat(outcome.medians().requestsPerSecond()).isNaN();
    }

    @Test
    void aMedianIsTheMiddle() {
        assertThat(Rounds.median(new double[] {5, 1, 3})).isEqualTo(3);
        assertThat(Rounds.median(new double[] {4, 1, 3, 2})).isCloseTo(2.5, within(1e-9));
        assertThat(Rounds.median(new double[0])).isNaN();
    }

    private static Rounds.Outcome outcome(Map<String, Rounds.Outcome> outcomes) {
        return Objects.requireNonNull(outcomes.get("c1"));
    }
}
