package dev.selvage.control.api;

import dev.selvage.toolkit.web.Call;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Query parameters: words, numbers, texts.
public final class Query {
    private Query() {}

    /// The value of a parameter, or `absent`.
    ///
    /// @throws Refused when it is not one of `known`
    public static String choice(Call call, String name, String absent, Set<String> known) {
        String value = call.parameter(name).orElse("");
        if (value.isEmpty()) {
            return absent;
        }
        if (!known.contains(value.toLowerCase(Locale.ROOT))) {
            throw new Refused(
                    400,
                    1004,
                    "Invalid value for " + name + ": expected one of " + String.join(", ", new TreeSet<>(known)));
        }
        return value.toLowerCase(Locale.ROOT);
    }

    /// The value of a parameter that is there and not empty.
    public static Optional<String> text(Call call, String name) {
        return call.parameter(name).filter(text -> !text.isEmpty());
    }

    /// A whole number from `least` to `most`, or `absent`.
    ///
    /// @throws Refused when it is none
    public static int number(Call call, String name, int absent, int least, int most) {
        String text = call.parameter(name).orElse("");
        if (text.isEmpty()) {
            return absent;
        }
        if (text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return (int) number;
            }
        }
        throw new Refused(400, 1004, "Invalid value for " + name + ": expected a number from " + least + " to " + most);
    }

    /// True when a list is asked for in descending order.
    public static boolean descending(Call call) {
        return choice(call, "direction", "asc", Set.of("asc", "desc")).equals("desc");
    }

    /// True when one of several filters suffices.
    public static boolean matchAny(Call call) {
        return choice(call, "match", "all", Set.of("all", "any")).equals("any");
    }
}
