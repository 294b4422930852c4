package dev.selvage.rules.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/// Ranges of numbers of 128 bits without sign, in order and apart from each other.
final class Ranges {
    /// Both ends included.
    record Range(long fromHigh, long fromLow, long toHigh, long toLow) {
        boolean empty() {
            return compare(fromHigh, fromLow, toHigh, toLow) > 0;
        }
    }

    /// Four words each, in the order of [Range].
    private final long[] words;

    Ranges(List<Range> members) {
        List<Range> sorted = members.stream()
                .filter(range -> !range.empty())
                .sorted(Comparator.comparing(
                        (Range range) -> range, (a, b) -> compare(a.fromHigh, a.fromLow, b.fromHigh, b.fromLow)))
                .toList();
        List<Range> apart = new ArrayList<>();
        for (Range range : sorted) {
            Range last = apart.isEmpty() ? null : apart.getLast();
            if (last == null || compare(range.fromHigh, range.fromLow, last.toHigh, last.toLow) > 0) {
                apart.add(range);
            } else if (compare(range.toHigh, range.toLow, last.toHigh, last.toLow) > 0) {
                apart.set(apart.size() - 1, new Range(last.fromHigh, last.fromLow, range.toHigh, range.toLow));
            }
        }
        words = apart.stream()
                .flatMapToLong(range -> LongStream.of(range.fromHigh, range.fromLow, range.toHigh, range.toLow))
                .toArray();
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        int upper = Long.compareUnsigned(high, otherHigh);
        return upper != 0 ? upper : Long.compareUnsigned(low, otherLow);
    }

    boolean have(long high, long low) {
        int first = 0;
        int last = (words.length >> 2) - 1;
        while (first <= last) {
            int middle = (first + last) >>> 1;
            int at = middle << 2;
            if (compare(high, low, words[at], words[at + 1]) < 0) {
                last = middle - 1;
            } else if (compare(high, low, words[at + 2], words[at + 3]) > 0) {
                first = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }
}
