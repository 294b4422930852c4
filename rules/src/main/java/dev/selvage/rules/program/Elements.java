package dev.selvage.rules.program;

import dev.selvage.rules.Facts;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Strings of a request: those of a field, or those that a map has for a name.
final class Elements {
    private final RuleField field;
    private final byte @Nullable [] name;
    private final int map;
    private final int hash;

    /// @param name null for all elements of an array
    Elements(RuleField field, @Nullable String name) {
        this.field = field;
        map = field.ordinal();
        this.name = name == null ? null : name.getBytes(StandardCharsets.ISO_8859_1);
        hash = this.name == null ? 0 : hash(this.name, 0, this.name.length);
    }

    /// From 0 to 63.
    static int hash(byte[] b, int start, int length) {
        int hash = length;
        for (int i = start; i < start + length; i++) {
            hash = 31 * hash + b[i];
        }
        return (hash ^ hash >>> 7 ^ hash >>> 17) & 63;
    }

    /// False when a map has nothing of the name.
    boolean mayBe(Evaluation e) {
        return name == null || e.mayHave(map, hash);
    }

    /// Reads an element; false when there are fewer.
    boolean read(Evaluation e, int index, Slice into) {
        Facts facts = e.facts();
        int left = index;
        int count = facts.count(field);
        if (name == null) {
            if (index >= count) {
                return false;
            }
            facts.value(field, index, into);
            return true;
        }
        for (int i = 0; i < count; i++) {
            if (named(facts, i, into) && left-- == 0) {
                facts.value(field, i, into);
                return true;
            }
        }
        return false;
    }

    /// How many there are; -1 when a map has not the name.
    int count(Evaluation e, Slice scratch) {
        Facts facts = e.facts();
        int count = facts.count(field);
        if (name == null) {
            return count;
        }
        if (!mayBe(e)) {
            return -1;
        }
        int named = 0;
        for (int i = 0; i < count; i++) {
            named += named(facts, i, scratch) ? 1 : 0;
        }
        return named == 0 ? -1 : named;
    }

    /// Whether all, or any, of the elements meet a condition.
    boolean met(Evaluation e, boolean all, Checks each) {
        Facts facts = e.facts();
        Slice element = e.element;
        Arena passing = e.arena(true);
        int top = passing.top();
        boolean some = name == null;
        if (!mayBe(e)) {
            return false;
        }
        int count = facts.count(field);
        for (int i = 0; i < count; i++) {
            if (!named(facts, i, element)) {
                continue;
            }
            some = true;
            facts.value(field, i, element);
            boolean met = each.met(e);
            passing.back(top);
            if (met != all) {
                return met;
            }
        }
        return some && all;
    }

    private boolean named(Facts facts, int i, Slice scratch) {
        if (name == null) {
            return true;
        }
        facts.name(field, i, scratch);
        return scratch.length == name.length
                && Arrays.equals(scratch.bytes, scratch.start, scratch.start + scratch.length, name, 0, name.length);
    }
}
