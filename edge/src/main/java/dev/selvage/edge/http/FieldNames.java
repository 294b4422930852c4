package dev.selvage.edge.http;

/// Header field names as origins read them.
public final class FieldNames {
    private FieldNames() {}

    /// The name in the form in which it is told apart by servers that make variables of fields (RFC 3875
    /// section 4.1.18): to those `Content_Length`, and to some `Content.Length`, is `Content-Length`.
    ///
    /// @param name lower case
    public static String unmasked(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (masks(name.charAt(i))) {
                StringBuilder plain = new StringBuilder(name);
                for (int k = i; k < plain.length(); k++) {
                    if (masks(plain.charAt(k))) {
                        plain.setCharAt(k, '-');
                    }
                }
                return plain.toString();
            }
        }
        return name;
    }

    /// A character of a name in either case, in that form.
    public static char unmasked(char c) {
        char lower = c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
        return masks(lower) ? '-' : lower;
    }

    /// True for what a field may be called (RFC 9110 section 5.1).
    public static boolean valid(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c < 0x80 && Syntax.token((byte) c));
    }

    private static boolean masks(char c) {
        return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    }
}
