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
        return new Page(number(call, "page", 1, Integer.MAX_VALUE), number(call, "per_page", defaultSize, largestSize));
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

    private static int number(Call call, String name, int absent, int most) {
        String text = call.parameter(name).orElse("");
        if (text.isEmpty()) {
            return absent;
        }
        if (text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= most) {
                return (int) number;
            }
        }
        throw new Refused(400, 1004, "Invalid value for " + name + ": expected a number from 1 to " + most);
    }
}
