package dev.selvage.analytics.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalsTest {
    private static Moments rows(long rows, double weight) {
        return new Moments(rows * weight, rows * weight * (weight - 1), rows, weight, false);
    }

    @Test
    void anExactNumberIsItsOwnInterval() {
        assertThat(Intervals.count(Moments.exact(5, 5), 0.95)).isEqualTo(new Interval(5, 5, 5, 5, true));
        assertThat(Intervals.sum(Moments.exact(0, 0), 0.95)).isEqualTo(new Interval(0, 0, 0, 0, true));
    }

    @Test
    void fewRowsGetTheIntervalOfAPoissonNumber() {
        // Garwood's exact interval of 3: 0.6187 to 8.7673.
        Interval interval = Intervals.sum(rows(3, 1e9), 0.95);
        assertThat(interval.lower() / 1e9).isCloseTo(0.6187, within(1e-3));
        assertThat(interval.upper() / 1e9).isCloseTo(8.7673, within(1e-3));
        assertThat(interval.isValid()).isFalse();
    }

    @Test
    void manyRowsGetAScoreInterval() {
        // Wilson's for a Poisson number of 100: 100 + z²/2 ± z·√(100 + z²/4).
        Interval interval = Intervals.sum(rows(100, 1e9), 0.95);
        assertThat(interval.lower() / 1e9).isCloseTo(82.223, within(1e-2));
        assertThat(interval.upper() / 1e9).isCloseTo(121.62, within(1e-2));
        assertThat(interval.isValid()).isTrue();
    }

    @Test
    void aCountIsNeverBelowTheRowsSeen() {
        assertThat(Intervals.count(rows(20, 1.01), 0.999).lower()).isGreaterThanOrEqualTo(20);
    }

    @Test
    void rowsThatWereCertainSayNothingAboutThoseThatWereNot() {
        Moments certain = new Moments(20, 0, 20, 1000, false);
        Interval interval = Intervals.count(certain, 0.95);
        assertThat(interval.lower()).isEqualTo(20);
        assertThat(interval.upper()).isGreaterThan(3000);
    }

    @Test
    void aGroupWithoutARowMayHoldAFewOfTheLargest() {
        assertThat(Intervals.absent(1000, 0.95)).isCloseTo(3688.9, within(0.1));
        assertThat(Intervals.count(new Moments(0, 0, 0, 1000, false), 0.95))
                .isEqualTo(new Interval(0, 0, Intervals.absent(1000, 0.95), 0, false));
    }

    @Test
    void aShareStaysWithinZeroAndOne() {
        Interval all = Intervals.share(rows(50, 100), rows(50, 100), 0.95);
        assertThat(all.estimate()).isEqualTo(1);
        assertThat(all.upper()).isEqualTo(1);
        assertThat(all.lower()).isBetween(0.85, 0.99);
        Interval most = Intervals.share(rows(90, 100), rows(100, 100), 0.95);
        assertThat(most.estimate()).isCloseTo(0.9, within(1e-9));
        assertThat(most.lower()).isBetween(0.79, 0.86);
        assertThat(most.upper()).isBetween(0.93, 0.96);
    }

    @Test
    void aMeanOfEqualValuesIsCertain() {
        Moments below = rows(100, 10);
        Moments above = new Moments(7 * below.total(), 49 * below.variance(), 100, 70, false);
        Interval mean = Intervals.ratio(above, below, 7 * below.variance(), 0.95);
        assertThat(mean.estimate()).isEqualTo(7);
        assertThat(mean.upper() - mean.lower()).isLessThan(1e-6);
        assertThat(Intervals.ratio(above, rows(0, 10), 0, 0.95).isValid()).isFalse();
    }

    @Test
    void calibratedGroupsAddUpToTheTruth() {
        Calibration calibration = new Calibration(1100, rows(100, 10));
        Interval most = calibration.count(rows(70, 10), 0.95);
        Interval rest = calibration.count(rows(30, 10), 0.95);
        assertThat(most.estimate() + rest.estimate()).isCloseTo(1100, within(1e-9));
        assertThat(most.lower()).isCloseTo(1100 - rest.upper(), within(1e-9));
        assertThat(rest.upper() - rest.lower())
                .isLessThan(Intervals.count(rows(30, 10), 0.95).upper()
                        - Intervals.count(rows(30, 10), 0.95).lower());
    }

    @Test
    void whatCountersSayIsNothingIsNothingWhateverRowsSay() {
        Interval interval = new Calibration(0, rows(10, 10)).sum(rows(8, 10), 0.95);

        assertThat(List.of(interval.estimate(), interval.lower(), interval.upper()))
                .containsOnly(0.0);
    }

    @Test
    void moreRowsThanTheCountersHoldStillGiveAnInterval() {
        Interval interval = new Calibration(5, rows(10, 10)).count(rows(8, 10), 0.95);
        assertThat(interval.lower()).isLessThanOrEqualTo(interval.estimate());
        assertThat(interval.estimate()).isLessThanOrEqualTo(interval.upper());
    }
}
