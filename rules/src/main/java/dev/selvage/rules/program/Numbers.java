package dev.selvage.rules.program;

import dev.selvage.rules.Interpreter;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;
import dev.selvage.rules.Value;

/// Values of the type integer.
abstract class Numbers {
    /// Sets [Evaluation#number]; false for nothing.
    abstract boolean read(Evaluation e);

    static final class Literal extends Numbers {
        private final long number;

        Literal(long number) {
            this.number = number;
        }

        @Override
        boolean read(Evaluation e) {
            e.number = number;
            return true;
        }
    }

    static final class Field extends Numbers {
        private final RuleField field;

        Field(RuleField field) {
            this.field = field;
        }

        @Override
        boolean read(Evaluation e) {
            e.number = e.facts().integer(field);
            return true;
        }
    }

    static final class Length extends Numbers {
        private final Texts text;

        Length(Texts text) {
            this.text = text;
        }

        @Override
        boolean read(Evaluation e) {
            Slice slice = text.read(e);
            if (slice == null) {
                return false;
            }
            e.number = slice.length;
            return true;
        }
    }

    static final class Count extends Numbers {
        private final Elements elements;
        private final int slot;

        Count(Elements elements, int slot) {
            this.elements = elements;
            this.slot = slot;
        }

        @Override
        boolean read(Evaluation e) {
            e.number = elements.count(e, e.slot(slot));
            return e.number >= 0;
        }
    }

    /// What is not compiled; it allocates.
    static final class Interpreted extends Numbers {
        private final Value value;

        Interpreted(Value value) {
            this.value = value;
        }

        @Override
        boolean read(Evaluation e) {
            if (!(Interpreter.value(value, e.facts()) instanceof Long found)) {
                return false;
            }
            e.number = found;
            return true;
        }
    }
}
