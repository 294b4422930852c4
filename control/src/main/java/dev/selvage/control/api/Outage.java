package dev.selvage.control.api;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.control.store.StoreFailure;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// What is answered when the management store fails: what is in the way, and not which statement found it.
final class Outage {
    private static final System.Logger LOG = System.getLogger(Outage.class.getName());
    private static final int CODE = 1000;

    private Outage() {}

    /// @throws StoreFailure when it is none but a bug
    static Answer answer(Call call, StoreFailure failure) {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        String at = call.method() + " " + call.path();
        return switch (failure.reason()) {
            case FULL -> {
                // Without the stack: there may be many of these, and the log may be on the same disk.
                LOG.log(WARNING, at + ": " + failure.getMessage());
                yield failure(
                        507,
                        "The disk with the management store is full, and nothing was changed. Make room and try again",
                        Map.of("x-should-retry", "false"));
            }
            case UNUSABLE -> {
                LOG.log(ERROR, at + " failed, id " + id, failure);
                yield failure(
                        503,
                        "The management store cannot be used now; the log has the cause under the id " + id,
                        Map.of("retry-after", "1"));
            }
            case BROKEN -> {
                LOG.log(ERROR, at + " failed, id " + id, failure);
                yield failure(
                        500,
                        "The file of the management store is damaged, restore it from a backup; the log has the cause"
                                + " under the id " + id,
                        Map.of("x-should-retry", "false"));
            }
            case BUG -> throw failure;
        };
    }

    private static Answer failure(int status, String message, Map<String, String> headers) {
        return Envelope.failure(status, List.of(new ApiError(CODE, message))).with(headers);
    }
}
