package dev.selvage.analytics.query;

/// A question that is not answered, with the reason in the API's words.
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /// @param status the HTTP status
    /// @param code the API's error code
    /// @param message what was wrong and what would be right
    public Refusal(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /// An argument that is not right.
    public static Refusal argument(String field, String reason) {
        return new Refusal(400, "params", "error parsing args for \"" + field + "\": " + reason);
    }

    static Refusal tooLarge() {
        return new Refusal(
                429,
                "resources",
                "query consumed excessive resources, please try running smaller queries which consume fewer resources");
    }

    static Refusal unavailable() {
        return new Refusal(503, "unavailable", "unable to execute query, please try again later");
    }
}
