package dev.selvage.edge.request;

import org.jspecify.annotations.Nullable;

/// A `Range` field with one byte range (RFC 9110 section 14.1.2).
///
/// Several ranges, other units and what cannot be read are ignored, which RFC 9110 section 14.2 allows.
///
/// @param start first byte
/// @param end byte after the last one
record Ranges(long start, long end) {
    /// The range cannot be satisfied.
    static final Ranges UNSATISFIABLE = new Ranges(-1, -1);

    /// The part of a body of `length` bytes that is asked for; null when the whole is to be sent.
    static @Nullable Ranges of(String value, long length) {
        String text = value.strip();
        if (!text.startsWith("bytes=") || text.indexOf(',') >= 0) {
            return null;
        }
        int dash = text.indexOf('-', 6);
        if (dash < 0) {
            return null;
        }
        long first = digits(text, 6, dash);
        long last = digits(text, dash + 1, text.length());
        if (first == MALFORMED || last == MALFORMED || (first == ABSENT && last == ABSENT)) {
            return null;
        }
        if (first == ABSENT) {
            if (last == 0) {
                return UNSATISFIABLE;
            }
            // Of nothing all is sent: Content-Range could not name a part of it.
            return length == 0 ? null : new Ranges(Math.max(0, length - last), length);
        }
        if (last != ABSENT && last < first) {
            return null;
        }
        if (first >= length) {
            return UNSATISFIABLE;
        }
        return new Ranges(first, last == ABSENT ? length : Math.min(length, last + 1));
    }

    private static final long ABSENT = -1;
    private static final long MALFORMED = -2;

    private static long digits(String text, int from, int to) {
        if (from == to) {
            return ABSENT;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || i - from >= 18) {
                return MALFORMED;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }
}
