package dev.selvage.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `./selvage` without a command: says what there is.
@Command(
        name = "./selvage",
        description = "The CDN you own.",
        versionProvider = Selvage.Versions.class,
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND")
final class Selvage implements Runnable {
    /// Stands below the list of commands; not in the annotation, which every command inherits.
    static final String[] FOOTER = {
        "  bench       Measures this machine against its peers; lists the benchmarks",
        "                without a name.",
        "  test        Builds everything and runs every test.",
        "",
        "./selvage COMMAND --help says more about one."
    };

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "name a command; the first one to try is: up http://your-site");
        }
    }

    static final class Versions implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"selvage " + Version.TEXT + " (Java " + Runtime.version() + ")"};
        }
    }
}
