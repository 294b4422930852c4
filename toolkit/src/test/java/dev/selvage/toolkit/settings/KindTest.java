package dev.selvage.toolkit.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KindTest {
    private enum Word {
        SAFE,
        VERY_STRICT
    }

    @Test
    void numbersKeepTheirLimits() {
        Kind<Integer> kind = Kind.integer(1, 10);

        assertThat(kind.parse(" 10 ")).isEqualTo(new Kind.Valid<>(10));
        assertThat(kind.parse("11")).isEqualTo(new Kind.Invalid<>("is more than 10"));
        assertThat(kind.parse("0")).isEqualTo(new Kind.Invalid<>("is less than 1"));
        assertThat(kind.parse("9999999999")).isEqualTo(new Kind.Invalid<>("is more than 10"));
        for (String wrong : List.of("", "-1", "1.5", "0x1", "99999999999", "1 2", "١")) {
            assertThat(kind.parse(wrong)).isEqualTo(new Kind.Invalid<>("is not a number"));
        }
    }

    @Test
    void bytesHaveUnitsOf1024Powers() {
        Kind<Long> kind = Kind.bytes(1, 1L << 40);

        for (String mebibyte : List.of("1MiB", "1m", "1 MB", "1024k", "1048576", "1048576B")) {
            assertThat(kind.parse(mebibyte)).isEqualTo(new Kind.Valid<>(1L << 20));
        }
        assertThat(kind.parse("1025GiB")).isEqualTo(new Kind.Invalid<>("is more than 1TiB"));
        assertThat(kind.parse("999999999999999t")).isEqualTo(new Kind.Invalid<>("is more than 1TiB"));
        assertThat(kind.parse("0")).isEqualTo(new Kind.Invalid<>("is less than 1B"));
        assertThat(kind.parse("1.5g")).isEqualTo(new Kind.Invalid<>("is not an amount of bytes"));
        assertThat(kind.show(1536L)).isEqualTo("1536B");
        assertThat(kind.show(3L << 30)).isEqualTo("3GiB");
    }

    @Test
    void timeSpansNeedAUnit() {
        Kind<Duration> kind = Kind.duration(Duration.ofMillis(1), Duration.ofDays(2));

        assertThat(kind.parse("90s")).isEqualTo(new Kind.Valid<>(Duration.ofSeconds(90)));
        assertThat(kind.parse("1d")).isEqualTo(new Kind.Valid<>(Duration.ofDays(1)));
        assertThat(kind.parse("5")).isEqualTo(new Kind.Invalid<>("has no unit (ms, s, m, h, d)"));
        assertThat(kind.parse("soon")).isEqualTo(new Kind.Invalid<>("is not a time span"));
        assertThat(kind.parse("0s")).isEqualTo(new Kind.Invalid<>("is less than 1ms"));
        assertThat(kind.parse("49h")).isEqualTo(new Kind.Invalid<>("is more than 2d"));
    }

    @Test
    void whatIsShownParsesToTheSameAgain() {
        Kind<Duration> duration = Kind.duration(Duration.ZERO, Duration.ofDays(1_000));
        for (long millis : new long[] {0, 1, 999, 1_000, 60_000, 61_000, 3_600_000, 86_400_000, 90_000_000}) {
            Duration value = Duration.ofMillis(millis);
            assertThat(duration.parse(duration.show(value))).isEqualTo(new Kind.Valid<>(value));
        }
        Kind<Long> bytes = Kind.bytes(0, Long.MAX_VALUE >> 1);
        for (long value : new long[] {0, 1, 1_023, 1_024, 1_025, 1 << 20, 5L << 30, 3L << 40, 3L << 50}) {
            assertThat(bytes.parse(bytes.show(value))).isEqualTo(new Kind.Valid<>(value));
        }
    }

    @Test
    void wordsAreThoseOfTheEnum() {
        Kind<Word> kind = Kind.word(Word.class);

        assertThat(kind.expects()).isEqualTo("one of safe, very-strict");
        assertThat(kind.parse("very-strict")).isEqualTo(new Kind.Valid<>(Word.VERY_STRICT));
        assertThat(kind.parse("SAFE")).isEqualTo(new Kind.Invalid<>("is none of them"));
    }

    @Test
    void severalWordsAreAnyOfThoseThatMayBeChosen() {
        Kind<List<Word>> kind = Kind.words(List.of(Word.SAFE, Word.VERY_STRICT));

        assertThat(kind.list()).isTrue();
        assertThat(kind.expects()).isEqualTo("any of safe, very-strict, separated by commas");
        assertThat(kind.parse("")).isEqualTo(new Kind.Valid<>(List.of()));
        assertThat(kind.parse("safe")).isEqualTo(new Kind.Valid<>(List.of(Word.SAFE)));
        assertThat(kind.parse(" very-strict ,safe, safe"))
                .isEqualTo(new Kind.Valid<>(List.of(Word.SAFE, Word.VERY_STRICT)));
        assertThat(kind.show(List.of(Word.SAFE, Word.VERY_STRICT))).isEqualTo("safe, very-strict");
        for (String wrong : new String[] {"Safe", "safe very-strict", "safe,", ",", "all", "safe, lax"}) {
            assertThat(kind.parse(wrong)).as(wrong).isInstanceOf(Kind.Invalid.class);
        }
        assertThat(kind.parse("safe, lax")).isEqualTo(new Kind.Invalid<>("holds `lax`, which is none of them"));
    }

    @Test
    void pathsMustBePaths() {
        assertThat(Kind.path().parse("a b/c")).isEqualTo(new Kind.Valid<>(Path.of("a b/c")));
        assertThat(Kind.path().parse("")).isEqualTo(new Kind.Invalid<>("is empty"));
        assertThat(Kind.path().parse("a\0b")).isInstanceOf(Kind.Invalid.class);
    }

    @Test
    void aWrongNetworkInAListIsNamed() {
        assertThat(Kind.networks().parse("10.0.0.0/8, 10.0.0.1/8"))
                .isEqualTo(new Kind.Invalid<>(
                        "holds `10.0.0.1/8`, which has bits set beyond its prefix; 10.0.0.0/8 would be"
                                + " the block"));
        assertThat(Kind.networks().parse("10.0.0.0/8,".repeat(1_001))).isInstanceOf(Kind.Invalid.class);
    }
}
