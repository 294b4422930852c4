package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.settings.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// Moments as people write them.
final class Moments {
    private static final Kind<Duration> SPAN = Kind.duration(Duration.ofSeconds(1), Duration.ofDays(36_500));
    private static final String EXPECTED =
            "expected a time span such as 90d or 12h, a day such as 2030-01-31, or a time"
                    + " such as 2030-01-31T12:00:00Z";

    private Moments() {}

    /// A moment to come: a span from now, a day, or a time.
    static String after(Instant now, String option, String text) throws ClientFailure {
        return switch (SPAN.parse(text)) {
            case Kind.Valid<Duration>(Duration span) ->
                now.plus(span).truncatedTo(ChronoUnit.SECONDS).toString();
            case Kind.Invalid<Duration> _ -> at(option, text);
        };
    }

    /// A moment that was: a span before now, a day, or a time.
    static String before(Instant now, String option, String text) throws ClientFailure {
        return switch (SPAN.parse(text)) {
            case Kind.Valid<Duration>(Duration span) ->
                now.minus(span).truncatedTo(ChronoUnit.SECONDS).toString();
            case Kind.Invalid<Duration> _ -> at(option, text);
        };
    }

    private static String at(String option, String text) throws ClientFailure {
        try {
            return text.indexOf('T') < 0 && text.indexOf('t') < 0
                    ? LocalDate.parse(text)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                            .toString()
                    : OffsetDateTime.parse(text).toInstant().toString();
        } catch (DateTimeException wrong) {
            throw new ClientFailure(Exit.USAGE, option + ": `" + text + "` is no time; " + EXPECTED);
        }
    }
}
