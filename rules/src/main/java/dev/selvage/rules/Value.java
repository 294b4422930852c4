package dev.selvage.rules;

import java.util.List;

/// Something that comes to a value, or to none where the request lacks what it asks for.
public sealed interface Value {
    /// What it comes to.
    Type type();

    /// A literal. Each character is a byte.
    record Text(String text) implements Value {
        @Override
        public Type type() {
            return Type.STRING;
        }
    }

    /// A literal.
    record Whole(long number) implements Value {
        @Override
        public Type type() {
            return Type.INTEGER;
        }
    }

    /// A field.
    record Read(RuleField field) implements Value {
        @Override
        public Type type() {
            return field.type();
        }
    }

    /// An element of an array: `[0]` is the first.
    record Item(Value array, int index) implements Value {
        @Override
        public Type type() {
            return array.type().element();
        }
    }

    /// The values of a name in a map.
    record Named(Value map, String name) implements Value {
        @Override
        public Type type() {
            return Type.STRINGS;
        }
    }

    /// The element at hand of the array that the innermost [Mapped] or [Condition.Quantified] goes through.
    record Element(Type type) implements Value {}

    /// `function(array[*])`: what each element comes to.
    ///
    /// @param each has [Element] in it
    record Mapped(Value array, Value each) implements Value {
        @Override
        public Type type() {
            return switch (each.type()) {
                case BOOLEAN -> Type.BOOLEANS;
                case INTEGER -> Type.INTEGERS;
                case STRING -> Type.STRINGS;
                case IP, BOOLEANS, INTEGERS, STRINGS, MAP ->
                    throw new IllegalStateException("no array of " + each.type().spelled());
            };
        }
    }

    /// A function.
    record Call(RuleFunction function, List<Value> arguments, Type type) implements Value {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }
}
