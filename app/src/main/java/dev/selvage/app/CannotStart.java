package dev.selvage.app;

/// Why the program does not start, in words for the person who started it.
final class CannotStart extends Exception {
    private static final long serialVersionUID = 1L;

    private final Exit exit;

    /// @param message what was wrong and what would be right; may have several lines
    CannotStart(Exit exit, String message) {
        super(message);
        this.exit = exit;
    }

    CannotStart(Exit exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    Exit exit() {
        return exit;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
