package dev.selvage.rules.regex;

/// A set of bytes.
///
/// @param a 0 to 63
/// @param b 64 to 127
/// @param c 128 to 191
/// @param d 192 to 255
record Bytes(long a, long b, long c, long d) {
    static final Bytes NONE = new Bytes(0, 0, 0, 0);
    static final Bytes ALL = NONE.not();
    static final Bytes NEWLINE = range('\n', '\n');
    static final Bytes DIGITS = range('0', '9');
    static final Bytes BLANKS = range('\t', '\n').or(range('\f', '\r')).or(range(' ', ' '));
    static final Bytes LOWER = range('a', 'z');
    static final Bytes UPPER = range('A', 'Z');
    static final Bytes WORD = DIGITS.or(LOWER).or(UPPER).or(range('_', '_'));

    /// What is left of a range of code points, both ends included.
    static Bytes range(int from, int to) {
        long[] words = new long[4];
        for (int i = from; i <= Math.min(to, 255); i++) {
            words[i >> 6] |= 1L << (i & 63);
        }
        return new Bytes(words[0], words[1], words[2], words[3]);
    }

    Bytes or(Bytes other) {
        return new Bytes(a | other.a, b | other.b, c | other.c, d | other.d);
    }

    Bytes not() {
        return new Bytes(~a, ~b, ~c, ~d);
    }

    boolean has(int value) {
        long word = switch (value >> 6) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            default -> d;
        };
        return (word >>> (value & 63) & 1) != 0;
    }

    /// With the other case of every letter: those of ISO 8859-1, as Unicode folds them.
    Bytes folded() {
        Bytes folded = this;
        for (int i = 0; i < 256; i++) {
            if (has(i)) {
                int other = otherCase(i);
                folded = other == i ? folded : folded.or(range(other, other));
            }
        }
        return folded;
    }

    private static int otherCase(int i) {
        int letter = i & 0x5f;
        boolean ascii = i < 0x80 && letter >= 'A' && letter <= 'Z';
        boolean latin = i >= 0xc0 && (i & 0x1f) != 0x17 && (i & 0x1f) != 0x1f;
        return ascii || latin ? i ^ 0x20 : i;
    }
}
