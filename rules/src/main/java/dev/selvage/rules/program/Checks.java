package dev.selvage.rules.program;

import dev.selvage.rules.Address;
import dev.selvage.rules.Condition;
import dev.selvage.rules.Interpreter;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import dev.selvage.rules.regex.Automaton;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Compiled conditions.
abstract class Checks {
    abstract boolean met(Evaluation e);

    static final class Constant extends Checks {
        private final boolean met;

        Constant(boolean met) {
            this.met = met;
        }

        @Override
        boolean met(Evaluation e) {
            return met;
        }
    }

    static final class Not extends Checks {
        private final Checks check;

        Not(Checks check) {
            this.check = check;
        }

        @Override
        boolean met(Evaluation e) {
            return !check.met(e);
        }
    }

    /// True as soon as one is what decides: met for `or`, not met for `and`.
    static final class Joined extends Checks {
        private final Checks[] checks;
        private final boolean decides;

        Joined(List<Checks> checks, boolean or) {
            this.checks = checks.toArray(Checks[]::new);
            decides = or;
        }

        @Override
        boolean met(Evaluation e) {
            for (Checks check : checks) {
                if (check.met(e) == decides) {
                    return decides;
                }
            }
            return !decides;
        }
    }

    static final class Xor extends Checks {
        private final Checks[] checks;

        Xor(List<Checks> checks) {
            this.checks = checks.toArray(Checks[]::new);
        }

        @Override
        boolean met(Evaluation e) {
            boolean odd = false;
            for (Checks check : checks) {
                odd ^= check.met(e);
            }
            return odd;
        }
    }

    static final class Flag extends Checks {
        private final RuleField field;

        Flag(RuleField field) {
            this.field = field;
        }

        @Override
        boolean met(Evaluation e) {
            return e.facts().flag(field);
        }
    }

    static final class Equal extends Checks {
        private final Texts left;
        private final byte[] right;
        private final boolean equal;

        Equal(Texts left, String right, boolean equal) {
            this.left = left;
            this.right = right.getBytes(StandardCharsets.ISO_8859_1);
            this.equal = equal;
        }

        @Override
        boolean met(Evaluation e) {
            Slice slice = left.read(e);
            return slice != null
                    && equal
                            == (slice.length == right.length
                                    && Arrays.equals(
                                            slice.bytes,
                                            slice.start,
                                            slice.start + slice.length,
                                            right,
                                            0,
                                            right.length));
        }
    }

    static final class Ordered extends Checks {
        private final Texts left;
        private final Condition.Order order;
        private final byte[] right;

        Ordered(Texts left, Condition.Order order, String right) {
            this.left = left;
            this.order = order;
            this.right = right.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        boolean met(Evaluation e) {
            Slice slice = left.read(e);
            return slice != null
                    && stands(
                            order,
                            Arrays.compareUnsigned(
                                    slice.bytes, slice.start, slice.start + slice.length, right, 0, right.length));
        }
    }

    static boolean stands(Condition.Order order, int compared) {
        return switch (order) {
            case EQ -> compared == 0;
            case NE -> compared != 0;
            case LT -> compared < 0;
            case LE -> compared <= 0;
            case GT -> compared > 0;
            case GE -> compared >= 0;
        };
    }

    /// The text starts, or ends, with a piece.
    static final class AtEnd extends Checks {
        private final Texts text;
        private final Piece piece;
        private final boolean end;

        AtEnd(Texts text, String piece, boolean end) {
            this.text = text;
            this.piece = new Piece(piece, true);
            this.end = end;
        }

        @Override
        boolean met(Evaluation e) {
            Slice slice = text.read(e);
            return slice != null
                    && slice.length >= piece.length()
                    && piece.stands(slice.bytes, end ? slice.start + slice.length - piece.length() : slice.start);
        }
    }

    static final class Contains extends Checks {
        private final Texts text;
        private final Piece piece;

        Contains(Texts text, String piece) {
            this.text = text;
            this.piece = new Piece(piece, true);
        }

        @Override
        boolean met(Evaluation e) {
            Slice slice = text.read(e);
            return slice != null && piece.find(slice.bytes, slice.start, slice.start + slice.length) >= 0;
        }
    }

    static final class Matches extends Checks {
        private final Texts text;
        private final Automaton automaton;

        Matches(Texts text, Automaton automaton) {
            this.text = text;
            this.automaton = automaton;
        }

        @Override
        boolean met(Evaluation e) {
            Slice slice = text.read(e);
            return slice != null && automaton.found(slice.bytes, slice.start, slice.length);
        }
    }

    static final class Wildcard extends Checks {
        private final Texts text;
        private final Piece[] pieces;
        private final int shortest;

        Wildcard(Texts text, List<String> pieces, boolean strict) {
            this.text = text;
            this.pieces = pieces.stream().map(piece -> new Piece(piece, strict)).toArray(Piece[]::new);
            shortest = pieces.stream().mapToInt(String::length).sum();
        }

