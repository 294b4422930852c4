package dev.selvage.edge.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The byte ranges that a `Range` field asks for (RFC 9110 section 14.1.2), before the length of the body is
/// known.
public final class Ranges {
    /// Parts that are sent at most; whoever asks for more gets the whole (RFC 9110 section 17.15).
    static final int MOST_PARTS = 16;

    /// Ranges that are read at most; a field with more is ignored.
    private static final int MOST_READ = 128;

    /// Bytes between two ranges that cost less than a part of their own (RFC 9110 section 15.3.7.2).
    static final int NARROW_GAP = 80;

    private static final String UNIT = "bytes=";
    private static final long ABSENT = -1;

    private final List<Spec> specs;

    private Ranges(List<Spec> specs) {
        this.specs = specs;
    }

    /// One range as asked: without `first` the last bytes, without `last` all that follows.
    private record Spec(long first, long last) {
        boolean suffix() {
            return first == ABSENT;
        }

        /// The last bytes of nothing are all of it: `Content-Range` could not name them.
        boolean endOfNothing(long length) {
            return suffix() && last > 0 && length == 0;
        }

        /// The bytes of a body of that length; null when there are none.
        @Nullable
        Part of(long length) {
            if (suffix()) {
                return last == 0 || length == 0 ? null : new Part(Math.max(0, length - last), length);
            }
            if (first >= length) {
                return null;
            }
            return new Part(first, last == ABSENT || last >= length ? length : last + 1);
        }
    }

    /// Bytes of a body.
    ///
    /// @param start first byte
    /// @param end the byte after the last one
    public record Part(long start, long end) {}

    /// What is asked for of a body whose length is known.
    public sealed interface Selection {}

    /// All of it: the field asks for nothing else that could be sent.
    public record Whole() implements Selection {}

    /// Nothing that the body has.
    public record Unsatisfiable() implements Selection {}

    /// At least one part. They have no byte in common, and come in the order in which they were asked for.
    public record Parts(List<Part> parts) implements Selection {}

    private static final Selection WHOLE = new Whole();
    private static final Selection UNSATISFIABLE = new Unsatisfiable();

    /// Reads a field; null when it is to be ignored: another unit, or no ranges by the grammar.
    public static @Nullable Ranges parse(String field) {
        String text = field.strip();
        if (!text.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        List<Spec> specs = new ArrayList<>(1);
        int at = UNIT.length();
        boolean first = true;
        while (at <= text.length()) {
            int comma = text.indexOf(',', at);
            int end = comma < 0 ? text.length() : comma;
            // White space may stand around commas only (RFC 9110 section 5.6.1.2).
            int from = first ? at : skip(text, at, end);
            int to = comma < 0 ? end : skipBack(text, from, end);
            if (from < to) {
                Spec spec = spec(text, from, to);
                if (spec == null || specs.size() == MOST_READ) {
                    return null;
                }
                specs.add(spec);
            }
            first = false;
            at = end + 1;
        }
        return specs.isEmpty() ? null : new Ranges(specs);
    }

    private static int skip(String text, int from, int to) {
        int at = from;
        while (at < to && blank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int skipBack(String text, int from, int to) {
        int at = to;
        while (at > from && blank(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    private static @Nullable Spec spec(String text, int from, int to) {
        int dash = text.indexOf('-', from);
        if (dash < 0 || dash >= to || (dash == from && dash + 1 == to)) {
            return null;
        }
        if (!digits(text, from, dash) || !digits(text, dash + 1, to)) {
            return null;
        }
        long first = number(text, from, dash);
        long last = number(text, dash + 1, to);
        if (first != ABSENT && last != ABSENT && compare(text, from, dash, dash + 1, to) > 0) {
            return null;
        }
        return new Spec(first, last);
    }

    private static boolean digits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }

    /// The number, or the largest there is when it is larger; -1 for no digits.
    private static long number(String text, int from, int to) {
        if (from == to) {
            return ABSENT;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return Long.MAX_VALUE;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /// Compares two numbers of any size.
    private static int compare(String text, int from, int to, int otherFrom, int otherTo) {
        int a = significant(text, from, to);
        int b = significant(text, otherFrom, otherTo);
        int byLength = Integer.compare(to - a, otherTo - b);
        return byLength != 0 ? byLength : text.substring(a, to).compareTo(text.substring(b, otherTo));
    }

    private static int significant(String text, int from, int to) {
        int at = from;
        while (at < to - 1 && text.charAt(at) == '0') {
            at++;
        }
        return at;
    }

    /// True when it asks for a single range.
    public boolean single() {
        return specs.size() == 1;
    }

    /// The first byte asked for; -1 when that depends on the length.
    public long first() {
        long least = Long.MAX_VALUE;
        for (Spec spec : specs) {
            if (spec.suffix()) {
                return -1;
            }
            least = Math.min(least, spec.first());
        }
        return least;
    }

    /// What it asks for of a body of `length` bytes.
    public Selection of(long length) {
        if (specs.size() == 1) {
            Spec only = specs.getFirst();
            Part part = only.of(length);
            if (part == null) {
                return only.endOfNothing(length) ? WHOLE : UNSATISFIABLE;
            }
            return new Parts(List.of(part));
        }
        List<Part> parts = new ArrayList<>(specs.size());
        boolean endOfNothing = false;
        for (Spec spec : specs) {
            Part part = spec.of(length);
            if (part != null) {
                parts.add(part);
            }
            endOfNothing |= spec.endOfNothing(length);
        }
        if (parts.isEmpty()) {
            return endOfNothing ? WHOLE : UNSATISFIABLE;
        }
        List<Part> apart = coalesced(parts);
        return apart.size() > MOST_PARTS ? WHOLE : new Parts(apart);
    }

    /// The same bytes in parts that lie apart: ranges that overlap or nearly touch become one, which stands
    /// where the first of them stood.
    private static List<Part> coalesced(List<Part> parts) {
        record Placed(int place, Part part) {}

        List<Placed> sorted = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            sorted.add(new Placed(i, parts.get(i)));
        }
        sorted.sort(Comparator.comparingLong(placed -> placed.part().start()));
        List<Placed> apart = new ArrayList<>(sorted.size());
        for (Placed next : sorted) {
            Placed last = apart.isEmpty() ? null : apart.getLast();
            if (last != null && next.part().start() - last.part().end() <= NARROW_GAP) {
                long end = Math.max(last.part().end(), next.part().end());
                apart.set(
                        apart.size() - 1,
                        new Placed(
                                Math.min(last.place(), next.place()),
                                new Part(last.part().start(), end)));
            } else {
                apart.add(next);
            }
        }
        apart.sort(Comparator.comparingInt(Placed::place));
        return apart.stream().map(Placed::part).toList();
    }
}
