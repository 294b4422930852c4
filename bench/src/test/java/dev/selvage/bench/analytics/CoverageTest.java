package dev.selvage.bench.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static final int TIMES = 400;
    /// Four standard errors of a share of 93 % measured so many times.
    private static final double CHANCE = 4 * Math.sqrt(0.93 * 0.07 / TIMES);

    @Test
    void ninetyFiveOfAHundredIntervalsHoldTheTruth() {
        List<Cell.Outcome> outcomes = Coverage.grid(3, 6).stream()
                .filter(cell -> cell.zone() <= 1e4 || cell.zone() == 1e6)
                .map(cell -> cell.measure(new SplittableRandom(7), cell.whole() ? 3 : TIMES))
                .toList();
        assertThat(outcomes).hasSizeGreaterThan(100);
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.mislabelled() > 0
                        || outcome.count().coverage() < 0.93 - CHANCE
                        || outcome.sum().coverage() < 0.93 - CHANCE)
                .isEmpty();
        assertThat(Coverage.mean(outcomes, Coverage::usual)).isBetween(0.93, 0.975);
    }

    @Test
    void whatIsKeptWholeIsExact() {
        for (ByteSizes sizes : Coverage.distributions()) {
            Cell cell = new Cell(Cell.Scheme.ONE_RATE, sizes, 100, 1, 100, false);
            Cell.Outcome outcome = cell.measure(new SplittableRandom(7), 20);
            assertThat(cell.whole()).isTrue();
            assertThat(outcome.mislabelled()).isZero();
            assertThat(outcome.count().coverage()).isEqualTo(1);
            assertThat(outcome.count().width()).isZero();
            assertThat(outcome.sum().width()).isZero();
        }
    }

    @Test
    void aTopTenOfManyRowsIsRightAndOneOfFewSaysThatItMayNotBe() {
        for (ByteSizes sizes : Coverage.distributions()) {
            for (boolean byBytes : new boolean[] {false, true}) {
                TopTen.Outcome many = new TopTen(sizes, byBytes, 1_000).measure(new SplittableRandom(7), 100);
                assertThat(many.share()).isGreaterThan(0.985);
                TopTen.Outcome few = new TopTen(sizes, byBytes, 20).measure(new SplittableRandom(7), 200);
                assertThat(few.share()).isBetween(0.8, 0.97);
                assertThat(few.unmarked() / (double) few.items()).isLessThan(0.01);
            }
        }
    }
}
