package dev.selvage.rules.regex;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutomatonTest {
    private static final List<String> ATOMS = List.of(
            "a",
            "b",
            "c",
            "A",
            "B",
            "k",
            "S",
            "0",
            "7",
            "_",
            "/",
            "-",
            " ",
            "é",
            "É",
            "ÿ",
            "µ",
            "ß",
            "×",
            "÷",
            "ab",
            "abc",
            "/a/",
            ".",
            ".",
            "[ab]",
            "[^ab]",
            "[a-c]",
            "[^a-c0-9]",
            "[]a]",
            "[^]a]",
            "[a-]",
            "[-a]",
            "[\\d_]",
            "[^\\w]",
            "[\\W]",
            "[[:alpha:]]",
            "[[:^alpha:]b]",
            "[^[:space:]]",
            "[[:word:]-]",
            "[:a]",
            "[à-ÿ]",
            "[\\pL]",
            "[^\\p{Lu}0]",
            "\\d",
            "\\D",
            "\\w",
            "\\W",
            "\\s",
            "\\S",
            "\\pL",
            "\\PL",
            "\\p{Lu}",
            "\\p{^Lu}",
            "\\p{Greek}",
            "\\.",
            "\\/",
            "\\_",
            "\\-",
            "\\\\",
            "\\n",
            "\\t",
            "\\x41",
            "\\x{61}",
            "\\101",
            "\\07",
            "\\Qa.b\\E",
            "\\Q\\E",
            "\\Qab*",
            "^",
            "$",
            "\\A",
            "\\z",
            "\\b",
            "\\B",
            "(?i)",
            "(?s)",
            "(?m)",
            "(?-i)",
            "(?U)",
            "(?i-s)",
            "{",
            "}",
            "]",
            "{,2}",
            "()",
            "\n");
    private static final List<String> REPEATS = List.of(
            "*", "+", "?", "*?", "+?", "??", "{2}", "{0}", "{1,}", "{0,2}", "{1,3}", "{2,3}?", "{0,1}", "{3,}",
            "{0,6}");
    private static final List<String> OPENINGS =
            List.of("(", "(?:", "(?i:", "(?s-i:", "(?m:", "(?P<n>", "(?<m>", "(?-m:", "(?U:");
    private static final String LETTERS = "aabbccABCkKsS0789_/-. \n\u0000éÉÿßµåÅ×÷ÀàÞþð{},*]";

    @Test
    void agreesWithRe2jOnAnyPattern() {
        Random random = new Random(20_261);
        int compared = 0;
        int found = 0;
        int large = 0;
        for (int i = 0; i < 12_000; i++) {
            String text = either(random, 3);
            Pattern pattern;
            try {
                pattern = Pattern.compile(text);
            } catch (PatternSyntaxException _) {
                continue;
            }
            Optional<Automaton> automaton = Automaton.of(text);
            if (automaton.isEmpty()) {
                large++;
                continue;
            }
            for (int j = 0; j < 12; j++) {
                String input = input(random);
                boolean expected = pattern.matcher(input).find();
                assertThat(found(automaton.get(), input))
                        .as("«%s» in «%s»", text, input)
                        .isEqualTo(expected);
                found += expected ? 1 : 0;
                compared++;
                if (expected && !automaton.get().needs().isEmpty()) {
                    String marked = Needs.START + lower(input) + Needs.END;
                    assertThat(automaton.get().needs().stream().anyMatch(marked::contains))
                            .as(
                                    "«%s» needs %s and is found in «%s»",
                                    text, automaton.get().needs(), input)
                            .isTrue();
                }
            }
        }
        assertThat(compared).isGreaterThan(50_000);
        assertThat(found).as("some are found").isBetween(compared / 10, compared * 9 / 10);
        assertThat(large).as("too large").isLessThan(200);
    }

    private static boolean found(Automaton automaton, String input) {
        byte[] bytes = ("xx" + input + "yy").getBytes(StandardCharsets.ISO_8859_1);
        return automaton.found(bytes, 2, bytes.length - 4);
    }

    private static String lower(String text) {
        StringBuilder lower = new StringBuilder();
        text.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
        return lower.toString();
    }

    private static String either(Random random, int depth) {
        StringBuilder text = new StringBuilder(sequence(random, depth));
        while (random.nextInt(4) == 0) {
            text.append('|').append(sequence(random, depth));
        }
        return text.toString();
    }

    private static String sequence(Random random, int depth) {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(5);
        for (int i = 0; i < parts; i++) {
            if (depth > 0 && random.nextInt(4) == 0) {
                text.append(OPENINGS.get(random.nextInt(OPENINGS.size())))
                        .append(either(random, depth - 1))
                        .append(')');
            } else {
                text.append(ATOMS.get(random.nextInt(ATOMS.size())));
            }
            if (random.nextInt(3) == 0) {
                text.append(REPEATS.get(random.nextInt(REPEATS.size())));
            }
        }
        return text.toString();
    }

    private static String input(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(14);
        for (int i = 0; i < length; i++) {
            text.append(
                    random.nextInt(12) == 0
                            ? (char) random.nextInt(256)
                            : LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    /// What takes engines that go back over the text longer than anybody waits.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+$",
                "(a*)*b",
                "(a|a)*b",
                "(a|aa)+$b",
                "^(([a-z])+.)+[A-Z]([a-z])+$",
                "(x+x+)+y",
                "(.*)*=.*",
                "(a?){30}a{30}",
                "(.*a){12}b",
                "foo.{0,30}bar.{0,30}baz",
                "(?i)(union|select).{1,100}(from|where)",
                "(\\w+\\s?)*\\d",
                "[0-9a-f]{32}$"
            })
    void hasAnAutomatonWhereOthersGoBack(String pattern) {
        assertThat(Automaton.of(pattern)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[ab].{40}c", "((a{0,30}){0,30}){0,30}", "(a|b)*a(a|b){20}c"})
    void hasNoneWhereStatesWouldBeTooMany(String pattern) {
        assertThat(Automaton.of(pattern)).isEmpty();
    }

    /// RE2/J never comes back from some of these.
    @ParameterizedTest
    @ValueSource(strings = {"(?i)\\x{1c80}", "(?i)[a-\\x{2000}]", "\\x{100}", "\\777", "\\x{-1}", "[\\x{10ffff}]"})
    void hasNoneForWhatIsNoByte(String pattern) {
        assertThat(Automaton.of(pattern)).isEmpty();
    }

    @Test
    void nestsAsDeepAsThereAreLevels() {
        assertThat(Automaton.of("(".repeat(200) + "a" + ")".repeat(200))).isPresent();
        assertThat(Automaton.of("(".repeat(201) + "a" + ")".repeat(201))).isEmpty();
        assertThat(Automaton.of("(".repeat(2_000) + "a" + ")".repeat(2_000))).isEmpty();
    }

    @Test
    void saysWhatItNeeds() {
        assertThat(needs("^/api/v[0-9]+/users")).containsExactly("\u0100/api/v");
        assertThat(needs("\\.(?:jpe?g|PNG)$")).containsExactlyInAnyOrder(".jpeg\u0101", ".jpg\u0101", ".png\u0101");
        assertThat(needs("(?i)WordPress")).containsExactly("wordpress");
        assertThat(needs("(^|/)admin(/|$)"))
                .containsExactlyInAnyOrder("\u0100admin/", "\u0100admin\u0101", "/admin/", "/admin\u0101");
        assertThat(needs("[a-z]+|foo")).isEmpty();
        assertThat(needs("(foo)*")).isEmpty();
        assertThat(needs("[0-9]+(foo|bar)+x?")).containsExactlyInAnyOrder("foo", "bar");
    }

    private static List<String> needs(String pattern) {
        return new ArrayList<>(Automaton.of(pattern).orElseThrow().needs());
    }
}
