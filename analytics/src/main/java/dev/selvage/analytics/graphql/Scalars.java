package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.ValueType;
import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.ArrayValue;
import graphql.language.BooleanValue;
import graphql.language.EnumValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.NullValue;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The API's scalars: as its clients use them, numbers may come as text, text as numbers, and times in several forms.
final class Scalars {
    private final Map<ValueType, GraphQLScalarType> types = new EnumMap<>(ValueType.class);

    Scalars() {
        for (ValueType type : ValueType.values()) {
            if (type.list()) {
                continue;
            }
            types.put(
                    type,
                    GraphQLScalarType.newScalar()
                            .name(type.wire())
                            .coercing(new Lenient(type))
                            .build());
        }
    }

    /// The type; of a list, that of its elements.
    GraphQLScalarType of(ValueType type) {
        ValueType element = switch (type) {
            case STRINGS, PAIRS -> ValueType.STRING;
            case NUMBERS -> ValueType.UINT32;
            default -> type;
        };
        return Objects.requireNonNull(types.get(element));
    }

    /// A value that is read where it is used: texts, numbers, flags, lists and maps.
    static final GraphQLScalarType PLAIN =
            GraphQLScalarType.newScalar().name("Plain").coercing(new Plain()).build();

    private static final class Plain implements Coercing<Object, Object> {
        @Override
        public Object serialize(Object value, GraphQLContext context, Locale locale) {
            return value;
        }

        @Override
        public Object parseValue(Object input, GraphQLContext context, Locale locale) {
            return input;
        }

        @Override
        public Object parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            Object value = plain(input, variables);
            // A variable that has no value is the same as nothing.
            return value == null ? Map.of() : value;
        }

        private static @Nullable Object plain(Value<?> input, CoercedVariables variables) {
            return switch (input) {
                case VariableReference variable -> variables.get(variable.getName());
                case ArrayValue list -> {
                    List<Object> values = new ArrayList<>();
                    for (Value<?> each : list.getValues()) {
                        Object value = plain(each, variables);
                        if (value != null) {
                            values.add(value);
                        }
                    }
                    yield values;
                }
                case ObjectValue object -> {
                    Map<String, Object> values = new LinkedHashMap<>();
                    for (ObjectField each : object.getObjectFields()) {
                        Object value = plain(each.getValue(), variables);
                        if (value != null) {
                            values.put(each.getName(), value);
                        }
                    }
                    yield values;
                }
                case NullValue _ -> null;
                default -> Lenient.plain(input);
            };
        }
    }

    /// A value of a type, of what clients write for it.
    ///
    /// @throws IllegalArgumentException when it is none
    static Object read(ValueType type, Object input) {
        return new Lenient(type).read(input);
    }

    private record Lenient(ValueType type) implements Coercing<Object, Object> {
        @Override
        public Object serialize(Object value, GraphQLContext context, Locale locale) {
            return switch (type) {
                case STRING -> String.valueOf(value);
                case FLAG -> value;
                case INT8, INT64, UINT8, UINT16, UINT32, UINT64 -> number(value).longValue();
                case STRINGS, NUMBERS, PAIRS -> throw new IllegalStateException("a list is no scalar");
                case FLOAT64 -> number(value).doubleValue();
                case DATE -> Moments.date(number(value).longValue());
                case TIME -> Moments.time(number(value).longValue());
            };
        }

        private static Number number(Object value) {
            if (value instanceof Number number) {
                return number;
            }
            throw new CoercingSerializeException(
                    "not a number: " + value.getClass().getSimpleName());
        }

        @Override
        public Object parseValue(Object input, GraphQLContext context, Locale locale) {
            try {
                return read(input);
            } catch (IllegalArgumentException wrong) {
                throw new CoercingParseValueException(String.valueOf(wrong.getMessage()), wrong);
            }
        }

        @Override
        public Object parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            try {
                return read(plain(input));
            } catch (IllegalArgumentException wrong) {
                throw new CoercingParseLiteralException(String.valueOf(wrong.getMessage()), wrong);
            }
        }

        private static Object plain(Value<?> value) {
            return switch (value) {
                case StringValue text -> String.valueOf(text.getValue());
                case IntValue number -> number.getValue();
                case FloatValue number -> number.getValue();
                case BooleanValue flag -> flag.isValue();
                case EnumValue name -> name.getName();
                default -> throw new IllegalArgumentException("expected a plain value, not a list or an object");
            };
        }

        private Object read(Object input) {
            return switch (type) {
                case STRING -> text(input);
                case FLAG -> flag(input);
                case INT8 -> whole(input, Byte.MIN_VALUE, Byte.MAX_VALUE);
                case INT64 -> whole(input, Long.MIN_VALUE, Long.MAX_VALUE);
                case UINT8 -> whole(input, 0, 255);
                case UINT16 -> whole(input, 0, 65_535);
                case UINT32 -> whole(input, 0, 4_294_967_295L);
                case UINT64 -> whole(input, 0, Long.MAX_VALUE);
                case STRINGS, NUMBERS, PAIRS -> throw new IllegalStateException("a list is no scalar");
                case FLOAT64 -> real(input);
                case DATE -> Math.floorDiv(Moments.parse(text(input)), 86_400_000L) * 86_400_000L;
                case TIME -> Moments.parse(text(input));
            };
        }

        private static String text(Object input) {
            return switch (input) {
                case String text -> text;
                case Number number -> number.toString();
                case Boolean flag -> flag.toString();
                default -> throw new IllegalArgumentException("expected a plain value, not a list or an object");
            };
        }

        private static BigDecimal decimal(Object input) {
            String text = text(input);
            // A long exponent would make a small text a huge number.
            if (text.length() <= 30 && text.matches("[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,2})?")) {
                return new BigDecimal(text);
            }
            throw new IllegalArgumentException(
                    "\"" + (text.length() > 30 ? text.substring(0, 30) + "…" : text) + "\" is not a number");
        }

        private static boolean flag(Object input) {
            return switch (text(input)) {
                case "true", "1" -> true;
                case "false", "0" -> false;
                default -> throw new IllegalArgumentException("expected true or false");
            };
        }

        private static long whole(Object input, long least, long most) {
            BigDecimal decimal = decimal(input);
            BigInteger whole;
            try {
                whole = decimal.toBigIntegerExact();
            } catch (ArithmeticException _) {
                throw new IllegalArgumentException(decimal.toPlainString() + " is not a whole number");
            }
            if (whole.compareTo(BigInteger.valueOf(least)) < 0 || whole.compareTo(BigInteger.valueOf(most)) > 0) {
                throw new IllegalArgumentException(whole + " is not between " + least + " and " + most);
            }
            return whole.longValueExact();
        }

        private static double real(Object input) {
            return decimal(input).doubleValue();
        }
    }
}
