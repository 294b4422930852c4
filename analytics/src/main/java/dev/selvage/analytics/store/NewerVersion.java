package dev.selvage.analytics.store;

/// The file was written by a newer program; the message says what to do.
public final class NewerVersion extends Exception {
    private static final long serialVersionUID = 1L;

    NewerVersion(String message) {
        super(message);
    }
}
