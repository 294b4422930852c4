package dev.selvage.app.client;

import java.util.List;
import picocli.CommandLine;

/// The commands that call the API.
public final class ClientCommands {
    private static final List<String> NAMES =
            List.of("zone", "dns", "setting", "rules", "purge", "token", "account", "audit", "trace", "query", "api");

    private ClientCommands() {}

    /// Adds the command that is called, if it is one of these.
    ///
    /// @return whether it is; then no other command need be made, which would take longer than many a call
    public static boolean addCalled(CommandLine program, String[] arguments, Surroundings around) {
        if (arguments.length == 0 || !NAMES.contains(arguments[0])) {
            return false;
        }
        program.addSubcommand(command(arguments[0], arguments.length == 1 ? "" : arguments[1], around));
        return true;
    }

    /// Adds all of them.
    public static void addAll(CommandLine program, Surroundings around) {
        NAMES.forEach(name -> program.addSubcommand(command(name, "", around)));
        program.addSubcommand(new CompletionCommand(around));
    }

    private static CommandLine command(String name, String verb, Surroundings around) {
        return switch (name) {
            case "zone" -> ZoneCommands.of(around, verb);
            case "dns" -> DnsCommands.of(around, verb);
            case "setting" -> SettingCommands.of(around, verb);
            case "rules" -> RulesCommands.of(around, verb);
            case "purge" -> PurgeCommand.of(around, verb);
            case "token" -> TokenCommands.of(around, verb);
            case "account" -> AccountCommands.of(around, verb);
            case "audit" -> AuditCommands.of(around, verb);
            case "query" -> new CommandLine(new QueryCommand(around));
            case "trace" -> new CommandLine(new TraceCommand(around));
            default -> new CommandLine(new ApiCommand(around));
        };
    }
}
