package dev.selvage.analytics.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantilesTest {
    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void ofWholeDataTheyAreExact() {
        Quantiles quantiles = Quantiles.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, ones(10));
        assertThat(quantiles.at(0.5, 0.95)).isEqualTo(new Interval(5, 5, 5, 10, true));
        assertThat(quantiles.at(0.95, 0.95).estimate()).isEqualTo(10);
        assertThat(quantiles.at(0, 0.95).estimate()).isEqualTo(1);
        assertThat(quantiles.at(1, 0.95).estimate()).isEqualTo(10);
        assertThat(quantiles.at(0.3, 0.95).estimate()).isEqualTo(3);
    }

    @Test
    void aWeightCountsAsSoManyEvents() {
        Quantiles quantiles = Quantiles.of(new double[] {1, 2, 3}, new double[] {1, 10, 1});
        assertThat(quantiles.at(0.9, 0.95).estimate()).isEqualTo(2);
        assertThat(quantiles.at(0.95, 0.95).estimate()).isEqualTo(3);
    }

    @Test
    void rowsGroupedByValueGiveTheSame() {
        Quantiles single = Quantiles.of(new double[] {1, 2, 2, 3}, new double[] {5, 7, 3, 2});
        Quantiles grouped = Quantiles.of(new double[] {1, 2, 3}, new double[] {5, 10, 2}, new double[] {20, 48, 2}, 4);
        for (double p : new double[] {0.1, 0.29, 0.3, 0.5, 0.88, 0.9, 0.99}) {
            assertThat(grouped.at(p, 0.95)).isEqualTo(single.at(p, 0.95));
        }
    }

    @Test
    void theirBoundsHoldTheTruth() {
        Random random = new Random(7);
        int held = 0;
        int times = 1000;
        for (int i = 0; i < times; i++) {
            double[] values = new double[5000];
            for (int j = 0; j < values.length; j++) {
                values[j] = random.nextGaussian();
            }
            Arrays.sort(values);
            double[] kept = new double[values.length];
            double[] weights = new double[values.length];
            int rows = 0;
            for (int j = 0; j < values.length; j++) {
                double probability = j % 2 == 0 ? 0.1 : 0.02;
                if (random.nextDouble() < probability) {
                    kept[rows] = values[j];
                    weights[rows++] = 1 / probability;
                }
            }
            Interval interval = Quantiles.of(Arrays.copyOf(kept, rows), Arrays.copyOf(weights, rows))
                    .at(0.9, 0.95);
            double truth = values[values.length * 9 / 10 - 1];
            held += interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
        }
        assertThat(held / (double) times).isBetween(0.92, 0.98);
    }

    @Test
    void nothingHasNoQuantileAndDisorderIsRefused() {
        assertThat(Quantiles.of(new double[0], new double[0]).at(0.5, 0.95).isValid())
                .isFalse();
        assertThatThrownBy(() -> Quantiles.of(new double[] {2, 1}, ones(2)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
