package dev.selvage.rules;

/// Texts whose characters are bytes.
final class Bytes {
    private Bytes() {}

    /// ASCII letters in lower case, everything else as it is.
    static String lower(String text) {
        return mapped(text, 'A', 'Z', 32);
    }

    static String upper(String text) {
        return mapped(text, 'a', 'z', -32);
    }

    private static String mapped(String text, char from, char to, int by) {
        int i = 0;
        while (i < text.length() && (text.charAt(i) < from || text.charAt(i) > to)) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder mapped = new StringBuilder(text);
        for (; i < mapped.length(); i++) {
            char c = mapped.charAt(i);
            if (c >= from && c <= to) {
                mapped.setCharAt(i, (char) (c + by));
            }
        }
        return mapped.toString();
    }
}
