package dev.selvage.edge.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.selvage.model.event.Sampling;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
    private static final int BUDGET = 100;
    private static final long START = 1_800_000_000L;
    private static final double PRIOR = 16_384;

    /// How many bytes responses have.
    enum Bytes {
        EQUAL {
            @Override
            long next(RandomGenerator random) {
                return 4_000;
            }
        },
        LOGNORMAL {
            @Override
            long next(RandomGenerator random) {
                return (long) Math.exp(9 + 2 * random.nextGaussian());
            }
        },
        PARETO {
            @Override
            long next(RandomGenerator random) {
                return (long) (1_000 * Math.pow(1 - random.nextDouble(), -1 / 1.2));
            }
        };

        abstract long next(RandomGenerator random);
    }

    /// What a sampler made of some traffic.
    ///
    /// @param estimate of the requests
    /// @param bytesEstimate of the bytes
    /// @param most rows kept in one second
    private record Run(
            long requests, double estimate, double bytes, double bytesEstimate, long rows, int most, double heaviest) {}

    /// Lets `seconds` seconds of traffic by, each of so many requests.
    private static Run run(RowBudget budget, int seconds, IntUnaryOperator requests, Bytes bytes, long seed) {
        Sampler sampler = new Sampler("zone", PRIOR, budget.allotment());
        SplittableRandom random = new SplittableRandom(seed);
        long all = 0;
        double estimate = 0;
        double sum = 0;
        double bytesEstimate = 0;
        long rows = 0;
        int most = 0;
        double heaviest = 0;
        for (int second = 0; second < seconds; second++) {
            int count = requests.applyAsInt(second);
            int kept = 0;
            for (int i = 0; i < count; i++) {
                all++;
                long size = bytes.next(random);
                sum += size;
                long ray = random.nextLong();
                double rate = sampler.rate((START + second) * 1000 + i * 1000L / count, budget.allotment(), 0);
                double sized = Sampling.size(size, sampler.meanBytes());
                boolean keep = Sampling.kept(ray, rate, sized);
                if (keep) {
                    double weight = Sampling.weight(rate, sized);
                    kept++;
                    estimate += weight;
                    bytesEstimate += weight * size;
                    heaviest = Math.max(heaviest, weight);
                }
                sampler.saw(size, keep);
            }
            rows += kept;
            most = Math.max(most, kept);
            budget.report(new RowBudget.Demand(new String[] {"zone"}, new int[] {count}, 0, 0));
            budget.allot(1, 1);
        }
        return new Run(all, estimate, sum, bytesEstimate, rows, most, heaviest);
    }

    private static RowBudget budget(int rows) {
        return new RowBudget(rows, 1_000_000, 1);
    }

    private static void unbiased(IntUnaryOperator requests, int seconds, Bytes bytes, int seeds) {
        double[] counts = new double[seeds];
        double[] sizes = new double[seeds];
        for (int seed = 0; seed < seeds; seed++) {
            Run run = run(budget(BUDGET), seconds, requests, bytes, seed);
            counts[seed] = run.estimate() / run.requests() - 1;
            sizes[seed] = run.bytesEstimate() / run.bytes() - 1;
        }
        nearNothing(counts);
        nearNothing(sizes);
    }

    /// The mean error is within four of its own standard errors of nothing, and these are small.
    private static void nearNothing(double[] errors) {
        double mean = 0;
        double square = 0;
        for (double error : errors) {
            mean += error / errors.length;
            square += error * error / errors.length;
        }
        double standard = Math.sqrt(square / errors.length);
        assertThat(standard).isLessThan(0.02);
        assertThat(mean).isCloseTo(0, within(4 * standard + 1e-9));
    }

    @ParameterizedTest
    @EnumSource
    void weightsAddUpToSteadyTraffic(Bytes bytes) {
        unbiased(_ -> 1_500, 10, bytes, 200);
    }

    @ParameterizedTest
    @EnumSource
    void weightsAddUpToBurstingTraffic(Bytes bytes) {
        unbiased(second -> second % 4 == 0 ? 4_000 : 5, 12, bytes, 400);
    }

    @ParameterizedTest
    @EnumSource
    void weightsAddUpToExplodingTraffic(Bytes bytes) {
        unbiased(second -> 5 << second, 13, bytes, 400);
    }

    @Test
    void oneRunOfSteadyTrafficIsEstimatedWell() {
        Run run = run(budget(1_000), 60, _ -> 10_000, Bytes.LOGNORMAL, 1);
        assertThat(run.estimate()).isCloseTo((double) run.requests(), within(0.02 * run.requests()));
        assertThat(run.bytesEstimate()).isCloseTo(run.bytes(), within(0.02 * run.bytes()));
        assertThat(run.rows()).isGreaterThan(60 * 500);
    }

    @ParameterizedTest
    @CsvSource({"100,EQUAL", "100,PARETO", "1000,EQUAL", "1000,LOGNORMAL", "1000,PARETO"})
    void steadyTrafficStaysWithinTheBudget(int rows, Bytes bytes) {
        for (int seed = 0; seed < 5; seed++) {
            RowBudget known = budget(rows);
            known.report(new RowBudget.Demand(new String[] {"zone"}, new int[] {20 * rows}, 0, 0));
            known.allot(1, 1);
            assertThat(run(known, 20, _ -> 20 * rows, bytes, seed).most()).isBetween(rows / 3, rows);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 100, 1_000})
    void theFirstSecondOfAnExplosionIsBounded(int rows) {
        for (int seed = 0; seed < 5; seed++) {
            Run run = run(budget(rows), 1, _ -> 1_000_000, Bytes.LOGNORMAL, seed);
            assertThat(run.most()).isLessThanOrEqualTo(2 * rows + 24);
        }
    }

    @Test
    void trafficWithinTheBudgetIsKeptWhole() {
        Run run = run(budget(BUDGET), 30, _ -> BUDGET, Bytes.PARETO, 1);
        assertThat(run.rows()).isEqualTo(run.requests());
        assertThat(run.heaviest()).isEqualTo(1);
    }

    @Test
    void calmAfterABurstIsKeptWholeAgain() {
        Sampler sampler = new Sampler("zone", PRIOR, budget(BUDGET).allotment());
        RowBudget.Allotment allotment = budget(BUDGET).allotment();
        for (int i = 0; i < 1_000; i++) {
            sampler.rate(START * 1000, allotment, 0);
            sampler.saw(1_000, true);
        }
        assertThat(sampler.rate((START + 1) * 1000, allotment, 0)).isLessThan(0.1);
        sampler.saw(1_000, true);
        assertThat(sampler.rate((START + 2) * 1000, allotment, 0)).isEqualTo(Sampling.ALL);
    }

    @Test
    void aPauseForgetsTheBurst() {
        RowBudget.Allotment allotment = budget(BUDGET).allotment();
        Sampler sampler = new Sampler("zone", PRIOR, allotment);
        for (int i = 0; i < 1_000; i++) {
            sampler.rate(START * 1000, allotment, 0);
            sampler.saw(1_000, true);
        }
        assertThat(sampler.rate((START + 10) * 1000, allotment, 0)).isEqualTo(Sampling.ALL);
    }

    @Test
    void whatALoopAsksOfAllZonesHalvesTheRate() {
        RowBudget.Allotment allotment = budget(BUDGET).allotment();
        Sampler sampler = new Sampler("zone", PRIOR, allotment);
        assertThat(sampler.rate(START * 1000, allotment, 1)).isEqualTo(0.5);
        assertThat(sampler.rate(START * 1000, allotment, 3)).isEqualTo(0.125);
    }

    @Test
    void ratesAndMeansAreFew() {
        RowBudget budget = budget(BUDGET);
        Sampler sampler = new Sampler("zone", PRIOR, budget.allotment());
        SplittableRandom random = new SplittableRandom(3);
        Set<Double> rates = new HashSet<>();
        Set<Double> means = new HashSet<>();
        for (int second = 0; second < 600; second++) {
            int requests = 1_000 + random.nextInt(200);
            for (int i = 0; i < requests; i++) {
                rates.add(sampler.rate((START + second) * 1000, budget.allotment(), 0));
                means.add(sampler.meanBytes());
                sampler.saw(Bytes.LOGNORMAL.next(random), i % 12 == 0);
            }
        }
        assertThat(rates).hasSizeLessThan(20);
        assertThat(means).hasSizeLessThan(40);
    }

    @Test
    void theMeanFollowsTheBytesAndNeverTheRequestItDecides() {
        RowBudget.Allotment allotment = budget(BUDGET).allotment();
        Sampler sampler = new Sampler("zone", PRIOR, allotment);
        assertThat(sampler.meanBytes()).isEqualTo(PRIOR);
        Map<Integer, Double> seen = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            sampler.rate(START * 1000, allotment, 0);
            seen.put(i, sampler.meanBytes());
            sampler.saw(500, false);
        }
        assertThat(seen.get(0)).isEqualTo(PRIOR);
        assertThat(sampler.meanBytes()).isBetween(450.0, 560.0);
        for (int i = 0; i < 400_000; i++) {
            sampler.saw(1L << 62, false);
        }
        assertThat(sampler.meanBytes()).isBetween(1e9, 2e13);
    }
}
