package dev.selvage.control.api;

import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Fallback;
import java.util.List;

/// Answers in the envelope where no endpoint does.
public final class EnvelopeFallback implements Fallback {
    @Override
    public Answer notFound(String method, String path) {
        return Envelope.failure(404, List.of(new ApiError(7000, "No route for that URI")));
    }

    @Override
    public Answer methodNotAllowed(String method, String path, List<String> allowed) {
        return Envelope.failure(405, List.of(new ApiError(7001, "Method " + method + " not available for that URI.")));
    }

    @Override
    public Answer tooLarge(String path, int limit) {
        return Envelope.failure(
                413, List.of(new ApiError(1000, "The request's body is larger than " + limit + " bytes")));
    }

    @Override
    public Answer badRequest(String path, String reason) {
        return Envelope.failure(400, List.of(Ids.couldNotRoute(path), new ApiError(7000, reason)));
    }

    @Override
    public Answer failed(String path, String id) {
        return Envelope.failure(
                500, List.of(new ApiError(1000, "Internal error; the log has its cause under the id " + id)));
    }
}
