package dev.selvage.control.api;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
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

    public static @Nullable String textOrNull(@Nullable Long micros) {
        return micros == null ? null : text(micros);
    }
}
