package dev.selvage.analytics.query;

import dev.selvage.analytics.estimate.Calibration;
import dev.selvage.analytics.estimate.Interval;
import dev.selvage.analytics.estimate.Intervals;
import dev.selvage.analytics.estimate.Moments;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Estimates of groups from what their rows add up to.
///
/// A row with weight 1 was kept for certain; it adds what it is and no doubt. Only what the others add
/// up to is estimated, and calibrated to what the exact counters leave for them. Where the counters hold
/// more than rows that are all certain, rows were lost: then those left are taken for a sample of all.
final class Estimator {
    /// What the rows of a group, or of everything in question, add up to.
    ///
    /// @param rows how many there are, and how many of them have a weight above 1
    /// @param heaviest the most requests that one that was left out would have stood for
    /// @param heaviestBytes the same of bytes to visitors
    /// @param parts by term
    record Sums(long rows, long sampled, double heaviest, double heaviestBytes, List<Part> parts) {}

    /// The sums of one term, x being a row's value and w its weight.
    ///
    /// @param certain Σ x of rows with weight 1
    /// @param sampled Σ x·w of the others
    /// @param variance Σ x²·w·(w−1)
    /// @param cross Σ x·w·(w−1)
    /// @param largest the greatest x·w of the others
    /// @param squares Σ x² of rows with weight 1
    record Part(double certain, double sampled, double variance, double cross, double largest, double squares) {}

    /// How sums become totals: certain · `certainly` + sampled · `sampled`.
    record Factors(double certainly, double sampled) {
        private static final Factors ONE = new Factors(1, 1);

        /// @param part what rows add up to
        /// @param total what counters say that they are of; null when they say nothing
        static Factors of(Part part, @Nullable Double total) {
            if (total == null) {
                return ONE;
            }
            if (part.sampled() > 0 && total > part.certain()) {
                return new Factors(1, (total - part.certain()) / part.sampled());
            }
            double read = part.certain() + part.sampled();
            double ratio = total > 0 && read > 0 ? total / read : 1;
            return new Factors(ratio, ratio);
        }
    }

    private static final int DIGITS = 12;

    /// The greatest power of ten that a double holds exactly.
    private static final int EXACT_POWER = 22;

    private final List<Term> terms;
    private final Sums all;
    private final List<Factors> factors;
    private final boolean calibrated;
    private final boolean exact;

    /// @param all what all rows of the zones and the time add up to
    /// @param calibrated false when no exact total is known
    /// @param exact true when no request of the question is without its row
    Estimator(List<Term> terms, Sums all, List<Factors> factors, boolean calibrated, boolean exact) {
        this.terms = List.copyOf(terms);
        this.all = all;
        this.factors = List.copyOf(factors);
        this.calibrated = calibrated;
        this.exact = exact;
    }

    double total(Sums group, Term term) {
        Part part = group.parts().get(terms.indexOf(term));
        return plain(total(part.certain(), part.sampled(), term));
    }

    /// A total of which the last digits do not count.
    double total(double certain, double sampled, Term term) {
        Factors factor = factors.get(terms.indexOf(term));
        return factor.certainly() * certain + factor.sampled() * sampled;
    }

