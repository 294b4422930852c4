package dev.selvage.edge.http;

/// The character classes of RFC 9110 section 5.6 and RFC 9112, as tables.
final class Syntax {
    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] VALUE = new boolean[256];
    private static final byte[] TARGET = new byte[256];
    private static final boolean[] NAME = new boolean[256];
    private static final boolean[] UNRESERVED = new boolean[256];

    /// What may not stand in a target.
    static final int NEVER = 0;

    /// What may stand anywhere in a target in normal form.
    static final int PLAIN = 1;

    /// A dot, which may begin a dot segment.
    static final int DOT = 2;

    /// A percent sign or a backslash, which must be looked at.
    static final int ODD = 3;

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
        TARGET['#'] = NEVER;
        TARGET['.'] = DOT;
        TARGET['%'] = ODD;
        TARGET['\\'] = ODD;
    }

    private Syntax() {}

    static boolean token(byte b) {
        return TOKEN[b & 0xff];
    }

    /// Visible characters, blanks and obs-text; no NUL, no control characters.
    static boolean value(byte b) {
        return VALUE[b & 0xff];
    }

    /// What a byte is to a request target, which may be visible ASCII without `#`.
    static int target(byte b) {
        return TARGET[b & 0xff];
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
