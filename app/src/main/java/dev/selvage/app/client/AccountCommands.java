package dev.selvage.app.client;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `./selvage account …`
final class AccountCommands {
    private static final int PER_PAGE = 50;

    private static final List<Column> ROW = List.of(
            Column.of("NAME", "/name"),
            Column.whole("TYPE", "/type"),
            Column.whole("CREATED", "/created_on"),
            Column.whole("ID", "/id"));
    private static final List<Column> DETAILS = List.of(
            Column.of("Name", "/name"),
            Column.of("Id", "/id"),
            Column.of("Type", "/type"),
            Column.of("Created", "/created_on"));

    private AccountCommands() {}

    /// @param called the verb, where the command line has one
    static CommandLine of(Surroundings around, String called) {
        return Group.of(
                "account",
                "Accounts: whose the zones are.",
                called,
                new Group.Verb("list", () -> new All(around)),
                new Group.Verb("add", () -> new Add(around)),
                new Group.Verb("show", () -> new Show(around)));
    }

    @Command(name = "list", description = "Lists the accounts.", sortOptions = false)
    private static final class All extends ClientCommand.Local {
        @Mixin
        private final ListOptions list = new ListOptions();

        All(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            session.list(ApiPath.of("accounts"), PER_PAGE, list.limit, ROW);
        }
    }

    @Command(name = "add", description = "Makes an account; the operator's only.", sortOptions = false)
    private static final class Add extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "NAME", description = "What it is called.")
        private String name = "";

        Add(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            JsonNode made = session.client.result(
                    "POST", ApiPath.of("accounts"), Session.object().put("name", name));
            session.output.note("made the account " + name);
            session.output.one(made, DETAILS);
        }
    }

    @Command(name = "show", description = "Shows an account.", sortOptions = false)
    private static final class Show extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ACCOUNT", description = "The account's name or id.")
        private String account = "";

        Show(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            session.output.one(session.names.account(account), DETAILS);
        }
    }
}
