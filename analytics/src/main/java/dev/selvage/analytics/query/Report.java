package dev.selvage.analytics.query;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How one dataset of a query was answered.
///
/// @param exact false when any number of it is an estimate
/// @param counters true when it was answered from exact counters alone
/// @param rows stored rows, or entries of counters, that were read
/// @param tiers by tier what was read of rows, finest first
/// @param calibration what estimates were calibrated to; null when they were not
/// @param ranking of a list of the largest; null when it is none, or exact
public record Report(
        boolean exact,
        boolean counters,
        long rows,
        List<Tier> tiers,
        @Nullable Calibrated calibration,
        @Nullable Ranking ranking) {
    /// The level of the bounds of a [Ranking].
    static final double LEVEL = 0.95;

    /// @param tier 0 for the finest
    /// @param share of the partitions (a zone's hour in a piece of the store) that were read at it
    public record Tier(int tier, long rows, double share) {}

    /// @param requests the exact number
    /// @param by the dimensions of the filter that it is of, besides zones and time
    public record Calibrated(long requests, List<String> by) {}

    /// @param missing with [#LEVEL], no group that is not listed is larger
    /// @param overlaps rows whose place another could have: its place, and the best and the worst it
    /// could have
    public record Ranking(double missing, List<int[]> overlaps) {}

    public Report {
        tiers = List.copyOf(tiers);
    }

    /// Both together, as the answer to one question: how the first one was found, and what is certain of both.
    Report and(Report other) {
        return new Report(
                exact && other.exact,
                counters && other.counters,
                rows + other.rows,
                tiers.isEmpty() ? other.tiers : tiers,
                calibration == null ? other.calibration : calibration,
                ranking);
    }

    /// Of what the management plane knows, one by one.
    static Report ofPurges(long purges) {
        return new Report(true, false, purges, List.of(), null, null);
    }

    static Report ofCounters(long rows) {
        return new Report(true, true, rows, List.of(), null, null);
    }

    /// As the API shows it.
    public Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("exact", exact);
        shown.put("from", counters ? "counters" : "rows");
        shown.put("rows", rows);
        if (!counters) {
            List<Object> each = new ArrayList<>();
            for (Tier tier : tiers) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("tier", tier.tier());
                one.put("rows", tier.rows());
                one.put("share", Math.round(tier.share() * 1e4) / 1e4);
                each.add(one);
            }
            shown.put("tiers", each);
        }
        if (calibration != null) {
            Map<String, Object> to = new LinkedHashMap<>();
            to.put("requests", calibration.requests());
            to.put("by", calibration.by());
            shown.put("calibratedTo", to);
        }
        if (ranking != null) {
            shown.put("missingAtMost", Math.ceil(ranking.missing()));
            shown.put("overlappingRanks", ranking.overlaps());
        }
        return shown;
    }
}
