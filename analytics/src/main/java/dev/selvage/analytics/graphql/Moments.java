package dev.selvage.analytics.graphql;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/// Times as the API writes them, and the freedom with which its clients do.
final class Moments {
    private static final int MAX = 40;

    private Moments() {}

    /// Epoch milliseconds, rounded up, of an RFC 3339 time; the offset, the time or the `T` may be missing.
    ///
    /// @throws IllegalArgumentException when it is none
    static long parse(String text) {
        String stripped = text.strip();
        if (stripped.length() > MAX) {
            throw wrong(text.substring(0, MAX) + "…");
        }
        String iso = stripped.length() > 10 && stripped.charAt(10) == ' '
                ? stripped.substring(0, 10) + "T" + stripped.substring(11)
                : stripped;
        try {
            Instant instant;
            if (iso.length() == 10) {
                instant = LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant();
            } else if (iso.endsWith("Z") || iso.indexOf('+', 10) > 0 || iso.indexOf('-', 10) > 0) {
                instant = OffsetDateTime.parse(iso).toInstant();
            } else {
                instant = LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
            }
            return instant.plusNanos(999_999).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException _) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("\"" + text + "\" is not a time; write one like \"2026-01-31T12:00:00Z\"");
    }

    /// RFC 3339, to the second or to what is there.
    static String time(long milliseconds) {
        return DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochMilli(milliseconds));
    }

    /// The UTC day.
    static String date(long milliseconds) {
        return LocalDate.ofEpochDay(Math.floorDiv(milliseconds, 86_400_000L)).toString();
    }
}
