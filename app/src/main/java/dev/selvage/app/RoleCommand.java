package dev.selvage.app;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// One role of a fleet, which this version does not start: it says so instead of pretending.
@Command(description = "One role of a fleet; not in this version.", hidden = true)
final class RoleCommand implements Callable<Integer> {
    private final String role;
    private final PrintStream err;

    @Option(names = "--config", paramLabel = "FILE", description = "A settings file in YAML.")
    private @Nullable Path config;

    RoleCommand(String role, PrintStream err) {
        this.role = role;
        this.err = err;
    }

    @Override
    public Integer call() {
        err.println("selvage: this version cannot run the " + role + " of a fleet by itself"
                + (config == null ? "" : " (" + config + " was not read)")
                + "; everything on one machine starts with: ./selvage up");
        return Exit.CONFIG.code;
    }
}
