package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `./selvage zone …`
final class ZoneCommands {
    static final String ZONE = "The zone's name or id.";

    private static final int PER_PAGE = 50;

    /// The most URLs of one purge.
    private static final int URLS_AT_ONCE = 500;

    private static final List<Column> ROW = List.of(
            Column.of("NAME", "/name"),
            Column.whole("STATUS", "/status"),
            Column.whole("PAUSED", "/paused"),
            Column.of("ACCOUNT", "/account/name"),
            Column.whole("CREATED", "/created_on"),
            Column.whole("ID", "/id"));
    private static final List<Column> DETAILS = List.of(
            Column.of("Name", "/name"),
            Column.of("Id", "/id"),
            Column.of("Status", "/status"),
            Column.of("Paused", "/paused"),
            Column.of("Type", "/type"),
            Column.of("Catch-all", "/catch_all"),
            Column.of("Development mode", "/development_mode"),
            Column.of("Account", "/account/name"),
            Column.of("Account id", "/account/id"),
            Column.of("Name servers", "/name_servers"),
            Column.of("Created", "/created_on"),
            Column.of("Modified", "/modified_on"));

    private ZoneCommands() {}

    /// @param called the verb, where the command line has one
    static CommandLine of(Surroundings around, String called) {
        return Group.of(
                "zone",
                "Zones: the sites that the edge serves.",
                called,
                new Group.Verb("list", () -> new All(around)),
                new Group.Verb("add", () -> new Add(around)),
                new Group.Verb("show", () -> new Show(around)),
                new Group.Verb("remove", () -> new Remove(around)),
                new Group.Verb("pause", () -> new Pause(around)),
                new Group.Verb("resume", () -> new Resume(around)),
                new Group.Verb("purge", () -> new Purge(around)));
    }

    @Command(name = "list", description = "Lists the zones.", sortOptions = false)
    private static final class All extends ClientCommand.Local {
        @Option(
                names = "--name",
                paramLabel = "FILTER",
                description = "Only these: a name, or an operator and a text, such as contains:shop.")
        private @Nullable String name;

        @Option(names = "--account", paramLabel = "ACCOUNT", description = "Only those of this account (name or id).")
        private @Nullable String account;

        @Option(names = "--status", paramLabel = "STATUS", description = "Only those with this status, such as active.")
        private @Nullable String status;

        @Mixin
        private final ListOptions list = new ListOptions();

        All(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            String accountId = account == null ? null : session.names.accountId(account);
            ApiPath path = ApiPath.of("zones")
                    .with("name", name)
                    .with("account.id", accountId)
                    .with("status", status);
            session.list(path, PER_PAGE, list.limit, ROW);
        }
    }

    @Command(name = "add", description = "Makes a zone.", sortOptions = false)
    private static final class Add extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "NAME", description = "The domain, such as example.com.")
        private String name = "";

        @Option(
                names = "--account",
                paramLabel = "ACCOUNT",
                description = "Whose it is (name or id); not needed where there is one account.")
        private @Nullable String account;

        @Option(names = "--type", paramLabel = "TYPE", description = "full, partial, secondary or internal (full).")
        private @Nullable String type;

        Add(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            String accountId = account == null ? session.names.onlyAccountId() : session.names.accountId(account);
            ObjectNode body = Session.object().put("name", name);
            body.putObject("account").put("id", accountId);
            if (type != null) {
                body.put("type", type);
            }
            JsonNode made = session.client.result("POST", ApiPath.of("zones"), body);
            session.output.note("made the zone " + made.path("name").asString(name));
            session.output.one(made, DETAILS);
        }
    }

    @Command(name = "show", description = "Shows a zone.", sortOptions = false)
    private static final class Show extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZONE)
        private String zone = "";

        Show(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            session.output.one(session.names.wholeZone(zone), DETAILS);
        }
    }

    @Command(name = "remove", description = "Removes a zone with its records and rules.", sortOptions = false)
    private static final class Remove extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZONE)
        private String zone = "";

        @Mixin
        private final ConfirmOptions confirm = new ConfirmOptions();

        Remove(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            JsonNode found = session.names.wholeZone(zone);
            String name = found.path("name").asString(zone);
            confirm(session, confirm.yes, "remove the zone " + name + " with its records, settings and rules");
            JsonNode removed = session.client.result("DELETE", ApiPath.of("zones", Names.id(found)));
            session.output.done("removed the zone " + name, removed);
        }
    }

    @Command(name = "pause", description = "Pauses a zone: its visitors go past the cache.", sortOptions = false)
    private static final class Pause extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZONE)
        private String zone = "";

        Pause(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            setPaused(session, zone, true);
        }
    }

    @Command(name = "resume", description = "Ends the pause of a zone.", sortOptions = false)
    private static final class Resume extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZONE)
        private String zone = "";

        Resume(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            setPaused(session, zone, false);
        }
    }

    private static void setPaused(Session session, String zone, boolean paused) throws ClientFailure {
        JsonNode changed = session.client.result(
                "PATCH",
                ApiPath.of("zones", session.names.zone(zone).id()),
                Session.object().put("paused", paused));
        String name = changed.path("name").asString(zone);
        session.output.done(name + (paused ? " is paused" : " is no longer paused"), changed);
    }

    @Command(name = "purge", description = "Takes URLs, or everything, out of the cache.", sortOptions = false)
    private static final class Purge extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZONE)
        private String zone = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "URL", description = "The URLs, with scheme and host.")
        private List<String> urls = List.of();

        @Option(names = "--everything", description = "All that is cached of the zone.")
        private boolean everything;

        @Mixin
        private final ConfirmOptions confirm = new ConfirmOptions();

        Purge(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            if (everything == !urls.isEmpty()) {
                throw new ClientFailure(Exit.USAGE, "name what to purge: URLs, or --everything");
            }
            Names.Zone found = session.names.zone(zone);
            String name = found.shown();
            ApiPath path = ApiPath.of("zones", found.id(), "purge_cache");
            if (everything) {
                confirm(session, confirm.yes, "purge all that is cached of " + name);
                JsonNode purged =
                        session.client.result("POST", path, Session.object().put("purge_everything", true));
                session.output.done("purged everything of " + name, purged);
                return;
            }
            ArrayNode purges = Json.MAPPER.createArrayNode();
            for (int from = 0; from < urls.size(); from += URLS_AT_ONCE) {
                List<String> some = urls.subList(from, Math.min(from + URLS_AT_ONCE, urls.size()));
                ObjectNode body = Session.object();
                some.forEach(body.putArray("files")::add);
                purges.add(session.client.result("POST", path, body));
                session.output.note("purged " + (from + some.size()) + " of " + urls.size()
                        + (urls.size() == 1 ? " URL of " : " URLs of ") + name);
            }
            if (session.output.isJson()) {
                session.output.json(purges.size() == 1 ? purges.get(0) : purges);
            }
        }
    }
}
