package dev.selvage.rules.program;

import dev.selvage.rules.Interpreter;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import dev.selvage.rules.Value;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Values of the type string.
abstract class Texts {
    /// What it comes to, valid as long as what it is made of; null for nothing.
    abstract @Nullable Slice read(Evaluation e);

    static final class Literal extends Texts {
        private final Slice slice = new Slice();

        Literal(String text) {
            slice.set(text);
        }

        @Override
        Slice read(Evaluation e) {
            return slice;
        }
    }

    static final class Field extends Texts {
        private final int field;

        Field(RuleField field) {
            this.field = field.ordinal();
        }

        @Override
        @Nullable
        Slice read(Evaluation e) {
            return e.field(field);
        }
    }

    static final class Element extends Texts {
        @Override
        Slice read(Evaluation e) {
            return e.element;
        }
    }

    /// What is computed, once for a request unless it is of an element.
    abstract static class Computed extends Texts {
        private final int slot;
        final boolean ofElement;

        Computed(int slot, boolean ofElement) {
            this.slot = slot;
            this.ofElement = ofElement;
        }

        @Override
        final @Nullable Slice read(Evaluation e) {
            if (!ofElement && e.known(slot)) {
                return e.computed(slot);
            }
            Slice into = e.slot(slot);
            Slice result = compute(e, into) ? into : null;
            return ofElement ? result : e.keep(slot, result);
        }

        /// Sets what it comes to; false for nothing.
        abstract boolean compute(Evaluation e, Slice into);

        final Arena arena(Evaluation e) {
            return e.arena(ofElement);
        }
    }

    /// An element of a field that is an array, or of the values of a name.
    static final class Item extends Texts {
        private final int slot;
        private final Elements elements;
        private final int index;

        Item(int slot, Elements elements, int index) {
            this.slot = slot;
            this.elements = elements;
            this.index = index;
        }

        @Override
        @Nullable
        Slice read(Evaluation e) {
            // Mostly the name is not there, which takes less than to look up what was found out before.
            if (!elements.mayBe(e)) {
                return null;
            }
            if (e.known(slot)) {
                return e.computed(slot);
            }
            Slice into = e.slot(slot);
            return e.keep(slot, elements.read(e, index, into) ? into : null);
        }
    }

    /// ASCII letters in the other case.
    static final class Cased extends Computed {
        private final Texts text;
        private final int from;

        Cased(int slot, boolean ofElement, Texts text, boolean lower) {
            super(slot, ofElement);
            this.text = text;
            from = lower ? 'A' : 'a';
        }

        @Override
        boolean compute(Evaluation e, Slice into) {
            Slice given = text.read(e);
            if (given == null) {
                return false;
            }
            int i = 0;
            while (i < given.length && !turns(given.bytes[given.start + i])) {
                i++;
            }
            if (i == given.length) {
                into.set(given.bytes, given.start, given.length);
                return true;
            }
            arena(e).room(given.length, into);
            System.arraycopy(given.bytes, given.start, into.bytes, into.start, i);
            for (; i < given.length; i++) {
                byte b = given.bytes[given.start + i];
                into.bytes[into.start + i] = turns(b) ? (byte) (b ^ 0x20) : b;
            }
            return true;
        }

        private boolean turns(byte b) {
            return b >= from && b <= from + 25;
        }
    }

    /// `concat()` of strings and integers.
    static final class Concatenated extends Computed {
        private static final int LONGEST_NUMBER = 20;

        private final Object[] parts;

        /// @param parts each of [Texts] or [Numbers]
        Concatenated(int slot, boolean ofElement, Object[] parts) {
            super(slot, ofElement);
            this.parts = parts;
        }

        @Override
        boolean compute(Evaluation e, Slice into) {
            // Twice through the parts: the length must be known before there is room.
            int most = 0;
            for (Object part : parts) {
                if (part instanceof Texts text) {
                    Slice slice = text.read(e);
                    if (slice == null) {
                        return false;
                    }
                    most += slice.length;
                } else if (part instanceof Numbers number) {
                    if (!number.read(e)) {
                        return false;
                    }
                    most += LONGEST_NUMBER;
                }
            }
            arena(e).room(most, into);
            int at = into.start;
            for (Object part : parts) {
                if (part instanceof Texts text) {
                    Slice slice = text.read(e);
                    if (slice != null) {
                        System.arraycopy(slice.bytes, slice.start, into.bytes, at, slice.length);
                        at += slice.length;
                    }
                } else if (part instanceof Numbers number && number.read(e)) {
                    at += written(e.number, into.bytes, at);
                }
            }
            into.length = at - into.start;
            return true;
        }
    }

