package dev.selvage.rules.program;

import dev.selvage.rules.Condition;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.RuleFunction;
import dev.selvage.rules.Type;
import dev.selvage.rules.Value;
import dev.selvage.rules.Wildcards;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns trees into what evaluates without allocation. A value that several trees have is computed once.
final class Compiler {
    private final Map<Value, Texts> known = new HashMap<>();
    private int slots;

    /// How many values are computed.
    int slots() {
        return slots;
    }

    /// What the condition comes to where that does not depend on the request: without constants in it.
    static Condition folded(Condition condition) {
        return switch (condition) {
            case Condition.Not(Condition inner) -> negated(folded(inner));
            case Condition.And(List<Condition> all) -> joined(all, false);
            case Condition.Or(List<Condition> any) -> joined(any, true);
            case Condition.Xor(List<Condition> odd) -> odd(odd);
            case Condition.Constant _,
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
                    Condition.Quantified _ -> condition;
        };
    }

    private static Condition negated(Condition condition) {
        return switch (condition) {
            case Condition.Constant(boolean met) -> new Condition.Constant(!met);
            case Condition.Not(Condition inner) -> inner;
            default -> new Condition.Not(condition);
        };
    }

    private static Condition joined(List<Condition> conditions, boolean or) {
        List<Condition> left = new ArrayList<>();
        for (Condition condition : conditions) {
            Condition folded = folded(condition);
            if (!(folded instanceof Condition.Constant(boolean met))) {
                left.add(folded);
            } else if (met == or) {
                return folded;
            }
        }
        if (left.size() < 2) {
            return left.isEmpty() ? new Condition.Constant(!or) : left.getFirst();
        }
        return or ? new Condition.Or(left) : new Condition.And(left);
    }

    private static Condition odd(List<Condition> conditions) {
        List<Condition> left = new ArrayList<>();
        boolean odd = false;
        for (Condition condition : conditions) {
            Condition folded = folded(condition);
            if (folded instanceof Condition.Constant(boolean met)) {
                odd ^= met;
            } else {
                left.add(folded);
            }
        }
        Condition rest = left.isEmpty()
                ? new Condition.Constant(false)
                : left.size() == 1 ? left.getFirst() : new Condition.Xor(left);
        return odd ? negated(rest) : rest;
    }

    Checks check(Condition condition) {
        return switch (condition) {
            case Condition.Constant(boolean met) -> new Checks.Constant(met);
            case Condition.Not(Condition inner) -> new Checks.Not(check(inner));
            case Condition.And(List<Condition> all) -> new Checks.Joined(checks(all), false);
            case Condition.Or(List<Condition> any) -> new Checks.Joined(checks(any), true);
            case Condition.Xor(List<Condition> odd) -> new Checks.Xor(checks(odd));
            case Condition.Truth(Value value) -> truth(condition, value);
            case Condition.CompareText compared -> compared(compared);
            case Condition.CompareNumber number ->
                new Checks.NumberOrdered(number(number.left()), number.order(), number.right());
            case Condition.CompareAddress address ->
                new Checks.AddressOrdered(address(address.left()), address.order(), address.right());
            case Condition.Contains(Value left, String part) -> new Checks.Contains(text(left), part);
            case Condition.Matches matches -> new Checks.Matches(text(matches.left()), matches.automaton());
            case Condition.Wildcard(Value left, String pattern, boolean strict) ->
                new Checks.Wildcard(text(left), Wildcards.pieces(pattern), strict);
            case Condition.TextIn(Value left, List<String> members) -> new Checks.TextIn(text(left), members);
            case Condition.NumberIn(Value left, List<Condition.Numbers> members) ->
                new Checks.NumberIn(number(left), members);
            case Condition.AddressIn(Value left, List<Condition.Addresses> members) ->
                new Checks.AddressIn(address(left), members);
            case Condition.Quantified(boolean all, Value array, Condition each) ->
                elements(array) && compiled(each)
                        ? new Checks.Quantified(elementsOf(array), all, check(each))
                        : new Checks.Interpreted(condition);
        };
    }

    private Checks compared(Condition.CompareText compared) {
        Texts left = text(compared.left());
        return switch (compared.order()) {
            case EQ -> new Checks.Equal(left, compared.right(), true);
            case NE -> new Checks.Equal(left, compared.right(), false);
            case LT, LE, GT, GE -> new Checks.Ordered(left, compared.order(), compared.right());
        };
    }

