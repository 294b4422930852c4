package dev.selvage.toolkit.settings;

import java.util.Collection;
import java.util.Comparator;

/// Finds what somebody who mistyped a name may have meant.
final class Nearest {
    private Nearest() {}

    /// Says that `name` is unknown, and which of `known` it may stand for.
    static String unknown(String name, Collection<String> known) {
        String shown = name.length() <= 80 ? name : name.substring(0, 80) + "…";
        String nearest = known.stream()
                .min(Comparator.comparingInt((String candidate) -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("");
        return "there is no setting `" + shown + "`; the nearest is `" + nearest
                + "` (`./selvage config` lists them all)";
    }

    /// The least number of insertions, deletions, replacements and swaps of neighbours between two texts (optimal
    /// string alignment), where the last level's name counts for the whole: who writes `prot` may mean `http.port`.
    static int distance(String written, String known) {
        String last = known.substring(known.lastIndexOf('.') + 1);
        return Math.min(edits(clipped(written), known) * 2, edits(clipped(written), last) * 2 + 1);
    }

    private static String clipped(String text) {
        return text.substring(0, Math.min(text.length(), 200));
    }

    private static int edits(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + same);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                cost[i][j] = swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
            }
        }
        return cost[a.length()][b.length()];
    }
}
