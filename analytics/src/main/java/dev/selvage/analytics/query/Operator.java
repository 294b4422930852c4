package dev.selvage.analytics.query;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// How a filter compares, by the suffix of its key.
public enum Operator {
    EQUAL(""),
    GREATER("_gt"),
    AT_LEAST("_geq"),
    LESS("_lt"),
    AT_MOST("_leq"),
    UNEQUAL("_neq"),
    IN("_in"),
    NOT_IN("_notin"),
    LIKE("_like"),
    NOT_LIKE("_notlike"),
    /// A list holds a value.
    HAS("_has"),
    NOT_HAS("_nothas"),
    /// A list holds one of these at least.
    HAS_ANY("_hasany"),
    HAS_ALL("_hasall"),
    /// A list holds nothing, or something.
    IS_EMPTY("_isempty");

    private static final Set<Operator> OF_LISTS = EnumSet.of(HAS, NOT_HAS, HAS_ANY, HAS_ALL, IS_EMPTY);
    private static final Set<Operator> OF_TEXTS = EnumSet.of(LIKE, NOT_LIKE);

    private final String suffix;

    Operator(String suffix) {
        this.suffix = suffix;
    }

    public String suffix() {
        return suffix;
    }

    /// True when it takes a list.
    public boolean list() {
        return this == IN || this == NOT_IN || this == HAS_ANY || this == HAS_ALL;
    }

    /// The type of what it compares a value with; of a list, that of its elements.
    public ValueType operand(ValueType type) {
        return switch (this) {
            case IS_EMPTY -> ValueType.FLAG;
            default ->
                switch (type) {
                    case STRINGS -> ValueType.STRING;
                    case NUMBERS -> ValueType.UINT32;
                    default -> type;
                };
        };
    }

    /// True when moments that satisfy it are one range.
    boolean range() {
        return switch (this) {
            case EQUAL, GREATER, AT_LEAST, LESS, AT_MOST -> true;
            default -> false;
        };
    }

    /// The operators that values of a type know.
    public static List<Operator> of(ValueType type) {
        EnumSet<Operator> known = EnumSet.allOf(Operator.class);
        if (type == ValueType.PAIRS) {
            known.clear();
        } else if (type.list()) {
            known.retainAll(OF_LISTS);
        } else {
            known.removeAll(OF_LISTS);
            if (type != ValueType.STRING) {
                known.removeAll(OF_TEXTS);
            }
        }
        return List.copyOf(known);
    }

    /// Whether a comparison holds for a value.
    ///
    /// @param value a `String`, a `Long` or a list
    /// @param values what it is compared with
    boolean holds(Object value, List<Object> values) {
        if (values.isEmpty()) {
            // Only a list may be empty.
            return this == NOT_IN || this == HAS_ALL;
        }
        if (value instanceof List<?> list) {
            return switch (this) {
                case HAS -> list.contains(values.getFirst());
                case NOT_HAS -> !list.contains(values.getFirst());
                case HAS_ANY -> values.stream().anyMatch(list::contains);
                case HAS_ALL -> values.stream().allMatch(list::contains);
                case IS_EMPTY -> values.getFirst().equals(list.isEmpty());
                default -> throw new IllegalArgumentException("a list has no order");
            };
        }
        return switch (this) {
            case EQUAL -> compare(value, values.getFirst()) == 0;
            case UNEQUAL -> compare(value, values.getFirst()) != 0;
            case GREATER -> compare(value, values.getFirst()) > 0;
            case AT_LEAST -> compare(value, values.getFirst()) >= 0;
            case LESS -> compare(value, values.getFirst()) < 0;
            case AT_MOST -> compare(value, values.getFirst()) <= 0;
            case IN -> values.stream().anyMatch(each -> compare(value, each) == 0);
            case NOT_IN -> values.stream().noneMatch(each -> compare(value, each) == 0);
            case LIKE -> matches(value.toString(), values.getFirst().toString());
            case NOT_LIKE -> !matches(value.toString(), values.getFirst().toString());
            case HAS, NOT_HAS, HAS_ANY, HAS_ALL, IS_EMPTY ->
                throw new IllegalArgumentException("only a list holds values");
        };
    }

    private static int compare(Object one, Object other) {
        return one instanceof Long number
                ? Long.compare(number, (Long) other)
                : one.toString().compareTo(other.toString());
    }

    /// Whether a text has a pattern's pieces in their order, the first at its beginning and the last at its end.
    static boolean matches(String text, String pattern) {
        String[] pieces = pattern.split("%", -1);
        if (pieces.length == 1) {
            return text.equals(pattern);
        }
        int at = pieces[0].length();
        String last = pieces[pieces.length - 1];
        if (!text.startsWith(pieces[0]) || text.length() < at + last.length() || !text.endsWith(last)) {
            return false;
        }
        for (int i = 1; i < pieces.length - 1; i++) {
            int found = text.indexOf(pieces[i], at);
            if (found < 0) {
                return false;
            }
            at = found + pieces[i].length();
        }
        return at <= text.length() - last.length();
    }
}
