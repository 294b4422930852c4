package dev.selvage.control.names;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/// Internationalised names in ASCII, as UTS 46 does it without transitional processing, which is how
/// browsers do it; narrower where that lets look-alikes through: nothing invisible is accepted, and of the
/// symbols only emoji.
final class Idna {
    private static final String PREFIX = "xn--";

    /// Full stops of other scripts, which people type between labels.
    private static final Set<Integer> STOPS = Set.of(0x3002, 0xFF0E, 0xFF61);

    /// Punctuation that is part of words (RFC 5892 appendix A).
    private static final Set<Integer> WORD_PUNCTUATION = Set.of(0x00B7, 0x0375, 0x05F3, 0x05F4, 0x0F0B, 0x30FB);

    /// Letters and marks that show nothing, or nothing of their own.
    private static final Set<Integer> BLANK =
            Set.of(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0);

    private Idna() {}

    /// `name` with every label in ASCII and lower case. ASCII labels are not looked at otherwise.
    static String ascii(String name) throws BadName {
        if (isAscii(name)) {
            String lower = name.toLowerCase(Locale.ROOT);
            return lower.contains(PREFIX) ? labels(lower) : lower;
        }
        return labels(mapped(name));
    }

    /// The label that people see.
    static String unicode(String label) {
        return label.startsWith(PREFIX)
                ? Punycode.decode(label.substring(PREFIX.length())).orElse(label)
                : label;
    }

    private static String labels(String name) throws BadName {
        StringBuilder ascii = new StringBuilder();
        int from = 0;
        while (from <= name.length()) {
            int dot = name.indexOf('.', from);
            int to = dot < 0 ? name.length() : dot;
            ascii.append(label(name.substring(from, to)));
            if (dot >= 0) {
                ascii.append('.');
            }
            from = to + 1;
        }
        return ascii.toString();
    }

    private static String label(String label) throws BadName {
        if (!isAscii(label)) {
            if (label.startsWith(PREFIX)) {
                throw new BadName("a label starts with xn-- and has letters outside ASCII");
            }
            check(label);
            return PREFIX
                    + Punycode.encode(label).orElseThrow(() -> new BadName("a label is longer than 63 characters"));
        }
        if (!label.startsWith(PREFIX)) {
            return label;
        }
        String decoded = Punycode.decode(label.substring(PREFIX.length())).orElse("");
        boolean same = !isAscii(decoded)
                && decoded.equals(mapped(decoded))
                && Punycode.encode(decoded)
                        .filter(label.substring(PREFIX.length())::equals)
                        .isPresent();
        if (!same) {
            throw new BadName("the label \"" + label + "\" is not valid punycode");
        }
        check(decoded);
        return label;
    }

    /// Case and compatibility forms do not count.
    private static String mapped(String text) throws BadName {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (STOPS.contains(point)) {
                plain.append('.');
            } else if (point != 0xFE0E && point != 0xFE0F) {
                plain.appendCodePoint(point);
            }
        });
        String once = folded(Normalizer.normalize(folded(plain), Normalizer.Form.NFKC));
        String name = Normalizer.normalize(once, Normalizer.Form.NFKC);
        if (stops(name) != stops(plain)) {
            throw new BadName("a character stands for several, one of them a full stop");
        }
        return name;
    }

    private static String folded(CharSequence text) {
        StringBuilder folded = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (point == 0x0130) {
                folded.append("i\u0307");
            } else if (UnicodeScript.of(point) == UnicodeScript.CHEROKEE) {
                folded.appendCodePoint(Character.toUpperCase(point));
            } else {
                folded.appendCodePoint(Character.toLowerCase(point));
            }
        });
        return folded.toString();
    }

    private static long stops(CharSequence text) {
        return text.chars().filter(c -> c == '.').count();
    }

    private static void check(String label) throws BadName {
        for (int i = 0; i < label.length(); i += Character.charCount(label.codePointAt(i))) {
            int point = label.codePointAt(i);
            if (!valid(point)) {
                throw new BadName((hidden(point) ? "it holds the invisible character " : "it holds the character ")
                        + String.format(Locale.ROOT, "U+%04X", point) + ", which no host name can have");
            }
        }
        int first = Character.getType(label.codePointAt(0));
        if (first == Character.NON_SPACING_MARK || first == Character.COMBINING_SPACING_MARK) {
            throw new BadName("a label starts with a combining mark");
        }
        Bidi.check(label);
    }

    private static boolean hidden(int point) {
        int type = Character.getType(point);
        return type == Character.FORMAT || type == Character.CONTROL || BLANK.contains(point) || selector(point);
    }

    private static boolean selector(int point) {
        return (point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0000 && point <= 0xE0FFF);
    }

    private static boolean valid(int point) {
        if (point < 128) {
            // The host name's own rules come later.
            return true;
        }
        if (hidden(point)) {
            return false;
        }
        return switch (Character.getType(point)) {
            case Character.LOWERCASE_LETTER,
                    Character.OTHER_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.DECIMAL_DIGIT_NUMBER,
                    Character.LETTER_NUMBER -> true;
            case Character.UPPERCASE_LETTER -> UnicodeScript.of(point) == UnicodeScript.CHEROKEE;
            case Character.OTHER_SYMBOL, Character.MODIFIER_SYMBOL -> Character.isEmoji(point);
            default -> WORD_PUNCTUATION.contains(point);
        };
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }
}
