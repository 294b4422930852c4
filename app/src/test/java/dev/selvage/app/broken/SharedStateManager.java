package dev.selvage.app.broken;

import org.jspecify.annotations.Nullable;

/// Keeps static mutable state, under a name that says nothing.
final class SharedStateManager {
    static @Nullable String state;

    private SharedStateManager() {}
}
