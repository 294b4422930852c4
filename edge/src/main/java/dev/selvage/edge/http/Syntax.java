package dev.selvage.edge.http;

/// The character classes of RFC 9110 section 5.6 and RFC 9112, as tables.
final class Syntax {
    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] VALUE = new boolean[256];
    private static final boolean[] TARGET = new boolean[256];
    private static final boolean[] HOST = new boolean[256];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            if (Character.isLetterOrDigit(c)) {
                TOKEN[c] = true;
                HOST[c] = true;
            }
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
        for (char c : ".-_:[]".toCharArray()) {
            HOST[c] = true;
        }
        for (int c = 0x20; c < 256; c++) {
            VALUE[c] = c != 0x7f;
        }
        VALUE['\t'] = true;
        for (int c = 0x21; c < 0x7f; c++) {
            TARGET[c] = c != '#';
        }
    }

    private Syntax() {}

    static boolean token(byte b) {
        return TOKEN[b & 0xff];
    }

    /// Visible characters, blanks and obs-text; no NUL, no control characters.
    static boolean value(byte b) {
        return VALUE[b & 0xff];
    }

    /// What may stand in a request target: visible ASCII without `#`.
    static boolean target(byte b) {
        return TARGET[b & 0xff];
    }

    /// What may stand in a Host field: a registered name, an address, a port.
    static boolean host(byte b) {
        return HOST[b & 0xff];
    }
}
