package dev.selvage.analytics.query;

import java.util.Arrays;
import java.util.List;

/// How a filter compares, by the suffix of its key.
public enum Operator {
    EQUAL("", false, false),
    GREATER("_gt", false, false),
    AT_LEAST("_geq", false, false),
    LESS("_lt", false, false),
    AT_MOST("_leq", false, false),
    UNEQUAL("_neq", false, false),
    IN("_in", true, false),
    NOT_IN("_notin", true, false),
    LIKE("_like", false, true),
    NOT_LIKE("_notlike", false, true);

    private final String suffix;
    private final boolean list;
    private final boolean text;

    Operator(String suffix, boolean list, boolean text) {
        this.suffix = suffix;
        this.list = list;
        this.text = text;
    }

    public String suffix() {
        return suffix;
    }

    /// True when it takes a list.
    public boolean list() {
        return list;
    }

    /// True when moments that satisfy it are one range.
    boolean range() {
        return switch (this) {
            case EQUAL, GREATER, AT_LEAST, LESS, AT_MOST -> true;
            case UNEQUAL, IN, NOT_IN, LIKE, NOT_LIKE -> false;
        };
    }

    /// The operators that values of a type know.
    public static List<Operator> of(ValueType type) {
        return Arrays.stream(values())
                .filter(each -> !each.text || type == ValueType.STRING)
                .toList();
    }
}
