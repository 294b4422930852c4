package dev.selvage.control.api;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One error of the envelope.
///
/// @param code at least 1000
/// @param message what was wrong and what would be right
/// @param pointer the JSON pointer of the offending part of the body; null when there is none
/// @param chain what caused it
public record ApiError(int code, String message, @Nullable String pointer, List<ApiError> chain) {
    private static final int LONGEST = 1_000;

    public ApiError {
        message = clean(message);
        pointer = pointer == null ? null : clean(pointer);
        chain = List.copyOf(chain);
    }

    public ApiError(int code, String message) {
        this(code, message, null, List.of());
    }

    public ApiError(int code, String message, String pointer) {
        this(code, message, pointer, List.of());
    }

    void writeTo(ArrayNode errors) {
        ObjectNode error = errors.addObject().put("code", code).put("message", message);
        if (pointer != null) {
            error.putObject("source").put("pointer", pointer);
        }
        if (!chain.isEmpty()) {
            ArrayNode causes = error.putArray("error_chain");
            chain.forEach(cause -> cause.writeTo(causes));
        }
    }

    /// Messages quote what callers sent, which may hold anything: half a surrogate pair could not even
    /// be written as
    /// JSON, and control characters would reach terminals and logs. What is wrong with an expression takes lines.
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), LONGEST));
        int i = 0;
        while (i < text.length() && clean.length() < LONGEST) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            boolean shown = (c == '\n' || !Character.isISOControl(c)) && Character.getType(c) != Character.SURROGATE;
            clean.appendCodePoint(shown ? c : '\uFFFD');
        }
        return i < text.length() ? clean.append('…').toString() : clean.toString();
    }
}
