package dev.selvage.control.names;

import java.util.Optional;

/// Unicode labels in ASCII letters, digits and hyphens, without the prefix `xn--` (RFC 3492).
final class Punycode {
    /// No label is longer, in either form.
    private static final int LONGEST = 63;

    private static final int BASE = 36;
    private static final int T_MIN = 1;
    private static final int T_MAX = 26;
    private static final int SKEW = 38;
    private static final int DAMP = 700;
    private static final int FIRST_BIAS = 72;
    private static final int FIRST_POINT = 128;

    private Punycode() {}

    /// `label` encoded; empty when that is longer than a label can be.
    static Optional<String> encode(String label) {
        int[] points = label.codePoints().toArray();
        if (points.length > LONGEST) {
            return Optional.empty();
        }
        StringBuilder out = new StringBuilder();
        for (int point : points) {
            if (point < FIRST_POINT) {
                out.append((char) point);
            }
        }
        int basic = out.length();
        if (basic > 0) {
            out.append('-');
        }
        int done = basic;
        int next = FIRST_POINT;
        int delta = 0;
        int bias = FIRST_BIAS;
        while (done < points.length) {
            int least = Integer.MAX_VALUE;
            for (int point : points) {
                if (point >= next && point < least) {
                    least = point;
                }
            }
            // At most 63 code points below 0x110000: this stays far below the largest int.
            delta += (least - next) * (done + 1);
            next = least;
            for (int point : points) {
                if (point < next) {
                    delta++;
                } else if (point == next) {
                    appendNumber(out, delta, bias);
                    bias = adapt(delta, done + 1, done == basic);
                    delta = 0;
                    done++;
                }
            }
            delta++;
            next++;
        }
        return out.length() > LONGEST ? Optional.empty() : Optional.of(out.toString());
    }

    /// What `text`, in lower case, encodes; empty when it encodes nothing.
    static Optional<String> decode(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        int hyphen = text.lastIndexOf('-');
        StringBuilder out = new StringBuilder(hyphen < 0 ? "" : text.substring(0, hyphen));
        int length = out.length();
        long point = FIRST_POINT;
        long at = 0;
        int bias = FIRST_BIAS;
        int i = hyphen + 1;
        while (i < text.length()) {
            long before = at;
            long weight = 1;
            for (int k = BASE; ; k += BASE) {
                int digit = i < text.length() ? digit(text.charAt(i++)) : -1;
                if (digit < 0 || at > Integer.MAX_VALUE || weight > Integer.MAX_VALUE) {
                    return Optional.empty();
                }
                at += digit * weight;
                int threshold = threshold(k, bias);
                if (digit < threshold) {
                    break;
                }
                weight *= BASE - threshold;
            }
            length++;
            bias = adapt(at - before, length, before == 0);
            point += at / length;
            at %= length;
            if (point > Character.MAX_CODE_POINT || (point >= 0xD800 && point <= 0xDFFF)) {
                return Optional.empty();
            }
            out.insert(out.offsetByCodePoints(0, (int) at), Character.toString((int) point));
            at++;
        }
        return Optional.of(out.toString());
    }

    private static void appendNumber(StringBuilder out, int number, int bias) {
        int rest = number;
        for (int k = BASE; ; k += BASE) {
            int threshold = threshold(k, bias);
            if (rest < threshold) {
                out.append(letter(rest));
                return;
            }
            out.append(letter(threshold + (rest - threshold) % (BASE - threshold)));
            rest = (rest - threshold) / (BASE - threshold);
        }
    }

    private static int threshold(int k, int bias) {
        return Math.clamp(k - bias, T_MIN, T_MAX);
    }

    private static int adapt(long delta, int points, boolean first) {
        long rest = first ? delta / DAMP : delta / 2;
        rest += rest / points;
        int k = 0;
        while (rest > (BASE - T_MIN) * T_MAX / 2) {
            rest /= BASE - T_MIN;
            k += BASE;
        }
        return (int) (k + (BASE - T_MIN + 1) * rest / (rest + SKEW));
    }

    private static char letter(int digit) {
        return (char) (digit < 26 ? 'a' + digit : '0' + digit - 26);
    }

    private static int digit(char c) {
        if (c >= 'a' && c <= 'z') {
            return c - 'a';
        }
        return c >= '0' && c <= '9' ? c - '0' + 26 : -1;
    }
}
