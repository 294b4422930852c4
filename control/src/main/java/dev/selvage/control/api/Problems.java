package dev.selvage.control.api;

import java.util.ArrayList;
import java.util.List;

/// Everything wrong with a body, collected so that it is reported at once.
public final class Problems {
    private static final int MOST = 50;

    private final int code;
    private final List<ApiError> errors = new ArrayList<>();

    /// @param code of the errors that get none of their own
    public Problems(int code) {
        this.code = code;
    }

    public void add(String pointer, String message) {
        add(new ApiError(code, message, pointer));
    }

    public void add(ApiError error) {
        if (errors.size() < MOST) {
            errors.add(error);
        }
    }

    public int size() {
        return errors.size();
    }

    public boolean none() {
        return errors.isEmpty();
    }

    /// @throws Refused with 400 and every problem, when there is one
    public void refuseIfAny() {
        if (!errors.isEmpty()) {
            throw new Refused(400, errors);
        }
    }
}
