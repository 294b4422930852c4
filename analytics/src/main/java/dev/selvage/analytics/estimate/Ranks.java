package dev.selvage.analytics.estimate;

import java.util.ArrayList;
import java.util.List;

/// How far the order of a list of groups, largest first, can be trusted.
///
/// @param ranks of the listed groups, in their order
/// @param missing a group that is not listed does not contribute more than this; 0 where there is none
public record Ranks(List<Rank> ranks, double missing) {
    /// A group's place in the list.
    ///
    /// @param first the best rank, from 1, that its interval allows
    /// @param last the worst
    /// @param overlaps true where a neighbour, or what is missing, may belong in its place
    public record Rank(int first, int last, boolean overlaps) {}

    public Ranks {
        ranks = List.copyOf(ranks);
    }

    /// @param listed the intervals of the groups that are shown, largest estimate first
    /// @param others those of groups that are known and not shown
    /// @param absent the most that a group without a row contributes, see [Intervals#absent]; 0 where
    /// every row was kept
    public static Ranks of(List<Interval> listed, List<Interval> others, double absent) {
        double missing = Math.max(absent, 0);
        for (Interval other : others) {
            missing = Math.max(missing, other.upper());
        }
        List<Rank> ranks = new ArrayList<>(listed.size());
        for (int i = 0; i < listed.size(); i++) {
            Interval own = listed.get(i);
            int first = i + 1;
            while (first > 1 && !above(listed.get(first - 2), own)) {
                first--;
            }
            int last = i + 1;
            while (last < listed.size() && !above(own, listed.get(last))) {
                last++;
            }
            boolean overtaken = missing > own.lower();
            ranks.add(new Rank(first, last, first < last || overtaken));
        }
        return new Ranks(ranks, missing);
    }

    /// True where one is larger beyond doubt, or as certainly as large: equal exact numbers stand in the
    /// order shown.
    private static boolean above(Interval one, Interval other) {
        return one.lower() >= other.upper();
    }
}
