package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `./selvage audit …`
final class AuditCommands {
    private static final int PER_PAGE = 100;

    private static final List<Column> ROW = List.of(
            Column.whole("WHEN", "/when"),
            Column.whole("ACTION", "/action/type"),
            Column.whole("RESOURCE", "/resource/type"),
            Column.of("WHAT", "/newValueJson/name /oldValueJson/name /newValueJson/id /resource/id"),
            Column.of("ZONE", "/zone/name /metadata/zone_id"),
            Column.of("WHO", "/actor/email /actor/id /actor/type"),
            Column.of("FROM", "/actor/ip"));

    private AuditCommands() {}

    /// @param called the verb, where the command line has one
    static CommandLine of(Surroundings around, String called) {
        return Group.of(
                "audit",
                "The audit log: who changed what, when, from where.",
                called,
                new Group.Verb("list", () -> new All(around)));
    }

    @Command(
            name = "list",
            description = "Lists the changes, the latest first; --json has what was before and after.",
            sortOptions = false)
    private static final class All extends ClientCommand.Local {
        @Option(
                names = "--account",
                paramLabel = "ACCOUNT",
                description = "Of this account (name or id); not needed where there is one.")
        private @Nullable String account;

        @Option(
                names = "--user",
                description = "What belongs to no account: the user's own tokens, and the accounts themselves.")
        private boolean user;

        @Option(names = "--since", paramLabel = "TIME", description = "From then: 24h (ago), 7d, or a day or time.")
        private @Nullable String since;

        @Option(names = "--before", paramLabel = "TIME", description = "Until then: 24h (ago), 7d, or a day or time.")
        private @Nullable String before;

        @Option(names = "--zone", paramLabel = "NAME", description = "Only changes of this zone.")
        private @Nullable String zone;

        @Option(names = "--action", paramLabel = "ACTION", description = "Only these, such as add or delete.")
        private @Nullable String action;

        @Mixin
        private final ListOptions list = new ListOptions();

        All(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            Instant now = Instant.now();
            String from = since == null ? null : Moments.before(now, "--since", since);
            String to = before == null ? null : Moments.before(now, "--before", before);
            if (user && account != null) {
                throw new ClientFailure(Exit.USAGE, "--user and --account cannot both be meant");
            }
            ApiPath path = log(session)
                    .with("since", from)
                    .with("before", to)
                    .with("zone.name", zone)
                    .with("action.type", action);
            session.list(path, PER_PAGE, list.limit, ROW);
        }

        private ApiPath log(Session session) throws ClientFailure {
            if (user) {
                return ApiPath.of("user", "audit_logs");
            }
            String id = account == null ? session.names.onlyAccountId() : session.names.accountId(account);
            return ApiPath.of("accounts", id, "audit_logs");
        }
    }
}
