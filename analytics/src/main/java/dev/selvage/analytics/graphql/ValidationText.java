package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Nearest;
import dev.selvage.analytics.query.Question;
import dev.selvage.analytics.query.Refusal;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLSchema;
import graphql.validation.ValidationError;
import graphql.validation.ValidationErrorType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The library's validation errors in the API's words: clients look for these.
final class ValidationText {
    private static final int MAX = 400;

    private static final Pattern QUOTED = Pattern.compile("'([^']{1,200})'");
    private static final Pattern PREFIX =
            Pattern.compile("^Validation error \\([^)]{0,500}\\) : ?", Pattern.CASE_INSENSITIVE);

    private ValidationText() {}

    static Refusal of(ValidationError error, GraphQLSchema schema) {
        String text = plain(error.getMessage());
        if (!(error.getValidationErrorType() instanceof ValidationErrorType type)) {
            return refusal(text);
        }
        return switch (type) {
            case FieldUndefined -> refusal("unknown field \"" + quoted(text) + "\"" + nearest(text, schema));
            case SubselectionRequired -> refusal("object field must have selections");
            case SubselectionNotAllowed -> refusal("scalar fields must have no selections");
            case MissingFieldArgument, NullValueForNonNullArgument ->
                Refusal.argument(field(error.getQueryPath()), missing(quoted(text)));
            case WrongType, UnknownArgument -> Refusal.argument(field(error.getQueryPath()), value(text));
            // Every other kind keeps the library's text after the API's general one.
            default -> refusal("query contains error, please review it and retry: " + text);
        };
    }

    /// What the field that does not exist may have been meant for.
    private static String nearest(String text, GraphQLSchema schema) {
        Matcher names = QUOTED.matcher(text);
        if (!names.find()) {
            return "";
        }
        String name = names.group(1);
        if (!names.find() || !(schema.getType(names.group(1)) instanceof GraphQLFieldsContainer type)) {
            return "";
        }
        return Nearest.hint(
                name,
                type.getFieldDefinitions().stream()
                        .map(GraphQLFieldDefinition::getName)
                        .toList());
    }

    /// Says that an argument is not there.
    static String missing(String argument) {
        return argument.equals("limit")
                ? "limit must be positive number and not greater than " + Question.MAX_LIMIT
                : argument + " is missing";
    }

    /// Why the value of a variable is not right, without the library's words around it.
    static String ofVariable(String message) {
        String text = plain(message);
        int reason = text.indexOf(" has an invalid value: ");
        return reason < 0 ? text : text.substring(reason + " has an invalid value: ".length());
    }

    private static Refusal refusal(String message) {
        return new Refusal(400, "params", message);
    }

    /// The library shows a value as its syntax tree; the reason behind it is enough.
    private static String value(String text) {
        int value = text.indexOf(" with value '");
        if (value < 0) {
            return text;
        }
        for (String reason : List.of("' is not a valid '", "' must ", "' is missing ", "' contains ")) {
            int at = text.lastIndexOf(reason);
            if (at > value) {
                return text.substring(0, value) + text.substring(at + 1);
            }
        }
        return text.substring(0, value) + " is not valid";
    }

    private static String quoted(String text) {
        Matcher matcher = QUOTED.matcher(text);
        return matcher.find() ? matcher.group(1) : text;
    }

    private static String field(@Nullable List<String> path) {
        return path == null || path.isEmpty() ? "query" : path.getLast();
    }

    /// Without the library's prefix, and bounded.
    static String plain(@Nullable String message) {
        String text = message == null ? "query contains error, please review it and retry" : message;
        String plain = PREFIX.matcher(text).replaceFirst("");
        return plain.length() > MAX ? plain.substring(0, MAX) + "…" : plain;
    }
}
