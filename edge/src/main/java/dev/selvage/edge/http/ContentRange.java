package dev.selvage.edge.http;

import org.jspecify.annotations.Nullable;

/// A valid `Content-Range` of a part (RFC 9110 section 14.4) whose whole has a known length.
///
/// @param first its first byte
/// @param last its last byte
/// @param complete bytes of the whole
public record ContentRange(long first, long last, long complete) {
    private static final String UNIT = "bytes ";

    /// Digits that are read; there is no longer file.
    private static final int MOST_DIGITS = 18;

    /// What a field says; null when there is none, when it is not valid, or does not name the whole's length.
    public static @Nullable ContentRange parse(@Nullable String field) {
        if (field == null || !field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        int dash = field.indexOf('-', UNIT.length());
        int slash = field.indexOf('/', dash + 1);
        if (dash < 0 || slash < 0) {
            return null;
        }
        long first = number(field, UNIT.length(), dash);
        long last = number(field, dash + 1, slash);
        long complete = number(field, slash + 1, field.length());
        return first < 0 || last < first || complete <= last ? null : new ContentRange(first, last, complete);
    }

    private static long number(String text, int from, int to) {
        if (from == to || to - from > MOST_DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    /// Bytes of the part.
    public long length() {
        return last - first + 1;
    }

    /// True when the part is all there is.
    public boolean whole() {
        return first == 0 && last == complete - 1;
    }

    /// True when all bytes from `start` to before `end` are in it.
    public boolean holds(long start, long end) {
        return start >= first && end <= last + 1;
    }

    /// The field's value.
    @Override
    public String toString() {
        return UNIT + first + '-' + last + '/' + complete;
    }
}