        @Override
        boolean met(Evaluation e) {
            Slice slice = text.read(e);
            if (slice == null || slice.length < shortest) {
                return false;
            }
            byte[] b = slice.bytes;
            int last = pieces.length - 1;
            int end = slice.start + slice.length - pieces[last].length();
            if (!pieces[0].stands(b, slice.start) || !pieces[last].stands(b, end)) {
                return false;
            }
            if (last == 0) {
                return slice.length == shortest;
            }
            int at = slice.start + pieces[0].length();
            for (int i = 1; i < last; i++) {
                int found = pieces[i].find(b, at, end);
                if (found < 0) {
                    return false;
                }
                at = found + pieces[i].length();
            }
            return true;
        }
    }

    /// One of a list of texts, by its hash.
    static final class TextIn extends Checks {
        private final Texts text;
        private final byte[][] table;

        TextIn(Texts text, List<String> members) {
            this.text = text;
            table = new byte[Integer.highestOneBit(4 * members.size())][];
            for (String member : members) {
                byte[] bytes = member.getBytes(StandardCharsets.ISO_8859_1);
                int i = hash(bytes, 0, bytes.length) & (table.length - 1);
                while (table[i] != null && !Arrays.equals(table[i], bytes)) {
                    i = (i + 1) & (table.length - 1);
                }
                table[i] = bytes;
            }
        }

        private static int hash(byte[] b, int start, int length) {
            int hash = length;
            for (int i = start; i < start + length; i++) {
                hash = 31 * hash + b[i];
            }
            return hash ^ hash >>> 15;
        }

        @Override
        boolean met(Evaluation e) {
            Slice slice = text.read(e);
            if (slice == null) {
                return false;
            }
            int end = slice.start + slice.length;
            int i = hash(slice.bytes, slice.start, slice.length) & (table.length - 1);
            while (table[i] != null) {
                if (Arrays.equals(slice.bytes, slice.start, end, table[i], 0, table[i].length)) {
                    return true;
                }
                i = (i + 1) & (table.length - 1);
            }
            return false;
        }
    }

    static final class NumberOrdered extends Checks {
        private final Numbers left;
        private final Condition.Order order;
        private final long right;

        NumberOrdered(Numbers left, Condition.Order order, long right) {
            this.left = left;
            this.order = order;
            this.right = right;
        }

        @Override
        boolean met(Evaluation e) {
            return left.read(e) && stands(order, Long.compare(e.number, right));
        }
    }

    static final class NumberIn extends Checks {
        private final Numbers number;
        private final Ranges ranges;

        NumberIn(Numbers number, List<Condition.Numbers> members) {
            this.number = number;
            ranges = new Ranges(members.stream()
                    .map(member -> new Ranges.Range(0, member.from() ^ Long.MIN_VALUE, 0, member.to() ^ Long.MIN_VALUE))
                    .toList());
        }

        @Override
        boolean met(Evaluation e) {
            return number.read(e) && ranges.have(0, e.number ^ Long.MIN_VALUE);
        }
    }

    static final class AddressOrdered extends Checks {
        private final Addresses left;
        private final Condition.Order order;
        private final Address right;

        AddressOrdered(Addresses left, Condition.Order order, Address right) {
            this.left = left;
            this.order = order;
            this.right = right;
        }

        @Override
        boolean met(Evaluation e) {
            if (!left.read(e)) {
                return false;
            }
            int kind = Boolean.compare(e.ipv6, right.ipv6());
            int upper = kind != 0 ? kind : Long.compareUnsigned(e.high, right.high());
            return stands(order, upper != 0 ? upper : Long.compareUnsigned(e.number, right.low()));
        }
    }

    static final class AddressIn extends Checks {
        private final Addresses address;
        private final Ranges four;
        private final Ranges six;

        AddressIn(Addresses address, List<Condition.Addresses> members) {
            this.address = address;
            four = of(members, false);
            six = of(members, true);
        }

        private static Ranges of(List<Condition.Addresses> members, boolean ipv6) {
            return new Ranges(members.stream()
                    .filter(member ->
                            member.from().ipv6() == ipv6 && member.to().ipv6() == ipv6)
                    .map(member -> new Ranges.Range(
                            member.from().high(),
                            member.from().low(),
                            member.to().high(),
                            member.to().low()))
                    .toList());
        }

        @Override
        boolean met(Evaluation e) {
            return address.read(e) && (e.ipv6 ? six : four).have(e.high, e.number);
        }
    }

    static final class Quantified extends Checks {
        private final Elements elements;
        private final boolean all;
        private final Checks each;

        Quantified(Elements elements, boolean all, Checks each) {
            this.elements = elements;
            this.all = all;
            this.each = each;
        }

        @Override
        boolean met(Evaluation e) {
            return elements.met(e, all, each);
        }
    }

    /// What is not compiled; it allocates.
    static final class Interpreted extends Checks {
        private final Condition condition;

        Interpreted(Condition condition) {
            this.condition = condition;
        }

        @Override
        boolean met(Evaluation e) {
            return Interpreter.met(condition, e.facts());
        }
    }
}
