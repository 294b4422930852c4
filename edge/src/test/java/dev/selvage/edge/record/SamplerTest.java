package dev.selvage.edge.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
    private static final int BUDGET = 100;
    private static final long START = 1_800_000_000L;

    /// What a sampler made of some traffic.
    ///
    /// @param most rows kept in one second
    private record Run(long requests, double weights, long rows, int most, double lightest, double heaviest) {}

    /// Lets `seconds` seconds of traffic by, each of `rate` requests, and one last request in a calm second,
    /// which carries what the bound shut out.
    private static Run run(int budget, int seconds, IntUnaryOperator rate, long seed) {
        Sampler sampler = new Sampler(budget);
        SplittableRandom random = new SplittableRandom(seed);
        long requests = 0;
        long rows = 0;
        double weights = 0;
        int most = 0;
        double lightest = Double.MAX_VALUE;
        double heaviest = 0;
        for (int second = 0; second <= seconds + 1; second++) {
            int count = second < seconds ? rate.applyAsInt(second) : second == seconds ? 0 : 1;
            int kept = 0;
            for (int i = 0; i < count; i++) {
                requests++;
                double weight = sampler.weigh(random.nextLong(), (START + second) * 1000 + i * 1000L / count);
                if (weight > 0) {
                    kept++;
                    weights += weight;
                    lightest = Math.min(lightest, weight);
                    heaviest = Math.max(heaviest, weight);
                }
            }
            rows += kept;
            most = Math.max(most, kept);
        }
        return new Run(requests, weights, rows, most, lightest, heaviest);
    }

    /// The mean over many seeds of estimate by truth.
    private static double bias(int seconds, IntUnaryOperator rate, int seeds) {
        double sum = 0;
        for (int seed = 0; seed < seeds; seed++) {
            Run run = run(BUDGET, seconds, rate, seed);
            assertThat(run.most()).isLessThanOrEqualTo(BUDGET);
            sum += run.weights() / run.requests();
        }
        return sum / seeds;
    }

    @ParameterizedTest
    @ValueSource(ints = {150, 300, 1_000, 5_000})
    void weightsAddUpToSteadyTraffic(int rate) {
        assertThat(bias(20, _ -> rate, 30)).isCloseTo(1, within(0.01));
    }

    @Test
    void weightsAddUpToBurstingTraffic() {
        assertThat(bias(20, second -> second % 4 == 0 ? 4_000 : 5, 60)).isCloseTo(1, within(0.015));
    }

    @Test
    void weightsAddUpToExplodingTraffic() {
        assertThat(bias(14, second -> 5 << second, 60)).isCloseTo(1, within(0.015));
    }

    @Test
    void weightsAddUpToRandomTraffic() {
        SplittableRandom random = new SplittableRandom(5);
        int[] rates = random.ints(30, 0, 3_000).toArray();
        assertThat(bias(30, second -> rates[second], 40)).isCloseTo(1, within(0.01));
    }

    @Test
    void oneRunOfSteadyTrafficIsEstimatedWell() {
        Run run = run(1_000, 60, _ -> 10_000, 1);
        assertThat(run.weights()).isCloseTo((double) run.requests(), within(0.02 * run.requests()));
        assertThat(run.rows()).isGreaterThan(60 * 600);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 100, 1_000})
    void noMoreRowsThanTheBudgetAreKeptInASecond(int budget) {
        for (int seed = 0; seed < 5; seed++) {
            assertThat(run(budget, 10, _ -> 20 * budget, seed).most()).isBetween(1, budget);
            assertThat(run(budget, 8, second -> budget << second, seed).most()).isLessThanOrEqualTo(budget);
        }
    }

    @Test
    void trafficOfHalfTheBudgetIsKeptWhole() {
        Run run = run(BUDGET, 30, _ -> BUDGET / 2, 1);
        assertThat(run.rows()).isEqualTo(run.requests());
        assertThat(run.lightest()).isEqualTo(1);
        assertThat(run.heaviest()).isEqualTo(1);
    }

    @Test
    void calmAfterABurstIsKeptWholeAgain() {
        Sampler sampler = new Sampler(BUDGET);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 1_000; i++) {
            sampler.weigh(random.nextLong(), START * 1000);
        }
        // The second after the burst still expects one; its first row may carry what was shut out.
        sampler.weigh(random.nextLong(), (START + 1) * 1000);
        for (int second = 2; second < 10; second++) {
            double weight = sampler.weigh(random.nextLong(), (START + second) * 1000);
            if (second > 2) {
                assertThat(weight).isEqualTo(1);
            }
        }
    }

    @Test
    void aPauseForgetsTheBurst() {
        Sampler sampler = new Sampler(2);
        for (int i = 0; i < 50; i++) {
            sampler.weigh(i, START * 1000);
        }
        double first = sampler.weigh(1, (START + 10) * 1000);
        assertThat(first).as("it carries what was shut out").isGreaterThan(1);
        assertThat(sampler.weigh(1, (START + 11) * 1000)).isEqualTo(1);
    }

    @Test
    void theRayIdAloneDecides() {
        Map<Long, Double> chosen = new HashMap<>();
        SplittableRandom random = new SplittableRandom(9);
        long[] rays = random.longs(2_000).toArray();
        Sampler one = new Sampler(BUDGET);
        Sampler other = new Sampler(BUDGET);
        for (long ray : rays) {
            chosen.put(ray, one.weigh(ray, START * 1000));
        }
        for (long ray : rays) {
            assertThat(other.weigh(ray, START * 1000)).isEqualTo(chosen.get(ray));
        }
    }

    @Test
    void aLostRowIsCarriedByTheNext() {
        Sampler sampler = new Sampler(BUDGET);
        assertThat(sampler.weigh(1, START * 1000)).isEqualTo(1);
        sampler.lost(1);
        sampler.lost(2.5);
        assertThat(sampler.weigh(2, START * 1000)).isEqualTo(4.5);
        assertThat(sampler.weigh(3, START * 1000)).isEqualTo(1);
    }

    @Test
    void hashedIdsAreSpreadEvenly() {
        int[] tenths = new int[10];
        for (long id = 0; id < 100_000; id++) {
            double unit = Sampler.unit(id);
            assertThat(unit >= 0 && unit < 1).isTrue();
            tenths[(int) (unit * 10)]++;
        }
        for (int tenth : tenths) {
            assertThat(tenth).isBetween(9_600, 10_400);
        }
    }
}
