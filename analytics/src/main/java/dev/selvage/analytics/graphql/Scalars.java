package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.ValueType;
import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.BooleanValue;
import graphql.language.EnumValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// The API's scalars: as its clients use them, numbers may come as text, text as numbers, and times in several forms.
final class Scalars {
    private final Map<ValueType, GraphQLScalarType> types = new EnumMap<>(ValueType.class);

    Scalars() {
        for (ValueType type : ValueType.values()) {
            types.put(
                    type,
                    GraphQLScalarType.newScalar()
                            .name(type.wire())
                            .coercing(new Lenient(type))
                            .build());
        }
    }

    GraphQLScalarType of(ValueType type) {
        return java.util.Objects.requireNonNull(types.get(type));
    }

    private record Lenient(ValueType type) implements Coercing<Object, Object> {
        @Override
        public Object serialize(Object value, GraphQLContext context, Locale locale) {
            return switch (type) {
                case STRING -> String.valueOf(value);
                case UINT16, UINT32, UINT64 -> number(value).longValue();
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
                case UINT16 -> whole(input, 65_535);
                case UINT32 -> whole(input, 4_294_967_295L);
                case UINT64 -> whole(input, Long.MAX_VALUE);
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

        private static long whole(Object input, long most) {
            BigDecimal decimal = decimal(input);
            BigInteger whole;
            try {
                whole = decimal.toBigIntegerExact();
            } catch (ArithmeticException _) {
                throw new IllegalArgumentException(decimal.toPlainString() + " is not a whole number");
            }
            if (whole.signum() < 0 || whole.compareTo(BigInteger.valueOf(most)) > 0) {
                throw new IllegalArgumentException(whole + " is not between 0 and " + most);
            }
            return whole.longValueExact();
        }

        private static double real(Object input) {
            return decimal(input).doubleValue();
        }
    }
}
