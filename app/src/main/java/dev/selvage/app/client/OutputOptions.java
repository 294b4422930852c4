package dev.selvage.app.client;

import picocli.CommandLine.Option;

/// How to say it.
final class OutputOptions {
    static final String HEADING = "%nOutput:%n";

    @Option(names = "--json", description = "Prints the API's result as JSON: indented on a terminal, else compact.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Says nothing but data and errors.")
    boolean quiet;

    @Option(names = "--no-color", description = "No colours; NO_COLOR in the environment does the same.")
    boolean noColor;
}
