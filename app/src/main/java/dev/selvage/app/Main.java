package dev.selvage.app;

import dev.selvage.app.client.ClientCommands;
import dev.selvage.app.client.Surroundings;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;

/// The program: a list of commands.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, Surroundings.ofProcess()));
    }

    /// Runs one command and gives its exit code.
    static int run(String[] arguments, Surroundings around) {
        PrintStream out = around.out();
        PrintStream err = around.err();
        CommandLine program = new CommandLine(new Selvage(), CommandLine.defaultFactory());
        if (!ClientCommands.addCalled(program, arguments, around)) {
            program.addSubcommand(new UpCommand(out, err, around.environment()))
                    .addSubcommand(new DemoCommand(out))
                    .addSubcommand(new ConfigCommand(out))
                    .addSubcommand("edge", new RoleCommand("edge", err))
                    .addSubcommand("control", new RoleCommand("control", err))
                    .addSubcommand("analytics", new RoleCommand("analytics", err))
                    .addSubcommand("logs", new RoleCommand("logs", err))
                    .addSubcommand(new TrainCommand());
            ClientCommands.addAll(program, around);
        }
        program.getCommandSpec().usageMessage().footer(Selvage.FOOTER);
        return program.setOut(writer(out))
                .setErr(writer(err))
                .setParameterExceptionHandler((wrong, _) -> misused(wrong, err))
                .setExecutionExceptionHandler((failure, _, _) -> failed(failure, err))
                .execute(arguments);
    }

    private static int misused(CommandLine.ParameterException wrong, PrintStream err) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        err.println("selvage: " + wrong.getMessage());
        if (wrong instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            err.println("Did you mean: " + String.join(", ", unmatched.getSuggestions()) + "?");
        }
        err.println("Try: " + command + " --help");
        return Exit.USAGE.code;
    }

    private static int failed(Exception failure, PrintStream err) {
        if (failure instanceof CannotStart reason) {
            reason.text().lines().forEach(line -> err.println("selvage: " + line));
            return reason.exit().code;
        }
        err.println("selvage: this should not have happened; please report it with what follows");
        failure.printStackTrace(err);
        return Exit.SOFTWARE.code;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
    }
}
