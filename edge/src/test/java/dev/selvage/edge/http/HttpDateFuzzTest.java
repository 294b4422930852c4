package dev.selvage.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.OptionalLong;

/// Any bytes as a date.
class HttpDateFuzzTest {
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
            .withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US).withResolverStyle(ResolverStyle.STRICT);

    @FuzzTest(maxDuration = "3m")
    void anyDate(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        OptionalLong date = HttpDate.parse(text);
        if (date.isPresent()) {
            String written = HttpDate.format(date.getAsLong());
            assertThat(HttpDate.parse(written)).isEqualTo(date);
            String day = written.substring(0, 3);
            assertThat(text).as("the day of the week is right").startsWithIgnoringCase(day);
            assertThat(text).contains(written.substring(17, 25));
        }
        if (text.matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT")) {
            assertThat(date).isEqualTo(reference(IMF_FIXDATE, text));
        } else if (text.matches("[A-Z][a-z]{2} [A-Z][a-z]{2} ( \\d|\\d\\d) \\d\\d:\\d\\d:\\d\\d \\d{4}")) {
            assertThat(date).isEqualTo(reference(ASCTIME, text));
        } else if (!text.matches("(?i)([a-z]{3}, \\d\\d [a-z]{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"
                + "|[a-z]{3} [a-z]{3} ( \\d|\\d\\d) \\d\\d:\\d\\d:\\d\\d \\d{4}"
                + "|[a-z]{6,9}, \\d\\d-[a-z]{3}-\\d\\d \\d\\d:\\d\\d:\\d\\d GMT)")) {
            assertThat(date).as("none of the three forms").isEmpty();
        }
    }

    private static OptionalLong reference(DateTimeFormatter form, String text) {
        try {
            return OptionalLong.of(LocalDateTime.parse(text, form).toEpochSecond(ZoneOffset.UTC));
        } catch (DateTimeException _) {
            return OptionalLong.empty();
        }
    }
}
