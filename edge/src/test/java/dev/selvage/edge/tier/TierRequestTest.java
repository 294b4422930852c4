package dev.selvage.edge.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TierRequestTest {
    private static final TierSecret SECRET = new TierSecret("0123456789012345678901234567890x");
    private static final long NOW = 1_800_000_000;
    private static final TierRequest REQUEST = new TierRequest(
            NOW,
            "0123456789abcdef0123456789abcdef",
            7,
            57,
            true,
            8080,
            0xfedcba9876543210L,
            new byte[] {(byte) 192, 0, 2, 7},
            "NL",
            "198.51.100.1, 192.0.2.7; =\u00e9",
            "/%7Ea?b");

    private static String sealed() {
        return REQUEST.sealed(SECRET, "GET", "site.example", "/~a?b");
    }

    private static @Nullable TierRequest opened(String field, long now) {
        return TierRequest.opened(field, SECRET, now, "GET", "site.example", "/~a?b");
    }

    @Test
    void whatIsSealedIsOpened() {
        TierRequest opened = opened(sealed(), NOW + TierRequest.MOST_SKEW);
        assertThat(opened).isNotNull().usingRecursiveComparison().isEqualTo(REQUEST);
        assertThat(sealed())
                .matches("[\\x20-\\x7e]*")
                .contains("; sequence=57; ")
                .doesNotContain("0123456789012");
    }

    @ParameterizedTest
    @CsvSource({"HEAD, site.example, /~a?b", "GET, other.example, /~a?b", "GET, site.example, /~a"})
    void itIsOfUseForItsOwnRequestAlone(String method, String authority, String target) {
        assertThat(TierRequest.opened(sealed(), SECRET, NOW, method, authority, target))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {-61, 61, 100_000})
    void itIsOfNoUseAtAnotherTime(long later) {
        assertThat(opened(sealed(), NOW + later)).isNull();
    }

    @Test
    void whoDoesNotKnowTheSecretCannotMakeIt() {
        String other =
                REQUEST.sealed(new TierSecret("another secret of the same length"), "GET", "site.example", "/~a?b");
        assertThat(opened(other, NOW)).isNull();
    }

    @Test
    void nothingOfItCanBeChanged() {
        Random random = new Random(4);
        String field = sealed();
        for (int i = 0; i < field.length(); i++) {
            char other = (char) (' ' + random.nextInt(95));
            if (other != field.charAt(i)) {
                assertThat(opened(field.substring(0, i) + other + field.substring(i + 1), NOW))
                        .isNull();
            }
            assertThat(opened(field.substring(0, i), NOW)).isNull();
        }
        assertThat(opened(field + "; code=00", NOW)).isNull();
        assertThat(opened(field + ", " + field, NOW)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", "; ", "at=", "at=; zone=", "code=", "at=1; zone=; version=; sequence=; code="})
    void whatIsNoneIsNone(String field) {
        assertThat(opened(field, NOW)).isNull();
    }

    @Test
    void aSecretIsLongAndNeverShown() {
        assertThatThrownBy(() -> new TierSecret("short")).isInstanceOf(IllegalArgumentException.class);
        assertThat(SECRET).hasToString("(secret)");
        assertThat(new TierSettings(null, SECRET).toString()).doesNotContain("0123456789");
    }

    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.1:8080, 10.0.0.1, 8080, false",
        "https://upper.example, upper.example, 443, true",
        "http://[::1]:80/, ::1, 80, false"
    })
    void anUpperIsNamedByAUrl(String url, String host, int port, boolean tls) {
        assertThat(UpperAddress.parse(url)).contains(new UpperAddress(host, port, tls));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "upper", "ftp://upper", "http://", "http://a/b", "http://u@a", "http://a?b", "http://a:0"})
    void whatNamesMoreOrLessIsNoUpper(String url) {
        assertThat(UpperAddress.parse(url)).isEmpty();
    }

    @Test
    void aPurgeOfLongAgoIsNotAskedFor() {
        PurgeSequences sequences = new PurgeSequences();
        sequences.begin("z1", 3, 1_000);
        assertThat(sequences.begun("z1", 0, 2_000)).isEqualTo(3);
        assertThat(sequences.begun("z1", 3, 2_000 + PurgeSequences.OLDEST_MILLIS))
                .isZero();
        assertThat(sequences.begun("z2", 0, 2_000)).isZero();
        assertThat(sequences.begun("z2", 9, 2_000)).as("known from the start").isEqualTo(9);
    }
}
