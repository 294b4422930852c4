package dev.selvage.control.api;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Times, as the store keeps them (microseconds since 1970) and as the API shows them (RFC 3339, UTC).
public final class Times {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Times() {}

    public static long now(Clock clock) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    public static String text(long micros) {
        return FORM.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    /// To the second, as tokens have it.
    public static String seconds(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L)).toString();
    }

    /// The time that `text` says (RFC 3339); empty when it says none after 1970.
    public static Optional<Long> parse(String text) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            return instant.isBefore(Instant.EPOCH)
                    ? Optional.empty()
                    : Optional.of(ChronoUnit.MICROS.between(Instant.EPOCH, instant));
        } catch (DateTimeException | ArithmeticException _) {
            return Optional.empty();
        }
    }

    public static @Nullable String textOrNull(@Nullable Long micros) {
        return micros == null ? null : text(micros);
    }
}