    /// Without the last digits, which depend on the order in which the engine added.
    private static double plain(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return value;
        }
        int places = DIGITS - 1 - (int) Math.floor(Math.log10(Math.abs(value)));
        if (Math.abs(places) > EXACT_POWER) {
            return value;
        }
        // Powers of ten up to there, and integers of so many digits, have no error of their own.
        double power = Math.pow(10, Math.abs(places));
        return places < 0 ? Math.rint(value / power) * power : Math.rint(value * power) / power;
    }

    double ratio(Sums group, Term above, Term below) {
        double under = total(group, below);
        return under > 0 ? total(group, above) / under : 0;
    }

    double sampleInterval(Sums group) {
        return total(group, Term.REQUESTS) / group.rows();
    }

    /// The interval of a total.
    Interval interval(Sums group, Term term, double level) {
        double total = total(group, term);
        if (exact) {
            return new Interval(total, total, total, group.rows(), true);
        }
        int at = terms.indexOf(term);
        Factors factor = factors.get(at);
        Moments own = moments(group, term);
        boolean count = term.equals(Term.REQUESTS);
        Interval interval;
        if (!calibrated) {
            interval = count ? Intervals.count(own, level) : Intervals.sum(own, level);
        } else if (term.own()) {
            Moments whole = moments(all, term);
            Calibration calibration = new Calibration(whole.total() * factor.sampled(), whole);
            interval = count ? calibration.count(own, level) : calibration.sum(own, level);
        } else {
            interval = Intervals.sum(calibratedByCount(group, term), level);
        }
        double certain = lost(factor) ? 0 : group.parts().get(at).certain();
        return new Interval(
                total,
                Math.min(total, interval.lower() + certain),
                Math.max(total, interval.upper() + certain),
                group.rows(),
                group.rows() >= Intervals.LEAST_ROWS);
    }

    /// Rows were lost: nothing is certain.
    private static boolean lost(Factors factor) {
        return factor.certainly() != 1;
    }

    /// The moments of what is estimated: of the sampled rows, or of all when some were lost.
    private Moments moments(Sums sums, Term term) {
        int at = terms.indexOf(term);
        Part part = sums.parts().get(at);
        Factors factor = factors.get(at);
        double largest = largest(sums, term);
        if (!lost(factor)) {
            return new Moments(part.sampled(), part.variance(), sums.sampled(), largest, false);
        }
        // A row with weight 1 that stands for F requests has the variance F·(F−1)·x², and F² comes by calibration.
        double more = Math.max(0, 1 - 1 / factor.certainly()) * part.squares();
        return new Moments(part.certain() + part.sampled(), part.variance() + more, sums.rows(), largest, false);
    }

    private double largest(Sums sums, Term term) {
        int at = terms.indexOf(term);
        boolean lost = lost(factors.get(at));
        if (term.equals(Term.REQUESTS)) {
            return Math.max(sums.heaviest(), lost ? 1 : 0);
        }
        double most = lost ? Math.sqrt(all.parts().get(at).squares()) : 0;
        if (term.sql().equals("response_bytes")) {
            return Math.max(sums.heaviestBytes(), most);
        }
        return sums.heaviest() > 0 || lost ? Math.max(all.parts().get(at).largest(), most) : 0;
    }

    /// A total that the counters do not hold, calibrated by the count: Σ (x·1{group} − R)²·w·(w−1).
    private Moments calibratedByCount(Sums group, Term term) {
        Moments own = moments(group, term);
        Moments whole = moments(all, Term.REQUESTS);
        double factor = factors.get(terms.indexOf(term)).sampled();
        if (!(whole.total() > 0)) {
            return own;
        }
        double share = own.total() / whole.total();
        double variance = own.variance()
                - 2 * share * group.parts().get(terms.indexOf(term)).cross()
                + share * share * whole.variance();
        return new Moments(
                own.total() * factor,
                Math.max(0, variance) * factor * factor,
                own.rows(),
                own.largest() * factor,
                false);
    }

    /// The interval of a mean or a share. The one below counts each request once or not at all.
    Interval ratio(Sums group, Term above, Term below, double level) {
        double ratio = ratio(group, above, below);
        if (exact) {
            return new Interval(ratio, ratio, ratio, group.rows(), true);
        }
        Part over = group.parts().get(terms.indexOf(above));
        Part under = group.parts().get(terms.indexOf(below));
        Factors factor = factors.get(terms.indexOf(above));
        double more = lost(factor) ? Math.max(0, 1 - 1 / factor.certainly()) : 0;
        Interval interval = Intervals.ratio(
                new Moments(
                        over.certain() + over.sampled(),
                        over.variance() + more * over.squares(),
                        group.rows(),
                        over.largest(),
                        false),
                new Moments(
                        under.certain() + under.sampled(),
                        under.variance() + more * under.squares(),
                        group.rows(),
                        under.largest(),
                        false),
                over.cross() + more * over.certain(),
                level);
        return new Interval(
                ratio,
                Math.min(ratio, interval.lower()),
                Math.max(ratio, interval.upper()),
                interval.sampleSize(),
                interval.isValid());
    }

    /// The most that a group without a row contributes to a total.
    double absent(Term term, double level) {
        if (exact) {
            return 0;
        }
        double factor = factors.get(terms.indexOf(term)).sampled();
        return Intervals.absent(largest(all, term) * Math.max(1, factor), level);
    }
}
