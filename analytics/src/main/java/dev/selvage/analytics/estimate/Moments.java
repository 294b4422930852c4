package dev.selvage.analytics.estimate;

/// What the sampled rows of a group say about the total of a value x in it.
///
/// The rows are a Poisson sample: each was kept on its own with a known probability π and stands for w =
/// 1/π events. Then Σ x·w is unbiased and Σ x²·w·(w−1) estimates its variance without bias (Horvitz and
/// Thompson, 1952). x must not be negative.
///
/// @param total Σ x·w
/// @param variance Σ x²·w·(w−1)
/// @param rows how many there are
/// @param largest the most that one event that could have been left out contributes to a total when it
/// is kept: an upper bound of x·w, seen or not
/// @param exact true when no event was left out; the variance is 0 then
public record Moments(double total, double variance, long rows, double largest, boolean exact) {
    /// A total that is no estimate.
    public static Moments exact(double total, long rows) {
        return new Moments(total, 0, rows, 0, true);
    }

    /// Of two disjoint groups.
    public Moments plus(Moments other) {
        return new Moments(
                total + other.total,
                variance + other.variance,
                rows + other.rows,
                Math.max(largest, other.largest),
                exact && other.exact);
    }

    /// What is left without a part of it.
    Moments without(Moments part) {
        return new Moments(
                Math.max(0, total - part.total),
                Math.max(0, variance - part.variance),
                Math.max(0, rows - part.rows),
                largest,
                exact);
    }

    Moments times(double factor) {
        return new Moments(total * factor, variance * factor * factor, rows, largest * factor, exact);
    }
}