    private List<Checks> checks(List<Condition> conditions) {
        return conditions.stream().map(this::check).toList();
    }

    private Checks truth(Condition condition, Value value) {
        if (value instanceof Value.Read(RuleField field)) {
            return new Checks.Flag(field);
        }
        if (value instanceof Value.Call(RuleFunction function, List<Value> arguments, Type _)
                && (function == RuleFunction.STARTS_WITH || function == RuleFunction.ENDS_WITH)
                && arguments.get(1) instanceof Value.Text(String piece)) {
            return new Checks.AtEnd(text(arguments.getFirst()), piece, function == RuleFunction.ENDS_WITH);
        }
        return new Checks.Interpreted(condition);
    }

    Texts text(Value value) {
        if (ofElement(value)) {
            return newText(value, true);
        }
        Texts text = known.get(value);
        if (text == null) {
            text = newText(value, false);
            known.put(value, text);
        }
        return text;
    }

    private Texts newText(Value value, boolean ofElement) {
        return switch (value) {
            case Value.Text(String text) -> new Texts.Literal(text);
            case Value.Element _ -> new Texts.Element();
            case Value.Read(RuleField field) -> new Texts.Field(field);
            case Value.Item(Value array, int index) ->
                elements(array)
                        ? new Texts.Item(slots++, elementsOf(array), index)
                        : new Texts.Interpreted(slots++, value);
            case Value.Call call -> called(call, ofElement);
            case Value.Named _, Value.Mapped _, Value.Whole _ -> new Texts.Interpreted(slots++, value);
        };
    }

    private Texts called(Value.Call call, boolean ofElement) {
        if (!compiled(call.function(), call.arguments())) {
            return new Texts.Interpreted(slots++, call);
        }
        List<Value> arguments = call.arguments();
        return switch (call.function()) {
            case LOWER, UPPER -> {
                Texts text = text(arguments.getFirst());
                yield new Texts.Cased(slots++, ofElement, text, call.function() == RuleFunction.LOWER);
            }
            case CONCAT -> {
                Object[] parts = arguments.stream()
                        .map(part -> part.type() == Type.STRING ? (Object) text(part) : number(part))
                        .toArray();
                yield new Texts.Concatenated(slots++, ofElement, parts);
            }
            case TO_STRING -> {
                Numbers number = number(arguments.getFirst());
                yield new Texts.Written(slots++, ofElement, number);
            }
            case SUBSTRING -> {
                Texts text = text(arguments.getFirst());
                Numbers from = number(arguments.get(1));
                Numbers to = arguments.size() > 2 ? number(arguments.get(2)) : new Numbers.Literal(Long.MAX_VALUE);
                yield new Texts.Substring(slots++, ofElement, text, from, to);
            }
            case URL_DECODE -> {
                Texts text = text(arguments.getFirst());
                yield new Texts.UrlDecoded(slots++, ofElement, text);
            }
            case REMOVE_BYTES -> {
                Texts text = text(arguments.getFirst());
                yield new Texts.WithoutBytes(slots++, ofElement, text, ((Value.Text) arguments.get(1)).text());
            }
            default -> new Texts.Interpreted(slots++, call);
        };
    }

    private Numbers number(Value value) {
        return switch (value) {
            case Value.Whole(long number) -> new Numbers.Literal(number);
            case Value.Read(RuleField field) -> new Numbers.Field(field);
            case Value.Call(RuleFunction function, List<Value> arguments, Type _)
            when function == RuleFunction.LEN -> {
                Value of = arguments.getFirst();
                if (of.type() == Type.STRING) {
                    yield new Numbers.Length(text(of));
                }
                yield elements(of) ? new Numbers.Count(elementsOf(of), slots++) : new Numbers.Interpreted(value);
            }
            case Value.Text _, Value.Element _, Value.Item _, Value.Named _, Value.Mapped _, Value.Call _ ->
                new Numbers.Interpreted(value);
        };
    }

    private Addresses address(Value value) {
        if (value instanceof Value.Read(RuleField field)) {
            return new Addresses.Field(field);
        }
        if (value instanceof Value.Call(RuleFunction function, List<Value> arguments, Type _)) {
            if (function == RuleFunction.CIDR
                    && arguments.get(1) instanceof Value.Whole(long bits4)
                    && arguments.get(2) instanceof Value.Whole(long bits6)) {
                return new Addresses.Network(address(arguments.getFirst()), (int) bits4, (int) bits6);
            }
            if (function == RuleFunction.CIDR6 && arguments.get(1) instanceof Value.Whole(long bits)) {
                return new Addresses.Network(address(arguments.getFirst()), 32, (int) bits);
            }
        }
        return new Addresses.Interpreted(value);
    }

