package dev.selvage.app.client;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/// What went wrong, in words.
final class Failures {
    private Failures() {}

    /// Why a file or a connection failed.
    static String reason(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }
}
