package dev.selvage.control.api;

import dev.selvage.toolkit.web.Call;
import java.util.List;

/// Which page of a list a caller asks for.
///
/// @param number from 1
/// @param size items per page
public record Page(int number, int size) {
    /// Reads `page` and `per_page`.
    ///
    /// @throws Refused when they are not numbers in their bounds
    public static Page of(Call call, int defaultSize, int largestSize) {
        return new Page(
                Query.number(call, "page", 1, 1, Integer.MAX_VALUE),
                Query.number(call, "per_page", defaultSize, 1, largestSize));
    }

    /// How many items come before this page.
    public long offset() {
        return (number - 1L) * size;
    }

    /// This page of `all`; empty past the end.
    public <T> List<T> cut(List<T> all) {
        int from = (int) Math.min(offset(), all.size());
        return all.subList(from, (int) Math.min((long) from + size, all.size()));
    }
}
