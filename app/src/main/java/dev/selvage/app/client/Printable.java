package dev.selvage.app.client;

/// Text from elsewhere, made fit for a terminal: control characters could move its cursor, change its title or type
/// into it, and invisible ones could make a text look like another.
final class Printable {
    private Printable() {}

    /// Text on one line: what cannot be seen is written as `\n`, `\t` or with its number in hexadecimal.
    static String line(String text) {
        return clean(text, false);
    }

    /// Text that keeps its lines and tabs.
    static String block(String text) {
        return clean(text, true);
    }

    private static String clean(String text, boolean keepLines) {
        StringBuilder clean = null;
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            boolean kept = isVisible(c) || (keepLines && (c == '\n' || c == '\t'));
            if (!kept && clean == null) {
                clean = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (clean != null) {
                if (kept) {
                    clean.appendCodePoint(c);
                } else {
                    escape(clean, c);
                }
            }
            i = next;
        }
        return clean == null ? text : clean.toString();
    }

    private static void escape(StringBuilder to, int c) {
        switch (c) {
            case '\n' -> to.append("\\n");
            case '\r' -> to.append("\\r");
            case '\t' -> to.append("\\t");
            default -> to.append("\\u{").append(Integer.toHexString(c)).append('}');
        }
    }

    /// False for control and format characters (bidirectional ones among them), line separators, halves of
    /// surrogate pairs, and what has no meaning.
    static boolean isVisible(int c) {
        if (c >= ' ' && c < 0x7f) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /// How many columns of a terminal a line takes.
    static int width(String line) {
        int width = 0;
        for (int i = 0; i < line.length(); ) {
            int c = line.codePointAt(i);
            width += width(c);
            i += Character.charCount(c);
        }
        return width;
    }

    /// As much of a line as fits into so many columns; `ellipsis`, of one column, stands for the rest.
    static String clip(String line, int columns, String ellipsis) {
        if (width(line) <= columns) {
            return line;
        }
        int width = 0;
        int i = 0;
        while (i < line.length()) {
            int c = line.codePointAt(i);
            if (width + width(c) > columns - 1) {
                break;
            }
            width += width(c);
            i += Character.charCount(c);
        }
        return line.substring(0, i) + ellipsis;
    }

    private static int width(int c) {
        if (c < 0x300) {
            return 1;
        }
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
            default -> isWide(c) ? 2 : 1;
        };
    }

    /// The wide and full-width characters of Unicode Standard Annex 11, by block.
    private static boolean isWide(int c) {
        return (c >= 0x1100 && c <= 0x115f)
                || (c >= 0x2e80 && c <= 0x303e)
                || (c >= 0x3041 && c <= 0xa4cf)
                || (c >= 0xa960 && c <= 0xa97f)
                || (c >= 0xac00 && c <= 0xd7a3)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0xfe30 && c <= 0xfe6f)
                || (c >= 0xff00 && c <= 0xff60)
                || (c >= 0xffe0 && c <= 0xffe6)
                || (c >= 0x16fe0 && c <= 0x18d08)
                || (c >= 0x1b000 && c <= 0x1b2fb)
                || (c >= 0x1f300 && c <= 0x1f64f)
                || (c >= 0x1f680 && c <= 0x1f6ff)
                || (c >= 0x1f900 && c <= 0x1f9ff)
                || (c >= 0x20000 && c <= 0x3fffd);
    }
}
