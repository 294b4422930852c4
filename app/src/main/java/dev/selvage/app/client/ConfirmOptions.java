package dev.selvage.app.client;

import picocli.CommandLine.Option;

/// The yes that a removal needs where nobody can be asked.
final class ConfirmOptions {
    @Option(
            names = {"-y", "--yes"},
            description = "Does not ask.")
    boolean yes;
}
