package dev.selvage.control.api;

import dev.selvage.toolkit.json.Json;
import dev.selvage.toolkit.web.Answer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The form of every answer.
public final class Envelope {
    private Envelope() {}

    /// 200 with a result; null is a result too.
    public static Answer ok(@Nullable JsonNode result) {
        return Answer.json(200, envelope(true, List.of(), result));
    }

    /// 200 with a result and messages.
    public static Answer ok(@Nullable JsonNode result, List<ObjectNode> messages) {
        ObjectNode envelope = envelope(true, List.of(), result);
        envelope.withArray("messages").addAll(messages);
        return Answer.json(200, envelope);
    }

    /// What a caller should know beside a result.
    ///
    /// @param code at least 1000
    public static ObjectNode message(int code, String text) {
        return object().put("code", code).put("message", text);
    }

    /// What a caller should know of a part of a result.
    ///
    /// @param pointer the JSON pointer of the part
    public static ObjectNode message(int code, String text, String pointer) {
        ObjectNode message = message(code, text);
        message.putObject("source").put("pointer", pointer);
        return message;
    }

    /// 204: done, and nothing to say of it.
    public static Answer nothing() {
        return new Answer(204, Map.of(), new byte[0]);
    }

    /// 200 with `{"id": …}`.
    public static Answer id(String id) {
        return ok(object().put("id", id));
    }

    /// 200 with one page of a list.
    public static <T> Answer page(Page page, long total, List<T> items, Function<T, ObjectNode> form) {
        ArrayNode result = array();
        items.forEach(item -> result.add(form.apply(item)));
        ObjectNode envelope = envelope(true, List.of(), result);
        envelope.putObject("result_info")
                .put("page", page.number())
                .put("per_page", page.size())
                .put("count", items.size())
                .put("total_count", total)
                .put("total_pages", (total + page.size() - 1) / page.size());
        return Answer.json(200, envelope);
    }

    /// A failure.
    public static Answer failure(int status, List<ApiError> errors) {
        return Answer.json(status, envelope(false, errors, null));
    }

    static Answer failure(Refused refused) {
        return failure(refused.status(), refused.errors()).with(refused.headers());
    }

    public static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return Json.MAPPER.createArrayNode();
    }

    private static ObjectNode envelope(boolean success, List<ApiError> errors, @Nullable JsonNode result) {
        ObjectNode envelope = object();
        if (result == null) {
            envelope.putNull("result");
        } else {
            envelope.set("result", result);
        }
        envelope.put("success", success);
        ArrayNode list = envelope.putArray("errors");
        errors.forEach(error -> error.writeTo(list));
        envelope.putArray("messages");
        return envelope;
    }
}
