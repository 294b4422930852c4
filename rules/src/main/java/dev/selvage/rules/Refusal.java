package dev.selvage.rules;

/// The text is no expression; never leaves this package.
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    Refusal(String message, int line, int column) {
        super(message, null, false, false);
        this.line = line;
        this.column = column;
    }

    <T> Reading<T> reading() {
        return new Reading.Refused<>(String.valueOf(getMessage()), line, column);
    }
}
