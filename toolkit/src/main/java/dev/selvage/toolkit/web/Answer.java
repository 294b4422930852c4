package dev.selvage.toolkit.web;

import dev.selvage.toolkit.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a handler answers.
///
/// @param status 200..599
/// @param headers by name; `Content-Length` is added
public record Answer(int status, Map<String, String> headers, byte[] body) {
    public Answer {
        headers = Map.copyOf(headers);
    }

    /// `value` as JSON.
    public static Answer json(int status, Object value) {
        return new Answer(status, Map.of("Content-Type", "application/json"), Json.write(value));
    }

    /// Plain text.
    public static Answer text(int status, String text) {
        return new Answer(
                status, Map.of("Content-Type", "text/plain; charset=utf-8"), text.getBytes(StandardCharsets.UTF_8));
    }

    /// This answer with one more header.
    public Answer with(String name, String value) {
        return with(Map.of(name, value));
    }

    /// This answer with more headers.
    public Answer with(Map<String, String> added) {
        if (added.isEmpty()) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.putAll(added);
        return new Answer(status, more, body);
    }
}
