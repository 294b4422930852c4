package dev.selvage.analytics.estimate;

/// Estimates held to an exact total: what the rows say of a group's share, times the truth about the
/// whole.
///
/// A ratio estimator; linearised, its variance is V·(1 − 2R) + R²·V(all), where R is the group's share.
/// It is far smaller for a large group, and the estimates of all groups add up to the truth.
///
/// @param truth the exact total of the whole
/// @param all what the rows say about the same whole
public record Calibration(double truth, Moments all) {
    /// A group's moments, calibrated.
    public Moments of(Moments group) {
        if (group.exact() || !(all.total() > 0)) {
            return group;
        }
        double factor = truth / all.total();
        double share = Math.min(1, group.total() / all.total());
        double variance = group.variance() * (1 - 2 * share) + share * share * all.variance();
        return new Moments(
                group.total() * factor,
                Math.max(0, variance) * factor * factor,
                group.rows(),
                group.largest() * factor,
                false);
    }

    /// The interval of a group's count.
    public Interval count(Moments group, double level) {
        return total(group, level).within((double) group.rows(), truth);
    }

    /// The interval of a group's sum.
    public Interval sum(Moments group, double level) {
        return total(group, level).within(0, truth);
    }

    /// A group that is most of the whole is as certain as the little that is not in it: its interval is
    /// that of the rest, turned round.
    private Interval total(Moments group, double level) {
        if (!(truth > 0)) {
            return new Interval(0, 0, 0, group.rows(), group.rows() >= Intervals.LEAST_ROWS);
        }
        if (group.exact() || 2 * group.total() <= all.total()) {
            return Intervals.total(of(group), level);
        }
        Interval rest = Intervals.total(of(all.without(group)), level);
        return new Interval(
                truth - rest.estimate(),
                truth - rest.upper(),
                truth - rest.lower(),
                group.rows(),
                group.rows() >= Intervals.LEAST_ROWS);
    }
}
