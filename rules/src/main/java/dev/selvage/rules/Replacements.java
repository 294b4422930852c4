package dev.selvage.rules;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// What a match is replaced by: text with `${1}` to `${8}` for groups, and `$$` for a dollar sign.
final class Replacements {
    private Replacements() {}

    static boolean valid(String replacement) {
        for (int i = 0; i < replacement.length(); i++) {
            if (replacement.charAt(i) == '$') {
                if (replacement.startsWith("$$", i)) {
                    i++;
                } else if (group(replacement, i) > 0) {
                    i += 3;
                } else {
                    return false;
                }
            }
        }
        return true;
    }

    /// The group that `${n}` names; 0 when this is not one.
    private static int group(String replacement, int i) {
        boolean named = i + 3 < replacement.length()
                && replacement.charAt(i + 1) == '{'
                && replacement.charAt(i + 2) >= '1'
                && replacement.charAt(i + 2) <= '8'
                && replacement.charAt(i + 3) == '}';
        return named ? replacement.charAt(i + 2) - '0' : 0;
    }

    /// Puts what the groups are in their places; a group that there is none of is empty.
    ///
    /// @param replacement that is [#valid]
    static String filled(String replacement, IntFunction<@Nullable String> groups) {
        StringBuilder filled = new StringBuilder();
        for (int i = 0; i < replacement.length(); i++) {
            char c = replacement.charAt(i);
            int group = c == '$' ? group(replacement, i) : 0;
            if (group > 0) {
                String text = groups.apply(group);
                filled.append(text == null ? "" : text);
                i += 3;
            } else {
                filled.append(c);
                i += c == '$' ? 1 : 0;
            }
        }
        return filled.toString();
    }
}
