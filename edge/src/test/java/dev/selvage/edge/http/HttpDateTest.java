package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
    private static final long EXAMPLE = 784_111_777;

    @ParameterizedTest
    @ValueSource(
            strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    void eachOfTheThreeFormsIsRead(String text) {
        assertThat(HttpDate.parse(text)).hasValue(EXAMPLE);
    }

    @Test
    void aDayOfTwoDigitsIsReadInTheOldestForm() {
        assertThat(HttpDate.parse("Wed Nov 16 08:49:37 1994")).hasValue(EXAMPLE + 10 * 86_400);
    }

    @Test
    void theLongestNameOfADayIsRead() {
        assertThat(HttpDate.parse("Wednesday, 16-Nov-94 08:49:37 GMT")).hasValue(EXAMPLE + 10 * 86_400);
        assertThat(HttpDate.parse("Friday, 01-Jan-27 00:00:00 GMT")).hasValue(1_798_761_600);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sun, 06 nov 1994 08:49:37 gmt", "SUNDAY, 06-NOV-94 08:49:37 GmT", "sUN nOV  6 08:49:37 1994"})
    void theCaseOfLettersDoesNotMatter(String text) {
        assertThat(HttpDate.parse(text)).hasValue(EXAMPLE);
    }

    @ParameterizedTest
    @CsvSource({"94, 1994", "26, 2026", "76, 2076", "77, 1977", "0, 2000"})
    void aYearOfTwoDigitsIsAtMostFiftyYearsAhead(int digits, int year) {
        assertThat(HttpDate.nearest(digits, 2026)).isEqualTo(year);
    }

    @Test
    void thePreferredFormIsWritten() {
        assertThat(HttpDate.format(EXAMPLE)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(HttpDate.format(0)).isEqualTo("Thu, 01 Jan 1970 00:00:00 GMT");
    }

    @Test
    void whatIsWrittenIsReadAgainAllYearRound() {
        for (long second = 1_767_225_600; second < 1_767_225_600 + 400L * 86_400; second += 86_400 + 3_661) {
            String text = HttpDate.format(second);
            assertThat(text).hasSize(29);
            assertThat(HttpDate.parse(text)).hasValue(second);
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "tomorrow",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 08:49:37 CET",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 32 Nov 1994 08:49:37 GMT",
                "Sun, 06 Foo 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 25:49:37 GMT",
                "Sun, 06 Nov 1994 08:61:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Thu, 30 Feb 2024 00:00:00 GMT",
                "Fri, 31 Feb 2025 00:00:00 GMT",
                "Wed, 31 Apr 2025 00:00:00 GMT",
                "Sun, 06 Nov +11994 08:49:37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Sun, 06 Nov 1994 08-49-37 GMT",
                "Sun-06-Nov-1994-08:49:37-GMT",
                "Sun Nov 6 08:49:37 1994 ",
                "Sunday, 06 Nov 94 08:49:37 GMT",
                "Sund, 06-Nov-94 08:49:37 GMT..",
                "1994-11-06T08:49:37Z and more",
                "Sun, 06 Nov 1994 08:49:37 GMT and much more than a date",
                "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000"
            })
    void whatIsNoDateIsEmpty(@Nullable String text) {
        assertThat(HttpDate.parse(text)).isEmpty();
    }
}
