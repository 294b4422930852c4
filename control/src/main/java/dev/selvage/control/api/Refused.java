package dev.selvage.control.api;

import java.util.List;

/// Ends a call with a 4xx answer; within a transaction nothing of it stays.
///
/// An exception because it must undo a transaction from any depth; it costs no stack trace.
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient List<ApiError> errors;

    public Refused(int status, List<ApiError> errors) {
        super(errors.toString(), null, false, false);
        this.status = status;
        this.errors = List.copyOf(errors);
    }

    public Refused(int status, ApiError error) {
        this(status, List.of(error));
    }

    public Refused(int status, int code, String message) {
        this(status, new ApiError(code, message));
    }

    public int status() {
        return status;
    }

    public List<ApiError> errors() {
        return errors;
    }
}
