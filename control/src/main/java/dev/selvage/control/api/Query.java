package dev.selvage.control.api;

import dev.selvage.toolkit.web.Call;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Query parameters that choose among known words.
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

    /// True when a list is asked for in descending order.
    public static boolean descending(Call call) {
        return choice(call, "direction", "asc", Set.of("asc", "desc")).equals("desc");
    }

    /// True when one of several filters suffices.
    public static boolean matchAny(Call call) {
        return choice(call, "match", "all", Set.of("all", "any")).equals("any");
    }
}
