package dev.selvage.app;

import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Fallback;
import java.util.List;

final class PlainFallback implements Fallback {
    @Override
    public Answer notFound(String method, String path) {
        return Answer.text(404, "nothing here\n");
    }

    @Override
    public Answer methodNotAllowed(String method, String path, List<String> allowed) {
        return Answer.text(405, "not with " + method + "\n");
    }

    @Override
    public Answer tooLarge(String path, int limit) {
        return Answer.text(413, "more than " + limit + " bytes\n");
    }

    @Override
    public Answer badRequest(String path, String reason) {
        return Answer.text(400, reason + "\n");
    }

    @Override
    public Answer failed(String path, String id) {
        return Answer.text(500, "failed; the log has the cause under " + id + "\n");
    }
}
