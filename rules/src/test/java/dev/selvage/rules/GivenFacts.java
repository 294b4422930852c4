package dev.selvage.rules;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Facts that a test gives. What it does not give is absent, 0 or false.
public final class GivenFacts implements Facts {
    private final Map<RuleField, String> texts = new EnumMap<>(RuleField.class);
    private final Map<RuleField, Long> numbers = new EnumMap<>(RuleField.class);
    private final Map<RuleField, List<Map.Entry<String, String>>> lists = new EnumMap<>(RuleField.class);

    /// Of a string: each character is a byte.
    public GivenFacts text(RuleField field, String text) {
        texts.put(field, text);
        return this;
    }

    /// Of an address: 4 or 16 bytes.
    public GivenFacts address(RuleField field, int... bytes) {
        StringBuilder text = new StringBuilder();
        for (int b : bytes) {
            text.append((char) b);
        }
        return text(field, text.toString());
    }

    /// Of an integer, or of a boolean that is 1.
    public GivenFacts number(RuleField field, long number) {
        numbers.put(field, number);
        return this;
    }

    /// Another element of an array.
    public GivenFacts element(RuleField field, String value) {
        return pair(field, "", value);
    }

    /// Another pair of a map.
    public GivenFacts pair(RuleField field, String name, String value) {
        lists.computeIfAbsent(field, _ -> new ArrayList<>()).add(Map.entry(name, value));
        return this;
    }

    @Override
    public boolean read(RuleField field, Slice into) {
        String text = texts.get(field);
        if (text == null) {
            return false;
        }
        into.set(text);
        return true;
    }

    @Override
    public long integer(RuleField field) {
        return numbers.getOrDefault(field, 0L);
    }

    @Override
    public boolean flag(RuleField field) {
        return integer(field) != 0;
    }

    @Override
    public int count(RuleField field) {
        return lists.getOrDefault(field, List.of()).size();
    }

    @Override
    public void value(RuleField field, int i, Slice into) {
        into.set(lists.getOrDefault(field, List.of()).get(i).getValue());
    }

    @Override
    public void name(RuleField field, int i, Slice into) {
        into.set(lists.getOrDefault(field, List.of()).get(i).getKey());
    }
}
