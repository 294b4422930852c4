package dev.selvage.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// What an unknown name may have been meant to be.
final class Names {
    private static final int LONGEST = 80;

    private Names() {}

    /// A name as a message repeats it.
    static String shown(String name) {
        return name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name;
    }

    static String meantFunction(String word) {
        List<String> names = new ArrayList<>(List.of("any", "all"));
        for (RuleFunction function : RuleFunction.values()) {
            names.add(function.spelled());
        }
        return meant(word, names);
    }

    /// Says why a field of the public API is not known here, where that is so.
    static String outside(String word) {
        for (String product : List.of("http.request.body.", "http.request.jwt.", "cf.llm.", "cf.waf.content_scan.")) {
            if (word.startsWith(product)) {
                return ": the product that `" + product + "*` belongs to is not part of Selvage";
            }
        }
        return "";
    }

    /// `, did you mean …?` for the nearest of `names`; empty when none is near.
    static String meant(String word, Collection<String> names) {
        if (word.length() > LONGEST) {
            return "";
        }
        String lower = word.toLowerCase(java.util.Locale.ROOT);
        String nearest = "";
        int least = Math.clamp(word.length() / 3, 1, 6) + 1;
        for (String name : names) {
            int distance = distance(lower, name);
            if (distance < least || (distance == least && name.compareTo(nearest) < 0 && !nearest.isEmpty())) {
                least = distance;
                nearest = name;
            }
        }
        return nearest.isEmpty() ? "" : ", did you mean `" + nearest + "`?";
    }

    /// Damerau's and Levenshtein's: how many characters to insert, delete, replace or swap with a
    /// neighbour.
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(cost[i - 1][j - 1] + changed, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                cost[i][j] = swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
            }
        }
        return cost[a.length()][b.length()];
    }
}
