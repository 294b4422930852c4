package dev.selvage.edge.http;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Dates as RFC 9110 section 5.6.7 writes and reads them.
public final class HttpDate {
    private static final DateTimeFormatter IMF =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);
    private static final DateTimeFormatter RFC850 = new DateTimeFormatterBuilder()
            .appendPattern("EEEE, dd-MMM-")
            // RFC 9110 reads two digits relative to now; every such sender died out long before 2070.
            .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
            .appendPattern(" HH:mm:ss 'GMT'")
            .toFormatter(Locale.US);
    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US);

    private HttpDate() {}

    /// The date in the preferred form.
    public static String format(long epochSecond) {
        return IMF.format(LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC));
    }

    /// Epoch seconds of a date in any of the three forms; empty when `text` is null or none of them.
    public static OptionalLong parse(@Nullable String text) {
        if (text == null || text.length() < 24 || text.length() > 40) {
            return OptionalLong.empty();
        }
        DateTimeFormatter form = text.charAt(3) == ',' ? IMF : text.endsWith("GMT") ? RFC850 : ASCTIME;
        try {
            return OptionalLong.of(LocalDateTime.parse(text, form).toEpochSecond(ZoneOffset.UTC));
        } catch (DateTimeException _) {
            return OptionalLong.empty();
        }
    }
}
