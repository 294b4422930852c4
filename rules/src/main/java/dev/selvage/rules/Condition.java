package dev.selvage.rules;

import com.google.re2j.Pattern;
import dev.selvage.rules.regex.Automaton;
import java.util.List;

/// Something that a request meets or does not. Whatever asks for what a request lacks is not met.
public sealed interface Condition {
    /// `true` or `false`.
    record Constant(boolean met) implements Condition {}

    record Not(Condition condition) implements Condition {}

    record And(List<Condition> all) implements Condition {
        public And {
            all = List.copyOf(all);
        }
    }

    record Or(List<Condition> any) implements Condition {
        public Or {
            any = List.copyOf(any);
        }
    }

    /// An odd number of them is met.
    record Xor(List<Condition> odd) implements Condition {
        public Xor {
            odd = List.copyOf(odd);
        }
    }

    /// A boolean value.
    record Truth(Value value) implements Condition {}

    /// How two values stand to each other.
    enum Order {
        EQ,
        NE,
        LT,
        LE,
        GT,
        GE
    }

    /// Bytewise.
    record CompareText(Value left, Order order, String right) implements Condition {}

    record CompareNumber(Value left, Order order, long right) implements Condition {}

    record CompareAddress(Value left, Order order, Address right) implements Condition {}

    record Contains(Value left, String part) implements Condition {}

    /// The pattern is found anywhere. Each character of the pattern, and of what it is looked for in,
    /// is a byte.
    ///
    /// @param automaton finds what the pattern finds
    record Matches(Value left, Pattern pattern, Automaton automaton) implements Condition {}

    /// The pattern fits the whole.
    ///
    /// @param pattern `*` stands for any bytes, `\*` for an asterisk, `\\` for a backslash
    /// @param strict letters of another case are others
    record Wildcard(Value left, String pattern, boolean strict) implements Condition {}

    record TextIn(Value left, List<String> members) implements Condition {
        public TextIn {
            members = List.copyOf(members);
        }
    }

    record NumberIn(Value left, List<Numbers> members) implements Condition {
        public NumberIn {
            members = List.copyOf(members);
        }
    }

    record AddressIn(Value left, List<Addresses> members) implements Condition {
        public AddressIn {
            members = List.copyOf(members);
        }
    }

    /// Both ends included.
    record Numbers(long from, long to) {}

    /// Both ends included; both of one kind.
    record Addresses(Address from, Address to) {}

    /// `any(…)` or `all(…)`: whether the elements of an array meet a condition. Of an array that is absent
    /// none does; of an empty one all do.
    ///
    /// @param each has [Value.Element] in it
    record Quantified(boolean all, Value array, Condition each) implements Condition {}
}
