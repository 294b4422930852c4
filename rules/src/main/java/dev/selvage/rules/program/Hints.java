package dev.selvage.rules.program;

import dev.selvage.rules.Condition;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.RuleFunction;
import dev.selvage.rules.Type;
import dev.selvage.rules.Value;
import dev.selvage.rules.Wildcards;
import dev.selvage.rules.regex.Needs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What must stand in the fields of a request for a condition to be met: of a few [Hint]s one at least.
///
/// A condition may offer several such sets. The one is taken whose hints the fewest rules share: where all rules
/// are of one host, their paths tell them apart.
final class Hints {
    /// Shortest literal, ends included: a shorter one stands nearly everywhere.
    private static final int SHORTEST = 3;

    private final Map<Hint, Integer> shared = new HashMap<>();

    Hints(List<Condition> conditions) {
        for (Condition condition : conditions) {
            Set<Hint> all = new HashSet<>();
            collect(condition, all);
            all.forEach(hint -> shared.merge(hint, 1, Integer::sum));
        }
    }

    private static void collect(Condition condition, Set<Hint> into) {
        switch (condition) {
            case Condition.And(List<Condition> all) -> all.forEach(each -> collect(each, into));
            case Condition.Or(List<Condition> any) -> any.forEach(each -> collect(each, into));
            case Condition.Constant _,
                    Condition.Not _,
                    Condition.Xor _,
                    Condition.Truth _,
                    Condition.CompareText _,
                    Condition.CompareNumber _,
                    Condition.CompareAddress _,
                    Condition.Contains _,
                    Condition.Matches _,
                    Condition.Wildcard _,
                    Condition.TextIn _,
                    Condition.NumberIn _,
                    Condition.AddressIn _,
                    Condition.Quantified _ -> {
                List<Hint> hints = plain(condition);
                if (hints != null) {
                    into.addAll(hints);
                }
            }
        }
    }

    /// The hints of which a condition needs one; empty when it is never met, null when it needs none.
    @Nullable
    List<Hint> of(Condition condition) {
        return switch (condition) {
            case Condition.Constant(boolean met) -> met ? null : List.of();
            case Condition.And(List<Condition> all) -> {
                List<Hint> best = null;
                for (Condition each : all) {
                    List<Hint> hints = of(each);
                    best = hints != null && (best == null || ORDER.compare(cost(hints), cost(best)) < 0) ? hints : best;
                }
                yield best;
            }
            case Condition.Or(List<Condition> any) -> {
                List<Hint> union = new ArrayList<>();
                for (Condition each : any) {
                    List<Hint> hints = of(each);
                    if (hints == null) {
                        yield null;
                    }
                    union.addAll(hints);
                }
                yield union;
            }
            case Condition.Not _,
                    Condition.Xor _,
                    Condition.Truth _,
                    Condition.CompareText _,
                    Condition.CompareNumber _,
                    Condition.CompareAddress _,
                    Condition.Contains _,
                    Condition.Matches _,
                    Condition.Wildcard _,
                    Condition.TextIn _,
                    Condition.NumberIn _,
                    Condition.AddressIn _,
                    Condition.Quantified _ -> plain(condition);
        };
    }

    /// @param rules how many rules share the hints
    /// @param field where the field that takes longest to look through comes in [#rank]
    /// @param shortest the length of the shortest literal
    private record Cost(int rules, int field, int shortest) {}

    private static final Comparator<Cost> ORDER = Comparator.comparingInt(Cost::rules)
            .thenComparingInt(Cost::field)
            .thenComparing(Comparator.comparingInt(Cost::shortest).reversed());

    private Cost cost(List<Hint> hints) {
        int rules = 0;
        int field = 0;
        int shortest = Integer.MAX_VALUE;
        for (Hint hint : hints) {
            rules += shared.getOrDefault(hint, 1);
            field = Math.max(field, rank(hint.field()));
            shortest = Math.min(shortest, hint.literal().length());
        }
        return new Cost(rules, field, shortest);
    }

