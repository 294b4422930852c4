package dev.selvage.edge.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean matches(Glob glob, String text) {
        // In the middle of other bytes, as in a request's head.
        byte[] around = bytes("GET " + text + " HTTP/1.1");
        return glob.matches(around, 4, text.length());
    }

    @ParameterizedTest
    @CsvSource({
        "/t*st,          /test,                 true",
        "/t*st,          /toast,                true",
        "/t*st,          /tst,                  true",
        "/t*st,          /tests,                false",
        "/foo/*,         /foo/,                 true",
        "/foo/*,         /foo,                  false",
        "/foo*,          /foo,                  true",
        "/foo*,          /foo?a=/b,             true",
        "/foo,           /foo?a,                false",
        "/foo,           /foo,                  true",
        "/foo,           /FOO,                  false",
        "/*.jpg,         /a/b.jpg,              true",
        "/*.jpg,         /a.jpg?x,              false",
        "/*.jpg*,        /a.jpg?x,              true",
        "*,              '',                    true",
        "**,             x,                     true",
        "/a*a,           /a,                    false",
        "/a*aba*b,       /aabab,                true",
        "/a*aba*b,       /aab,                  false",
        "/*/*/*/*,       /1/2/3/4/5,            true",
        "/*/*/*/*,       /1/2/3,                false",
    })
    void anAsteriskStandsForAnyCharactersOrNone(String pattern, String text, boolean fits) {
        assertThat(matches(new Glob(pattern), text)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({
        "/*,              /flare,          flare",
        "/*/x/*,          /a/b/x/c/x/d,    a/b|c/x/d",
        "/**b,            /aab,            |aa",
        "/a*b*c*d*,       /abcd,           |||",
        "/*?id=*&*,       /p?id=7&id=8&q,  p|7|id=8&q",
        "/none,           /none,           ''",
    })
    void whatTheAsterisksStandForIsTheFirstThatFits(String pattern, String text, String captured) {
        assertThat(String.join("|", new Glob(pattern).captured(bytes(text)))).isEqualTo(captured);
    }

    /// The plainest matcher there is, and the slowest.
    private static boolean naive(String pattern, String text) {
        if (pattern.isEmpty()) {
            return text.isEmpty();
        }
        if (pattern.charAt(0) == '*') {
            return naive(pattern.substring(1), text) || (!text.isEmpty() && naive(pattern, text.substring(1)));
        }
        return !text.isEmpty() && pattern.charAt(0) == text.charAt(0) && naive(pattern.substring(1), text.substring(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void itAgreesWithTheNaiveMatcher(long seed) {
        Random random = new Random(seed);
        int fitting = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder pattern = new StringBuilder();
            int stars = random.nextInt(5);
            for (int star = 0; star <= stars; star++) {
                pattern.append(star == 0 ? "" : "*").append(letters(random, 4));
            }
            String text = letters(random, 16);
            boolean expected = naive(pattern.toString(), text);
            Glob glob = new Glob(pattern.toString());
            assertThat(matches(glob, text)).as(pattern + " " + text).isEqualTo(expected);
            if (expected) {
                fitting++;
                StringBuilder again = new StringBuilder(pattern);
                for (String part : glob.captured(bytes(text))) {
                    int star = again.indexOf("*");
                    again.replace(star, star + 1, part);
                }
                assertThat(again.toString()).as(pattern.toString()).isEqualTo(text);
            }
        }
        assertThat(fitting).as("matches among them").isGreaterThan(2_000);
    }

    private static String letters(Random random, int most) {
        StringBuilder letters = new StringBuilder();
        for (int n = random.nextInt(most + 1); n > 0; n--) {
            letters.append((char) ('a' + random.nextInt(2)));
        }
        return letters.toString();
    }

    /// Counts what it compares.
    private static final class Counting extends Glob {
        private long comparisons;

        Counting(String text) {
            super(text);
        }

        @Override
        boolean same(byte wanted, byte found) {
            comparisons++;
            return super.same(wanted, found);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*aaaaaaaaaaaaaaaab*aaaaaaaaaaaaaaaab*aaaaaaaaaaaaaaaab*c",
                "/*a*a*a*b",
                "/*aaaaaaaabaaaaaaaa*aaaaaaaabaaaaaaab*ab*",
                "/*abababababababababac*abababac*ac*",
                "****"
            })
    void noPatternComparesMoreThanTwiceWhatThereIs(String pattern) {
        for (String text : new String[] {
            "/" + "a".repeat(8_000),
            "/" + "a".repeat(7_999) + "c",
            "/" + "ab".repeat(4_000),
            "/" + ("a".repeat(17) + "b").repeat(444)
        }) {
            Counting glob = new Counting(pattern);
            matches(glob, text);
            assertThat(glob.comparisons).isLessThanOrEqualTo(2L * text.length() + pattern.length());
        }
    }

    @Test
    void anEmptyTextFitsOnlyItself() {
        assertThat(matches(new Glob(""), "")).isTrue();
        assertThat(matches(new Glob(""), "a")).isFalse();
    }
}