    /// `to_string()` of an integer.
    static final class Written extends Computed {
        private static final int LONGEST = 20;

        private final Numbers number;

        Written(int slot, boolean ofElement, Numbers number) {
            super(slot, ofElement);
            this.number = number;
        }

        @Override
        boolean compute(Evaluation e, Slice into) {
            if (!number.read(e)) {
                return false;
            }
            arena(e).room(LONGEST, into);
            into.length = written(e.number, into.bytes, into.start);
            return true;
        }
    }

    /// Writes a number in decimal; how many bytes that took.
    private static int written(long number, byte[] b, int at) {
        int length = number < 0 ? 2 : 1;
        for (long rest = number / 10; rest != 0; rest /= 10) {
            length++;
        }
        int i = at + length;
        long rest = number;
        do {
            b[--i] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (number < 0) {
            b[at] = '-';
        }
        return length;
    }

    static final class Substring extends Computed {
        private final Texts text;
        private final Numbers from;
        private final Numbers to;

        Substring(int slot, boolean ofElement, Texts text, Numbers from, Numbers to) {
            super(slot, ofElement);
            this.text = text;
            this.from = from;
            this.to = to;
        }

        @Override
        boolean compute(Evaluation e, Slice into) {
            if (!from.read(e)) {
                return false;
            }
            long start = e.number;
            if (!to.read(e)) {
                return false;
            }
            long end = e.number;
            Slice given = text.read(e);
            if (given == null) {
                return false;
            }
            int first = place(given.length, start);
            into.set(given.bytes, given.start + first, Math.max(0, place(given.length, end) - first));
            return true;
        }

        private static int place(int length, long index) {
            return (int) Math.clamp(index < 0 ? Math.max(index, -length) + length : index, 0L, (long) length);
        }
    }

    /// `url_decode()` without options.
    static final class UrlDecoded extends Computed {
        private final Texts text;

        UrlDecoded(int slot, boolean ofElement, Texts text) {
            super(slot, ofElement);
            this.text = text;
        }

        @Override
        boolean compute(Evaluation e, Slice into) {
            Slice given = text.read(e);
            if (given == null) {
                return false;
            }
            arena(e).room(given.length, into);
            byte[] b = given.bytes;
            int end = given.start + given.length;
            int at = into.start;
            for (int i = given.start; i < end; i++) {
                int high = b[i] == '%' && i + 2 < end ? hex(b[i + 1]) : -1;
                int low = high < 0 ? -1 : hex(b[i + 2]);
                if (low >= 0) {
                    into.bytes[at++] = (byte) (high << 4 | low);
                    i += 2;
                } else {
                    into.bytes[at++] = b[i] == '+' ? (byte) ' ' : b[i];
                }
            }
            into.length = at - into.start;
            return true;
        }

        private static int hex(byte b) {
            return b < 0 ? -1 : Character.digit(b, 16);
        }
    }

    static final class WithoutBytes extends Computed {
        private final Texts text;
        private final boolean[] unwanted = new boolean[256];

        WithoutBytes(int slot, boolean ofElement, Texts text, String unwanted) {
            super(slot, ofElement);
            this.text = text;
            unwanted.chars().forEach(c -> this.unwanted[c & 0xff] = true);
        }

        @Override
        boolean compute(Evaluation e, Slice into) {
            Slice given = text.read(e);
            if (given == null) {
                return false;
            }
            arena(e).room(given.length, into);
            int at = into.start;
            for (int i = given.start; i < given.start + given.length; i++) {
                if (!unwanted[given.bytes[i] & 0xff]) {
                    into.bytes[at++] = given.bytes[i];
                }
            }
            into.length = at - into.start;
            return true;
        }
    }

    /// What is not compiled; it allocates.
    static final class Interpreted extends Computed {
        private final Value value;

        Interpreted(int slot, Value value) {
            super(slot, false);
            this.value = value;
        }

        @Override
        boolean compute(Evaluation e, Slice into) {
            String text = Interpreter.text(value, e.facts());
            if (text == null) {
                return false;
            }
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            into.set(bytes, 0, bytes.length);
            return true;
        }
    }
}