    /// Short fields that most rules ask for come first.
    private static int rank(RuleField field) {
        return switch (field) {
            case HTTP_HOST, HTTP_REQUEST_URI_PATH -> 0;
            case HTTP_REQUEST_URI_PATH_EXTENSION, HTTP_REQUEST_URI, HTTP_REQUEST_FULL_URI -> 1;
            case HTTP_REQUEST_URI_QUERY, HTTP_USER_AGENT, HTTP_REFERER -> 2;
            default -> 3;
        };
    }

    /// Of a condition that is no conjunction nor disjunction; null when it needs none.
    private static @Nullable List<Hint> plain(Condition condition) {
        return switch (condition) {
            case Condition.CompareText(Value left, Condition.Order order, String right) ->
                order == Condition.Order.EQ ? hints(left, List.of(Needs.START + right + Needs.END)) : null;
            case Condition.TextIn(Value left, List<String> members) ->
                hints(
                        left,
                        members.stream()
                                .map(member -> Needs.START + member + Needs.END)
                                .toList());
            case Condition.Contains(Value left, String part) -> hints(left, List.of(part));
            case Condition.Matches matches -> {
                List<String> needs = matches.automaton().needs();
                yield needs.isEmpty() ? null : hints(matches.left(), needs);
            }
            case Condition.Wildcard(Value left, String pattern, boolean _) -> hints(left, List.of(longest(pattern)));
            case Condition.Truth(Value value) ->
                value instanceof Value.Call(RuleFunction function, List<Value> arguments, Type _)
                                && arguments.size() == 2
                                && arguments.get(1) instanceof Value.Text(String piece)
                        ? switch (function) {
                            case STARTS_WITH -> hints(arguments.getFirst(), List.of(Needs.START + piece));
                            case ENDS_WITH -> hints(arguments.getFirst(), List.of(piece + Needs.END));
                            default -> null;
                        }
                        : null;
            case Condition.Constant _,
                    Condition.Not _,
                    Condition.And _,
                    Condition.Or _,
                    Condition.Xor _,
                    Condition.CompareNumber _,
                    Condition.CompareAddress _,
                    Condition.NumberIn _,
                    Condition.AddressIn _,
                    Condition.Quantified _ -> null;
        };
    }

    private static String longest(String pattern) {
        List<String> pieces = Wildcards.pieces(pattern);
        String longest = "";
        for (int i = 0; i < pieces.size(); i++) {
            String piece = (i == 0 ? String.valueOf(Needs.START) : "")
                    + pieces.get(i)
                    + (i == pieces.size() - 1 ? String.valueOf(Needs.END) : "");
            longest = piece.length() > longest.length() ? piece : longest;
        }
        return longest;
    }

    /// Of a value that is a field but for the case of its letters.
    private static @Nullable List<Hint> hints(Value value, List<String> literals) {
        return switch (value) {
            case Value.Read(RuleField field)
            when field.type() == Type.STRING -> {
                List<Hint> hints = new ArrayList<>();
                for (String literal : literals) {
                    Hint hint = Hint.of(field, lower(literal));
                    if (hint.literal().length() < SHORTEST) {
                        yield null;
                    }
                    hints.add(hint);
                }
                yield hints;
            }
            case Value.Call(RuleFunction function, List<Value> arguments, Type _)
            when function == RuleFunction.LOWER || function == RuleFunction.UPPER ->
                hints(arguments.getFirst(), literals);
            case Value.Text _,
                    Value.Whole _,
                    Value.Read _,
                    Value.Item _,
                    Value.Named _,
                    Value.Element _,
                    Value.Mapped _,
                    Value.Call _ -> null;
        };
    }

    private static String lower(String text) {
        StringBuilder lower = new StringBuilder(text);
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                lower.setCharAt(i, (char) (c + 32));
            }
        }
        return lower.toString();
    }
}
