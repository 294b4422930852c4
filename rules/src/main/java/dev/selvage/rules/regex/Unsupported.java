package dev.selvage.rules.regex;

/// A pattern that has no automaton here.
final class Unsupported extends Exception {
    private final boolean meaningless;

    /// @param meaningless true when no pattern of bytes can mean it
    Unsupported(String message, boolean meaningless) {
        super(message, null, false, false);
        this.meaningless = meaningless;
    }

    Unsupported(String message) {
        this(message, false);
    }

    boolean meaningless() {
        return meaningless;
    }
}
