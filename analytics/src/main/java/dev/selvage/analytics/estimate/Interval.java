package dev.selvage.analytics.estimate;

/// A confidence interval.
///
/// @param sampleSize stored rows behind the estimate
/// @param isValid false where there are too few rows for the interval to be a tight one: it still covers
/// the truth at least as often as its level says, but it is wide
public record Interval(double estimate, double lower, double upper, long sampleSize, boolean isValid) {
    /// The same, held to what is known for certain: a total is neither below what was seen of it nor
    /// above the exact total of the whole.
    public Interval within(double least, double most) {
        double top = Math.max(least, most);
        double low = Math.clamp(lower, least, top);
        return new Interval(Math.clamp(estimate, least, top), low, Math.clamp(upper, low, top), sampleSize, isValid);
    }
}
