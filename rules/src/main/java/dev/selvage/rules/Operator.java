package dev.selvage.rules;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What stands between the two sides of a comparison.
enum Operator {
    EQ("eq", "=="),
    NE("ne", "!="),
    LE("le", "<="),
    GE("ge", ">="),
    LT("lt", "<"),
    GT("gt", ">"),
    CONTAINS("contains", ""),
    MATCHES("matches", "~"),
    STRICT_WILDCARD("strict wildcard", ""),
    WILDCARD("wildcard", ""),
    IN("in", "");

    static final Set<String> SPELLINGS = Arrays.stream(values())
            .map(Operator::spelled)
            .collect(Collectors.toCollection(() -> new LinkedHashSet<>(Set.of("and", "or", "xor"))));

    private final String word;
    private final String symbol;

    Operator(String word, String symbol) {
        this.word = word;
        this.symbol = symbol;
    }

    /// Takes the operator that comes next; null when none does.
    static @Nullable Operator take(Source source) {
        for (Operator operator : values()) {
            if (operator == STRICT_WILDCARD) {
                int start = source.at();
                if (source.takeWord("strict")) {
                    source.skipBlanks();
                    if (source.takeWord("wildcard")) {
                        return operator;
                    }
                    source.back(start);
                }
            } else if (source.takeWord(operator.word) || (!operator.symbol.isEmpty() && source.take(operator.symbol))) {
                return operator;
            }
        }
        return null;
    }

    String spelled() {
        return word;
    }

    boolean takes(Type type) {
        return switch (this) {
            case EQ, NE, LT, LE, GT, GE, IN -> type == Type.STRING || type == Type.INTEGER || type == Type.IP;
            case CONTAINS, MATCHES, WILDCARD, STRICT_WILDCARD -> type == Type.STRING;
        };
    }

    Condition.Order order() {
        return switch (this) {
            case EQ -> Condition.Order.EQ;
            case NE -> Condition.Order.NE;
            case LT -> Condition.Order.LT;
            case LE -> Condition.Order.LE;
            case GT -> Condition.Order.GT;
            case GE -> Condition.Order.GE;
            case CONTAINS, MATCHES, WILDCARD, STRICT_WILDCARD, IN ->
                throw new IllegalStateException(word + " is no order");
        };
    }

    /// What can be done with a value of a type.
    static String examples(Type type) {
        return switch (type) {
            case STRING -> "eq \"text\", contains \"text\", matches \"regex\", wildcard \"*\", in {\"a\" \"b\"}";
            case INTEGER -> "eq 5, lt 5, in {80 443 8000..8009}";
            case IP -> "eq 192.0.2.1, in {192.0.2.0/24 2001:db8::/32}";
            case BOOLEAN -> "it stands alone, or after `not`";
            case BOOLEANS, INTEGERS, STRINGS -> "an element `[0]`, or any() and all() with `[*]`";
            case MAP -> "an entry [\"name\"], and any() and all() of its values with `[*]`";
        };
    }
}
