package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./selvage completion bash|zsh`
@Command(
        name = "completion",
        description = "Prints a script that completes the commands in a shell.",
        sortOptions = false,
        footer = {
            "",
            "Add to ~/.bashrc or ~/.zshrc:",
            "  source <(/path/to/selvage completion bash)",
            "It completes selvage and ./selvage."
        })
final class CompletionCommand implements Callable<Integer> {
    private final Surroundings around;

    @Parameters(index = "0", paramLabel = "SHELL", description = "bash or zsh.")
    private String shell = "";

    @Spec
    private @Nullable CommandSpec spec;

    CompletionCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            around.err().println("selvage: expected bash or zsh, not " + Printable.line(shell));
            return Exit.USAGE.code;
        }
        if (spec == null) {
            throw new IllegalStateException("picocli sets it");
        }
        CommandLine root = spec.root().commandLine();
        // The launcher has these two for itself.
        for (String own : new String[] {"test", "bench"}) {
            if (!root.getSubcommands().containsKey(own)) {
                root.addSubcommand(own, CommandSpec.create());
            }
        }
        // The same script serves both: for zsh it loads bashcompinit by itself.
        String script = AutoComplete.bash("selvage", root);
        around.out().writeBytes(script.getBytes(StandardCharsets.UTF_8));
        around.out().flush();
        return Exit.OK.code;
    }
}
