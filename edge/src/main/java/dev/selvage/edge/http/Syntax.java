package dev.selvage.edge.http;

/// The character classes of RFC 9110 section 5.6 and RFC 9112, as tables.
final class Syntax {
    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] VALUE = new boolean[256];
    private static final byte[] TARGET = new byte[256];
    private static final boolean[] NAME = new boolean[256];
    private static final boolean[] UNRESERVED = new boolean[256];

    /// May stand in a target.
    private static final int PLAIN = 1;

    /// A slash; the bit below it is [#DOT], so that one shift tells a dot after a slash.
    private static final int SLASH = 4;

    private static final int DOT = 2;

    /// A percent sign or a backslash.
    private static final int ODD = 8;

    static {
        for (char c = '0'; c <= 'z'; c++) {
            if (Character.isLetterOrDigit(c)) {
                TOKEN[c] = true;
                NAME[c] = true;
                UNRESERVED[c] = true;
            }
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
        NAME['-'] = true;
        NAME['_'] = true;
        for (char c : "-._~".toCharArray()) {
            UNRESERVED[c] = true;
        }
        for (int c = 0x20; c < 256; c++) {
            VALUE[c] = c != 0x7f;
        }
        VALUE['\t'] = true;
        for (int c = 0x21; c < 0x7f; c++) {
            TARGET[c] = PLAIN;
        }
        TARGET['#'] = 0;
        TARGET['/'] = PLAIN | SLASH;
        TARGET['.'] = PLAIN | DOT;
        TARGET['%'] = PLAIN | ODD;
        TARGET['\\'] = PLAIN | ODD;
    }

    private Syntax() {}

    static boolean token(byte b) {
        return TOKEN[b & 0xff];
    }

    /// Visible characters, blanks and obs-text; no NUL, no control characters.
    static boolean value(byte b) {
        return VALUE[b & 0xff];
    }

    /// What a byte is to a request target: 0 for what may not stand there, which is all but visible ASCII
    /// without `#`; else a class, see [#odd].
    static int target(byte b) {
        return TARGET[b & 0xff];
    }

    /// Not 0 when a byte of class `next` after one of class `last` may keep a target from being in normal form.
    static int odd(int last, int next) {
        return next & (last >> 1 | ODD) & (DOT | ODD);
    }

    /// What may stand in a label of a host name; `_` because people use it.
    static boolean name(byte b) {
        return NAME[b & 0xff];
    }

    /// RFC 3986 section 2.3.
    static boolean unreserved(byte b) {
        return UNRESERVED[b & 0xff];
    }
}
