package dev.selvage.analytics.graphql;

import dev.selvage.analytics.query.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One error of an answer.
record Problem(
        int status, String code, String message, @Nullable List<String> path) {
    static Problem of(Refusal refusal) {
        return new Problem(refusal.status(), refusal.code(), refusal.getMessage(), null);
    }
}
