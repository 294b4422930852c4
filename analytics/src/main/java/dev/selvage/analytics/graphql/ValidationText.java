package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Refusal;
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

    static Refusal of(ValidationError error) {
        String text = plain(error.getMessage());
        if (!(error.getValidationErrorType() instanceof ValidationErrorType type)) {
            return refusal(text);
        }
        return switch (type) {
            case FieldUndefined -> refusal("unknown field \"" + quoted(text) + "\"");
            case SubselectionRequired -> refusal("object field must have selections");
            case SubselectionNotAllowed -> refusal("scalar fields must have no selections");
            case MissingFieldArgument, NullValueForNonNullArgument ->
                Refusal.argument(
                        field(error.getQueryPath()),
                        quoted(text).equals("limit")
                                ? "limit must be positive number and not greater than "
                                        + dev.selvage.analytics.query.Question.MAX_LIMIT
                                : quoted(text) + " is missing");
            case WrongType, UnknownArgument -> Refusal.argument(field(error.getQueryPath()), value(text));
            // Every other kind keeps the library's text after the API's general one.
            default -> refusal("query contains error, please review it and retry: " + text);
        };
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
