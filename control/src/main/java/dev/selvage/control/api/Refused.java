package dev.selvage.control.api;

import java.util.List;
import java.util.Map;

/// Ends a call with a 4xx answer; within a transaction nothing of it stays.
///
/// An exception because it must undo a transaction from any depth; it costs no stack trace.
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient List<ApiError> errors;
    private final transient Map<String, String> headers;

    public Refused(int status, List<ApiError> errors, Map<String, String> headers) {
        super(errors.toString(), null, false, false);
        this.status = status;
        this.errors = List.copyOf(errors);
        this.headers = Map.copyOf(headers);
    }

    /// A conflict lasts, whereas clients take 409 for a reason to try again: they are told not to.
    public Refused(int status, List<ApiError> errors) {
        this(status, errors, status == 409 ? Map.of("x-should-retry", "false") : Map.of());
    }

    public Refused(int status, ApiError error) {
        this(status, List.of(error));
    }

    public Refused(int status, int code, String message) {
        this(status, new ApiError(code, message));
    }

    /// In the API's words for a caller without the permission.
    public static Refused lacking() {
        return new Refused(403, 10_000, "Authentication error");
    }

    public int status() {
        return status;
    }

    public List<ApiError> errors() {
        return errors;
    }

    /// Headers of the answer.
    public Map<String, String> headers() {
        return headers;
    }
}
