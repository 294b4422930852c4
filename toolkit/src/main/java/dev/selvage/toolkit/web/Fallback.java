package dev.selvage.toolkit.web;

import java.util.List;

/// What a server answers where no handler does: the API answers in its envelope.
public interface Fallback {
    /// No route has this path.
    Answer notFound(String method, String path);

    /// The path is there, for other methods only.
    Answer methodNotAllowed(String method, String path, List<String> allowed);

    /// The body is larger than `limit` bytes.
    Answer tooLarge(String path, int limit);

    /// The request cannot be understood.
    Answer badRequest(String path, String reason);

    /// A handler failed; `id` is in the log beside the cause.
    Answer failed(String path, String id);
}
