package dev.selvage.rules;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a condition or a value asks a request for.
public final class Asked {
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Set<RuleField> fields = EnumSet.noneOf(RuleField.class);

    private long tables;

    private Asked() {}

    public static Asked by(Condition condition) {
        Asked asked = new Asked();
        asked.add(condition);
        return asked;
    }

    public static Asked by(Value value) {
        Asked asked = new Asked();
        asked.add(value);
        return asked;
    }

    /// Each field, or entry or element of one, as an expression spells it.
    public Map<String, Value> values() {
        return Collections.unmodifiableMap(values);
    }

    public Set<RuleField> fields() {
        return Collections.unmodifiableSet(fields);
    }

    /// Bytes that the tables of its regular expressions take.
    public long tables() {
        return tables;
    }

    /// What a value comes to, for people; null when to nothing.
    public static @Nullable String shown(Value value, Facts facts) {
        Object found = Interpreter.value(value, facts);
        return switch (found) {
            case null -> null;
            case List<?> list -> list.stream().map(String::valueOf).collect(Collectors.joining(", "));
            default -> found.toString();
        };
    }

    private void add(Condition condition) {
        switch (condition) {
            case Condition.Constant _ -> {
                // Asks for nothing.
            }
            case Condition.Not(Condition inner) -> add(inner);
            case Condition.And(List<Condition> all) -> all.forEach(this::add);
            case Condition.Or(List<Condition> any) -> any.forEach(this::add);
            case Condition.Xor(List<Condition> odd) -> odd.forEach(this::add);
            case Condition.Truth(Value value) -> add(value);
            case Condition.CompareText compared -> add(compared.left());
            case Condition.CompareNumber compared -> add(compared.left());
            case Condition.CompareAddress compared -> add(compared.left());
            case Condition.Contains contains -> add(contains.left());
            case Condition.Matches matches -> {
                add(matches.left());
                tables += matches.automaton().size();
            }
            case Condition.Wildcard wildcard -> add(wildcard.left());
            case Condition.TextIn in -> add(in.left());
            case Condition.NumberIn in -> add(in.left());
            case Condition.AddressIn in -> add(in.left());
            case Condition.Quantified quantified -> {
                add(quantified.array());
                add(quantified.each());
            }
        }
    }

    private void add(Value value) {
        String spelled = spelled(value);
        if (spelled != null) {
            values.put(spelled, value);
        }
        switch (value) {
            case Value.Text _, Value.Whole _, Value.Element _ -> {
                // Asks for nothing.
            }
            case Value.Read(RuleField field) -> fields.add(field);
            case Value.Item item -> inner(item.array(), spelled);
            case Value.Named named -> inner(named.map(), spelled);
            case Value.Mapped mapped -> {
                add(mapped.array());
                add(mapped.each());
            }
            case Value.Call call -> call.arguments().forEach(this::add);
        }
    }

    /// What a value is part of has been told by its part.
    private void inner(Value whole, @Nullable String told) {
        if (told == null) {
            add(whole);
        } else {
            fields.addAll(by(whole).fields);
        }
    }

    /// As an expression spells a field or a part of one; null for anything else.
    private static @Nullable String spelled(Value value) {
        return switch (value) {
            case Value.Read(RuleField field) -> field.spelled();
            case Value.Named(Value map, String name) -> {
                String whole = spelled(map);
                yield whole == null ? null : whole + "[\"" + name + "\"]";
            }
            case Value.Item(Value array, int index) -> {
                String whole = spelled(array);
                yield whole == null ? null : whole + "[" + index + "]";
            }
            case Value.Text _, Value.Whole _, Value.Element _, Value.Mapped _, Value.Call _ -> null;
        };
    }
}
