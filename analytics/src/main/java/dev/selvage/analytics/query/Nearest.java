package dev.selvage.analytics.query;

import java.util.Collection;
import java.util.Comparator;

/// What a name that does not exist may have been meant for.
public final class Nearest {
    private static final int LONGEST = 80;

    private Nearest() {}

    /// The end of a message: `; did you mean "x"?`, or nothing where no name is near.
    public static String hint(String name, Collection<String> known) {
        if (name.length() > LONGEST) {
            return "";
        }
        return known.stream()
                .min(Comparator.comparingInt((String each) -> distance(name, each))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(each -> distance(name, each) <= Math.max(2, name.length() / 3))
                .map(each -> "; did you mean \"" + each + "\"?")
                .orElse("");
    }

    /// How many letters have to be put in, left out or replaced, whatever their case.
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int above = row[j];
                boolean same = Character.toLowerCase(one.charAt(i - 1)) == Character.toLowerCase(other.charAt(j - 1));
                row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = above;
            }
        }
        return row[other.length()];
    }
}
