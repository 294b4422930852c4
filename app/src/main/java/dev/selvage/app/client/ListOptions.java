package dev.selvage.app.client;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How much of a list.
final class ListOptions {
    @Option(names = "--limit", paramLabel = "NUMBER", description = "Stops after so many (all, up to 100000).")
    @Nullable
    Integer limit;
}
