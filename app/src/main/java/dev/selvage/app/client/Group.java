package dev.selvage.app.client;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A word that commands stand below, such as `zone`; by itself it does nothing.
@Command(synopsisSubcommandLabel = "COMMAND")
final class Group implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    /// A command below a group.
    record Verb(String name, Supplier<ClientCommand> command) {}

    /// The group with the verb that is called, or with all of them where none is: making the others would take longer
    /// than many a call.
    static CommandLine of(String name, String description, String called, Verb... verbs) {
        CommandLine group = new CommandLine(new Group());
        group.getCommandSpec().name(name).usageMessage().description(description);
        group.getCommandSpec().usageMessage().footer("", "./selvage " + name + " COMMAND --help says more about one.");
        boolean known = Arrays.stream(verbs).anyMatch(verb -> verb.name().equals(called));
        for (Verb verb : verbs) {
            if (!known || verb.name().equals(called)) {
                group.addSubcommand(verb.name(), verb.command().get());
            }
        }
        return group;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "name a command: " + String.join(", ", spec.subcommands().keySet()));
        }
    }
}
