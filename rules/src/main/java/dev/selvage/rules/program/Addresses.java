package dev.selvage.rules.program;

import dev.selvage.rules.Address;
import dev.selvage.rules.Interpreter;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import dev.selvage.rules.Value;

/// Values of the type IP.
abstract class Addresses {
    /// Sets [Evaluation#ipv6], [Evaluation#high] and, the lower bits, [Evaluation#number]; false for nothing.
    abstract boolean read(Evaluation e);

    static final class Field extends Addresses {
        private final int field;

        Field(RuleField field) {
            this.field = field.ordinal();
        }

        @Override
        boolean read(Evaluation e) {
            Slice slice = e.field(field);
            if (slice == null) {
                return false;
            }
            if (slice.length == 4) {
                e.ipv6 = false;
                e.high = 0;
                e.number = word(slice, 0, 4);
                return true;
            }
            e.high = word(slice, 0, 8);
            e.number = word(slice, 8, 8);
            e.ipv6 = e.high != 0 || e.number >>> 32 != 0xffff;
            e.number &= e.ipv6 ? -1L : 0xffff_ffffL;
            return true;
        }

        private static long word(Slice slice, int from, int count) {
            long word = 0;
            for (int i = slice.start + from; i < slice.start + from + count; i++) {
                word = word << 8 | (slice.bytes[i] & 0xff);
            }
            return word;
        }
    }

    /// The network of an address, by how many bits are kept of one of 32 and of one of 128.
    static final class Network extends Addresses {
        private final Addresses address;
        private final long low4;
        private final long high6;
        private final long low6;

        Network(Addresses address, int bits4, int bits6) {
            this.address = address;
            low4 = ones(32 + bits4) & 0xffff_ffffL;
            high6 = ones(Math.min(bits6, 64));
            low6 = ones(Math.max(0, bits6 - 64));
        }

        private static long ones(int count) {
            return count == 0 ? 0 : -1L << (64 - count);
        }

        @Override
        boolean read(Evaluation e) {
            if (!address.read(e)) {
                return false;
            }
            e.high &= e.ipv6 ? high6 : 0;
            e.number &= e.ipv6 ? low6 : low4;
            return true;
        }
    }

    /// What is not compiled; it allocates.
    static final class Interpreted extends Addresses {
        private final Value value;

        Interpreted(Value value) {
            this.value = value;
        }

        @Override
        boolean read(Evaluation e) {
            if (!(Interpreter.value(value, e.facts()) instanceof Address address)) {
                return false;
            }
            e.ipv6 = address.ipv6();
            e.high = address.high();
            e.number = address.low();
            return true;
        }
    }
}
