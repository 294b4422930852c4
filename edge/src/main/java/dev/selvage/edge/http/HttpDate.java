package dev.selvage.edge.http;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Dates as RFC 9110 section 5.6.7 writes and reads them; the case of letters does not matter to a cache (RFC 9111
/// section 4.2).
public final class HttpDate {
    private static final DateTimeFormatter IMF =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US);
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    private static final List<String> DAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
    private static final int NO_NUMBER = -1;

    private HttpDate() {}

    /// The date in the preferred form.
    public static String format(long epochSecond) {
        return IMF.format(LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC));
    }

    /// Epoch seconds of a date in any of the three forms; empty when `text` is null or none of them.
    public static OptionalLong parse(@Nullable String text) {
        if (text == null || text.length() < 24 || text.length() > 33) {
            return OptionalLong.empty();
        }
        if (text.charAt(3) == ',') {
            return imfFixdate(text);
        }
        return gmt(text) ? rfc850(text) : asctime(text);
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    private static OptionalLong imfFixdate(String text) {
        return text.length() == 29
                        && text.startsWith(", ", 3)
                        && text.charAt(7) == ' '
                        && text.charAt(11) == ' '
                        && text.charAt(16) == ' '
                        && gmt(text)
                ? second(number(text, 12, 4), text.substring(8, 11), number(text, 5, 2), text, 17, day(text, 0, 3))
                : OptionalLong.empty();
    }

    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    private static OptionalLong rfc850(String text) {
        int at = text.indexOf(',');
        if (at < 0
                || text.length() != at + 24
                || text.charAt(at + 1) != ' '
                || text.charAt(at + 4) != '-'
                || text.charAt(at + 8) != '-'
                || text.charAt(at + 11) != ' ') {
            return OptionalLong.empty();
        }
        int year = number(text, at + 9, 2);
        return second(
                year == NO_NUMBER
                        ? NO_NUMBER
                        : nearest(year, Year.now(ZoneOffset.UTC).getValue()),
                text.substring(at + 5, at + 8),
                number(text, at + 2, 2),
                text,
                at + 12,
                at >= 6 ? day(text, 0, at) : -1);
    }

    /// The year of two digits: what seems to be more than 50 years ahead is the last one past (RFC 9110 section 5.6.7).
    static int nearest(int digits, int now) {
        int year = now - now % 100 + digits;
        return year > now + 50 ? year - 100 : year;
    }

    private static boolean gmt(String text) {
        return text.regionMatches(true, text.length() - 4, " GMT", 0, 4);
    }

    /// `Sun Nov  6 08:49:37 1994`
    private static OptionalLong asctime(String text) {
        return text.length() == 24
                        && text.charAt(3) == ' '
                        && text.charAt(7) == ' '
                        && text.charAt(10) == ' '
                        && text.charAt(19) == ' '
                ? second(
                        number(text, 20, 4),
                        text.substring(4, 7),
                        text.charAt(8) == ' ' ? number(text, 9, 1) : number(text, 8, 2),
                        text,
                        11,
                        day(text, 0, 3))
                : OptionalLong.empty();
    }

    /// The second that the parts name; empty when one of them is no number or there is no such day or time.
    ///
    /// @param time where `08:49:37` stands in `text`
    /// @param weekday 0 is Monday
    private static OptionalLong second(int year, String month, int day, String text, int time, int weekday) {
        int hour = number(text, time, 2);
        int minute = number(text, time + 3, 2);
        int second = number(text, time + 6, 2);
        int monthOfYear = month(month);
        if (year < 0
                || day < 1
                || monthOfYear == 0
                || weekday < 0
                || text.charAt(time + 2) != ':'
                || text.charAt(time + 5) != ':'
                || hour < 0
                || hour > 23
                || minute < 0
                || minute > 59
                || second < 0
                || second > 59) {
            return OptionalLong.empty();
        }
        if (day > YearMonth.of(year, monthOfYear).lengthOfMonth()) {
            return OptionalLong.empty();
        }
        LocalDate date = LocalDate.of(year, monthOfYear, day);
        return date.getDayOfWeek().getValue() == weekday + 1
                ? OptionalLong.of(date.toEpochDay() * 86_400 + hour * 3_600L + minute * 60L + second)
                : OptionalLong.empty();
    }

    /// 1 is January; 0 is none.
    private static int month(String name) {
        for (int i = 0; i < MONTHS.size(); i++) {
            if (MONTHS.get(i).equalsIgnoreCase(name)) {
                return i + 1;
            }
        }
        return 0;
    }

    /// The day whose whole name, or its first three letters, stand at `start`; 0 is Monday, -1 none.
    private static int day(String text, int start, int length) {
        for (int i = 0; i < DAYS.size(); i++) {
            String name = DAYS.get(i);
            if ((length == 3 || length == name.length()) && name.regionMatches(true, 0, text, start, length)) {
                return i;
            }
        }
        return -1;
    }

    private static int number(String text, int start, int count) {
        int value = 0;
        for (int i = start; i < start + count; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return NO_NUMBER;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }
}
