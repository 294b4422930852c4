package dev.selvage.toolkit.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds what somebody who mistyped a name may have meant.
public final class Nearest {
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

    /// The one of `known` that is near enough to `written` to be meant, whatever the letters' case.
    public static Optional<String> among(String written, Collection<String> known) {
        String wanted = clipped(written).toLowerCase(Locale.ROOT);
        // A third of the letters may be wrong, as in `exmaple.cmo`; one always may.
        int farthest = Math.max(1, wanted.length() / 3);
        String nearest = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            String name = clipped(candidate).toLowerCase(Locale.ROOT);
            if (Math.abs(name.length() - wanted.length()) > Math.min(farthest, least)) {
                continue;
            }
            int edits = edits(wanted, name);
            if (edits < least || (edits == least && candidate.compareTo(nearest) < 0)) {
                least = edits;
                nearest = candidate;
            }
        }
        return least <= farthest ? Optional.of(nearest) : Optional.empty();
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
