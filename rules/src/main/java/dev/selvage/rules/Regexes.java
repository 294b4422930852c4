package dev.selvage.rules;

/// What is looked at in a regular expression before RE2/J is.
final class Regexes {
    /// Most that repetitions may multiply the size of a pattern to: RE2/J unfolds them.
    static final long MOST = 5_000;

    private Regexes() {}

    /// False when the pattern would unfold to more than [#MOST] parts.
    static boolean bounded(String pattern) {
        long[] sums = new long[Parser.MAX_DEPTH + 2];
        int depth = 0;
        long last = 0;
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i);
            if (c == '{') {
                int close = pattern.indexOf('}', i);
                long times = close < 0 ? -1 : times(pattern.substring(i + 1, close));
                if (times >= 0) {
                    sums[depth] += last * (times - 1);
                    last *= times;
                    i = close + 1;
                } else {
                    last = 1;
                    sums[depth]++;
                    i++;
                }
            } else if (c == '(') {
                if (++depth == sums.length) {
                    return false;
                }
                sums[depth] = 1;
                i++;
            } else if (c == ')') {
                last = sums[depth];
                depth = Math.max(0, depth - 1);
                sums[depth] += last;
                i++;
            } else {
                last = 1;
                sums[depth]++;
                i = next(pattern, i);
            }
            if (sums[depth] > MOST) {
                return false;
            }
        }
        return true;
    }

    /// The most that `n`, `n,` or `n,m` repeats; -1 when it is none of them.
    private static long times(String braces) {
        int comma = braces.indexOf(',');
        String least = comma < 0 ? braces : braces.substring(0, comma);
        String most = comma < 0 ? "" : braces.substring(comma + 1);
        if (!digits(least) || (!most.isEmpty() && !digits(most))) {
            return -1;
        }
        return Math.max(1, Math.max(Long.parseLong(least), most.isEmpty() ? 0 : Long.parseLong(most)));
    }

    private static boolean digits(String text) {
        return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// The place after the escape, quotation or class that starts here, or after the character.
    private static int next(String pattern, int i) {
        char c = pattern.charAt(i);
        if (c == '\\') {
            if (pattern.startsWith("\\Q", i)) {
                int end = pattern.indexOf("\\E", i);
                return end < 0 ? pattern.length() : end + 2;
            }
            return Math.min(pattern.length(), i + 2);
        }
        if (c != '[') {
            return i + 1;
        }
        int p = i + 1;
        p += p < pattern.length() && pattern.charAt(p) == '^' ? 1 : 0;
        p += p < pattern.length() && pattern.charAt(p) == ']' ? 1 : 0;
        while (p < pattern.length() && pattern.charAt(p) != ']') {
            int named = pattern.startsWith("[:", p) ? pattern.indexOf(":]", p) : -1;
            p = named >= 0 ? named + 2 : pattern.charAt(p) == '\\' ? p + 2 : p + 1;
        }
        return Math.min(pattern.length(), p + 1);
    }

    /// Without the flag `u`, which patterns of the public API use and RE2/J does not know: here every
    /// pattern is
    /// of bytes.
    static String withoutUnicodeFlag(String pattern) {
        if (!pattern.contains("(?")) {
            return pattern;
        }
        StringBuilder without = new StringBuilder();
        int i = 0;
        while (i < pattern.length()) {
            int end = pattern.startsWith("(?", i) ? flagsEnd(pattern, i + 2) : -1;
            if (end >= 0) {
                String flags = pattern.substring(i + 2, end).replace("u", "");
                boolean none = flags.isEmpty() || flags.equals("-");
                boolean group = pattern.charAt(end) == ':';
                if (!none || group) {
                    without.append("(?").append(none ? "" : flags).append(pattern.charAt(end));
                }
                i = end + 1;
            } else {
                int next = next(pattern, i);
                without.append(pattern, i, next);
                i = next;
            }
        }
        return without.toString();
    }

    /// Where the flags that start here end, at `)` or `:`; -1 when these are none with `u` among them.
    private static int flagsEnd(String pattern, int from) {
        int end = from;
        while (end < pattern.length() && "imsuU-".indexOf(pattern.charAt(end)) >= 0) {
            end++;
        }
        boolean flags = end < pattern.length() && (pattern.charAt(end) == ')' || pattern.charAt(end) == ':');
        return flags && pattern.substring(from, end).indexOf('u') >= 0 ? end : -1;
    }
}