    /// True for arrays whose elements the facts have.
    private static boolean elements(Value array) {
        return switch (array) {
            case Value.Read(RuleField field) -> field.type() == Type.STRINGS;
            case Value.Named(Value map, String _) -> map instanceof Value.Read;
            case Value.Text _, Value.Whole _, Value.Item _, Value.Element _, Value.Mapped _, Value.Call _ -> false;
        };
    }

    private static Elements elementsOf(Value array) {
        return switch (array) {
            case Value.Read(RuleField field) -> new Elements(field, null);
            case Value.Named(Value map, String name)
            when map instanceof Value.Read(RuleField field) -> new Elements(field, name);
            default -> throw new IllegalArgumentException("not an array of the facts");
        };
    }

    /// True when nothing of a condition on each element has to be interpreted: the interpreter does not know
    /// which element is at hand.
    private static boolean compiled(Condition condition) {
        return switch (condition) {
            case Condition.Constant _ -> true;
            case Condition.Not(Condition inner) -> compiled(inner);
            case Condition.And(List<Condition> all) -> all.stream().allMatch(Compiler::compiled);
            case Condition.Or(List<Condition> any) -> any.stream().allMatch(Compiler::compiled);
            case Condition.Xor(List<Condition> odd) -> odd.stream().allMatch(Compiler::compiled);
            case Condition.Truth(Value value) -> compiled(value);
            case Condition.CompareText text -> compiled(text.left());
            case Condition.CompareNumber number -> compiled(number.left());
            case Condition.CompareAddress address -> compiled(address.left());
            case Condition.Contains contains -> compiled(contains.left());
            case Condition.Matches matches -> compiled(matches.left());
            case Condition.Wildcard wildcard -> compiled(wildcard.left());
            case Condition.TextIn in -> compiled(in.left());
            case Condition.NumberIn in -> compiled(in.left());
            case Condition.AddressIn in -> compiled(in.left());
            case Condition.Quantified _ -> false;
        };
    }

    private static boolean compiled(Value value) {
        return switch (value) {
            case Value.Text _, Value.Whole _ -> true;
            case Value.Element(Type type) -> type == Type.STRING;
            case Value.Read(RuleField field) -> field.type() != Type.STRINGS && field.type() != Type.MAP;
            case Value.Item(Value array, int _) -> elements(array);
            case Value.Call(RuleFunction function, List<Value> arguments, Type _) ->
                compiled(function, arguments)
                        && (arguments.stream().allMatch(Compiler::compiled)
                                || (function == RuleFunction.LEN && elements(arguments.getFirst())));
            case Value.Named _, Value.Mapped _ -> false;
        };
    }

    /// True for calls that are compiled.
    private static boolean compiled(RuleFunction function, List<Value> arguments) {
        return switch (function) {
            case LOWER, UPPER, STARTS_WITH, ENDS_WITH, LEN, SUBSTRING, REMOVE_BYTES, CIDR, CIDR6 -> true;
            case CONCAT ->
                arguments.stream().allMatch(part -> part.type() == Type.STRING || part.type() == Type.INTEGER);
            case URL_DECODE -> arguments.size() == 1;
            case TO_STRING -> arguments.getFirst().type() == Type.INTEGER;
            case LOOKUP_JSON_STRING,
                    LOOKUP_JSON_INTEGER,
                    SPLIT,
                    JOIN,
                    REGEX_REPLACE,
                    WILDCARD_REPLACE,
                    REMOVE_QUERY_ARGS,
                    DECODE_BASE64,
                    ENCODE_BASE64,
                    SHA256,
                    UUIDV4,
                    IS_TIMED_HMAC_VALID_V0 -> false;
        };
    }

    private static boolean ofElement(Value value) {
        return switch (value) {
            case Value.Element _ -> true;
            case Value.Call(RuleFunction _, List<Value> arguments, Type _) ->
                arguments.stream().anyMatch(Compiler::ofElement);
            case Value.Item(Value array, int _) -> ofElement(array);
            case Value.Text _, Value.Whole _, Value.Read _, Value.Named _, Value.Mapped _ -> false;
        };
    }
}
