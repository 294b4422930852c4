package dev.selvage.control.names;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Tells labels that readers can take for others: letters of scripts that are not written together (UTS 39
/// section 5.2), and whole labels of letters that look like Latin ones.
final class LookAlike {
    /// Scripts that one language mixes.
    private static final List<Set<UnicodeScript>> TOGETHER = List.of(
            EnumSet.of(UnicodeScript.LATIN, UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA),
            EnumSet.of(UnicodeScript.LATIN, UnicodeScript.HAN, UnicodeScript.BOPOMOFO),
            EnumSet.of(UnicodeScript.LATIN, UnicodeScript.HAN, UnicodeScript.HANGUL));

    private static final String LIKE_LATIN =
            // Cyrillic
            "\u0430\u0441\u0501\u0435\u04BB\u0456\u0458\u04CF\u043E\u0440\u051B\u0455\u051D\u0445\u0443\u044A\u044C"
                    + "\u04BD\u043F\u0433\u0475\u0461"
                    // Greek
                    + "\u03B1\u03B9\u03BA\u03BD\u03BF\u03C1\u03C4\u03C5\u03C7\u03B3"
                    // Armenian
                    + "\u0570\u0578\u057D\u0585\u0581\u0566";

    private LookAlike() {}

    /// What can be mistaken in a label as people see it.
    static Optional<String> of(String label) {
        Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        label.codePoints().mapToObj(UnicodeScript::of).forEach(scripts::add);
        scripts.removeAll(EnumSet.of(UnicodeScript.COMMON, UnicodeScript.INHERITED, UnicodeScript.UNKNOWN));
        if (scripts.size() > 1 && TOGETHER.stream().noneMatch(set -> set.containsAll(scripts))) {
            return Optional.of("mixes letters of several scripts ("
                    + String.join(
                            ", ",
                            scripts.stream()
                                    .map(script -> script.name().toLowerCase(Locale.ROOT))
                                    .toList())
                    + ")");
        }
        boolean like = scripts.size() == 1
                && !scripts.contains(UnicodeScript.LATIN)
                && label.codePoints().filter(Character::isLetter).allMatch(point -> LIKE_LATIN.indexOf(point) >= 0);
        return like ? Optional.of("has only letters that look like Latin ones") : Optional.empty();
    }
}
