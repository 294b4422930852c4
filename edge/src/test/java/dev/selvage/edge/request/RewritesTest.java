package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.http.NormalTarget;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewritesTest {
    private static Optional<String> put(String target, @Nullable String path, @Nullable String query) {
        return Rewrites.put(target, path, query, 1_000);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/a?b,/c,-,/c?b",
                "/a?b,-,c=1,/a?c=1",
                "/a?b,-,'',/a",
                "/a?b,/c,'',/c",
                "/a,/c,d,/c?d",
                "/a,c,-,/c",
                "/a,/b c,-,/b%20c",
                "/a,/b?c#d,-,/b%3Fc%23d",
                "/a,/%7euser/./x/../y,-,/~user/y",
                "/a,-,x y#z?,/a?x%20y%23z?",
                "/a?b=%41,/c,-,/c?b=%41"
            })
    void pathAndQueryAreReplacedAndMadeNormal(
            String target, @Nullable String path, @Nullable String query, String expected) {
        assertThat(put(target, path, query)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/%00", "/..", "/../x", "/a\\b", "/..%2Fx", "/%0d%0a", "/a/%"})
    void whatCouldBeNoRequestIsNone(String path) {
        assertThat(put("/a", path, null)).isEmpty();
    }

    @Test
    void aTargetThatIsTooLongIsNone() {
        assertThat(put("/a", "/" + "x".repeat(1_000), null)).isEmpty();
        assertThat(put("/a", "/" + "\u00ff".repeat(400), null)).isEmpty();
    }

    @Test
    void whateverIsPutInIsATargetOrNone() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 20_000; i++) {
            Optional<String> made = put("/p?q", random(random), random.nextBoolean() ? random(random) : null);
            made.ifPresent(target -> {
                assertThat(NormalTarget.of(target)).contains(target);
                assertThat(target).startsWith("/").doesNotContain(" ", "\r", "\n", "#");
            });
        }
    }

    private static String random(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(12); n > 0; n--) {
            text.append(
                    random.nextInt(4) == 0 ? (char) random.nextInt(256) : "/.%2eE?#\\;a".charAt(random.nextInt(11)));
        }
        return text.toString();
    }
}
