package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.util.List;

/// Why a command did not do what it was told, in words for the person who told it.
final class ClientFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final Exit exit;
    private final transient List<String> lines;

    /// @param lines what was wrong and what would be right; may quote anything, so they are cleaned when shown
    ClientFailure(Exit exit, List<String> lines) {
        super(String.join("\n", lines));
        this.exit = exit;
        this.lines = List.copyOf(lines);
    }

    ClientFailure(Exit exit, String... lines) {
        this(exit, List.of(lines));
    }

    Exit exit() {
        return exit;
    }

    List<String> lines() {
        return lines;
    }
}
