package dev.selvage.rules;

import dev.selvage.rules.regex.Automaton;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Evaluates trees as they are: slowly, and as plainly as the language is defined. What serves requests is
/// compiled and held against this.
public final class Interpreter {
    private final Facts facts;
    private final Slice slice = new Slice();

    private Interpreter(Facts facts) {
        this.facts = facts;
    }

    /// True when the request meets the condition.
    public static boolean met(Condition condition, Facts facts) {
        return new Interpreter(facts).met(condition, (Object) null);
    }

    /// What a value comes to: a [String] whose characters are bytes, a [Long], a [Boolean], an
    /// [Address] or a list;
    /// null when to nothing.
    public static @Nullable Object value(Value value, Facts facts) {
        return new Interpreter(facts).value(value, (Object) null);
    }

    /// What a value of the type string comes to; null when to nothing.
    public static @Nullable String text(Value value, Facts facts) {
        return value(value, facts) instanceof String text ? text : null;
    }

    private boolean met(Condition condition, @Nullable Object element) {
        return switch (condition) {
            case Condition.Constant(boolean met) -> met;
            case Condition.Not(Condition inner) -> !met(inner, element);
            case Condition.And(List<Condition> all) -> all.stream().allMatch(each -> met(each, element));
            case Condition.Or(List<Condition> any) -> any.stream().anyMatch(each -> met(each, element));
            case Condition.Xor(List<Condition> odd) ->
                odd.stream().filter(each -> met(each, element)).count() % 2 == 1;
            case Condition.Truth(Value value) -> value(value, element) instanceof Boolean met && met;
            case Condition.CompareText(Value left, Condition.Order order, String right) ->
                value(left, element) instanceof String text && ordered(text.compareTo(right), order);
            case Condition.CompareNumber(Value left, Condition.Order order, long right) ->
                value(left, element) instanceof Long number && ordered(Long.compare(number, right), order);
            case Condition.CompareAddress(Value left, Condition.Order order, Address right) ->
                value(left, element) instanceof Address address && ordered(address.compareTo(right), order);
            case Condition.Contains(Value left, String part) ->
                value(left, element) instanceof String text && text.contains(part);
            case Condition.Matches(Value left, com.google.re2j.Pattern pattern, Automaton _) ->
                value(left, element) instanceof String text
                        && pattern.matcher(text).find();
            case Condition.Wildcard(Value left, String pattern, boolean strict) ->
                value(left, element) instanceof String text
                        && Wildcards.captured(Wildcards.pieces(pattern), text, strict) != null;
            case Condition.TextIn(Value left, List<String> members) ->
                value(left, element) instanceof String text && members.contains(text);
            case Condition.NumberIn(Value left, List<Condition.Numbers> members) ->
                value(left, element) instanceof Long number
                        && members.stream().anyMatch(member -> member.from() <= number && number <= member.to());
            case Condition.AddressIn(Value left, List<Condition.Addresses> members) ->
                value(left, element) instanceof Address address
                        && members.stream()
                                .anyMatch(member -> member.from().compareTo(address) <= 0
                                        && address.compareTo(member.to()) <= 0
                                        && member.from().ipv6() == address.ipv6());
            case Condition.Quantified(boolean all, Value array, Condition each) ->
                value(array, element) instanceof List<?> list
                        && (all
                                ? list.stream().allMatch(one -> met(each, one))
                                : list.stream().anyMatch(one -> met(each, one)));
        };
    }

    private static boolean ordered(int compared, Condition.Order order) {
        return switch (order) {
            case EQ -> compared == 0;
            case NE -> compared != 0;
            case LT -> compared < 0;
            case LE -> compared <= 0;
            case GT -> compared > 0;
            case GE -> compared >= 0;
        };
    }

    private @Nullable Object value(Value value, @Nullable Object element) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Whole(long number) -> number;
            case Value.Element _ -> element;
            case Value.Read(RuleField field) -> read(field);
            case Value.Item(Value array, int index) ->
                value(array, element) instanceof List<?> list && index < list.size() ? list.get(index) : null;
            case Value.Named(Value map, String name) -> named(map, name);
            case Value.Mapped(Value array, Value each) -> {
                if (!(value(array, element) instanceof List<?> list)) {
                    yield null;
                }
                List<Object> mapped = new ArrayList<>();
                for (Object one : list) {
                    Object result = value(each, one);
                    if (result != null) {
                        mapped.add(result);
                    }
                }
                yield mapped;
            }
            case Value.Call(RuleFunction function, List<Value> arguments, Type _) -> {
                List<Object> given = new ArrayList<>();
                for (Value argument : arguments) {
                    Object result = value(argument, element);
                    if (result == null) {
                        yield null;
                    }
                    given.add(result);
                }
                yield Functions.call(function, given);
            }
        };
    }

    private @Nullable Object read(RuleField field) {
        return switch (field.type()) {
            case STRING -> facts.read(field, slice) ? slice.text() : null;
            case IP -> facts.read(field, slice) ? Address.of(slice.bytes, slice.start, slice.length) : null;
            case INTEGER -> facts.integer(field);
            case BOOLEAN -> facts.flag(field);
            case STRINGS, MAP -> {
                List<String> values = new ArrayList<>();
                for (int i = 0; i < facts.count(field); i++) {
                    facts.value(field, i, slice);
                    values.add(slice.text());
                }
                yield values;
            }
            case BOOLEANS, INTEGERS ->
                throw new IllegalStateException("no field is " + field.type().spelled());
        };
    }

    /// The values of a name; null when it is not there.
    private @Nullable Object named(Value map, String name) {
        if (!(map instanceof Value.Read(RuleField field))) {
            throw new IllegalStateException("only fields are maps");
        }
        List<String> values = new ArrayList<>();
        for (int i = 0; i < facts.count(field); i++) {
            facts.name(field, i, slice);
            if (slice.text().equals(name)) {
                facts.value(field, i, slice);
                values.add(slice.text());
            }
        }
        return values.isEmpty() ? null : values;
    }
}
