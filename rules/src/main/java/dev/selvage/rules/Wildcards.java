package dev.selvage.rules;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Patterns in which `*` stands for any bytes, or none; `\*` is an asterisk and `\\` a backslash.
public final class Wildcards {
    private Wildcards() {}

    /// Why a text is no pattern; null when it is one.
    static @Nullable String wrong(String pattern) {
        boolean star = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '*' && star) {
                return "two asterisks in a row: one stands for any text already";
            }
            star = c == '*';
            if (c == '\\') {
                char next = ++i < pattern.length() ? pattern.charAt(i) : 0;
                if (next != '*' && next != '\\') {
                    return "in a wildcard pattern a backslash stands before `*` or `\\` only";
                }
            }
        }
        return null;
    }

    /// What stands before, between and after the asterisks, unescaped; one piece for a pattern without any.
    ///
    /// @param pattern of which nothing is [#wrong]
    public static List<String> pieces(String pattern) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '*') {
                pieces.add(piece.toString());
                piece.setLength(0);
            } else {
                piece.append(c == '\\' && i + 1 < pattern.length() ? pattern.charAt(++i) : c);
            }
        }
        pieces.add(piece.toString());
        return pieces;
    }

    /// What each asterisk stands for, the first ones as little as can be; null when the pattern does
    /// not fit the
    /// whole.
    static @Nullable List<String> captured(List<String> pieces, String given, boolean strict) {
        String text = strict ? given : Bytes.lower(given);
        List<String> wanted =
                strict ? pieces : pieces.stream().map(Bytes::lower).toList();
        if (wanted.size() == 1) {
            return text.equals(wanted.getFirst()) ? List.of() : null;
        }
        String last = wanted.getLast();
        int end = text.length() - last.length();
        if (!text.startsWith(wanted.getFirst())
                || !text.endsWith(last)
                || end < wanted.getFirst().length()) {
            return null;
        }
        List<String> captured = new ArrayList<>();
        int at = wanted.getFirst().length();
        for (int i = 1; i < wanted.size(); i++) {
            boolean middle = i < wanted.size() - 1;
            int found = middle ? text.indexOf(wanted.get(i), at) : end;
            if (found < 0 || (middle && found + wanted.get(i).length() > end)) {
                return null;
            }
            captured.add(given.substring(at, found));
            at = found + wanted.get(i).length();
        }
        return captured;
    }
}
