package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.json.Json;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// `./selvage setting …`
final class SettingCommands {
    private static final String NAME = "The setting's name, such as cache_level.";

    private static final List<Column> ROW = List.of(
            Column.whole("NAME", "/id"),
            Column.of("VALUE", "/value"),
            Column.whole("EDITABLE", "/editable"),
            Column.whole("MODIFIED", "/modified_on"));

    private SettingCommands() {}

    /// @param called the verb, where the command line has one
    static CommandLine of(Surroundings around, String called) {
        return Group.of(
                "setting",
                "Settings of a zone.",
                called,
                new Group.Verb("list", () -> new All(around)),
                new Group.Verb("get", () -> new Get(around)),
                new Group.Verb("set", () -> new Change(around)));
    }

    @Command(name = "list", description = "Lists the settings of a zone.", sortOptions = false)
    private static final class All extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        All(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            JsonNode all = session.client.result("GET", settings(session, zone));
            session.output.many(all::forEach, ROW);
        }
    }

    @Command(name = "get", description = "Prints the value of a setting.", sortOptions = false)
    private static final class Get extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "NAME", description = NAME)
        private String name = "";

        Get(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            print(session, setting(session, settings(session, zone), name));
        }
    }

    @Command(name = "set", description = "Sets a setting.", sortOptions = false)
    private static final class Change extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "NAME", description = NAME)
        private String name = "";

        @Parameters(
                index = "2",
                paramLabel = "VALUE",
                description = "A word or a number; JSON for a setting whose value is a list or an object.")
        private String value = "";

        Change(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            ApiPath settings = settings(session, zone);
            JsonNode now = setting(session, settings, name);
            ObjectNode body = Session.object();
            body.set("value", like(now.path("value")));
            JsonNode changed = session.client.result("PATCH", settings.then(name), body);
            session.output.note(name + " is set");
            print(session, changed);
        }

        /// The value in the form that the setting has: "1.2" of one that is text stays text.
        private JsonNode like(JsonNode now) throws ClientFailure {
            if (now.isString()) {
                return StringNode.valueOf(value);
            }
            Optional<JsonNode> json = json();
            boolean fits = json.filter(node -> !now.isContainer() || node.isContainer())
                    .isPresent();
            if (now.isContainer() && !fits) {
                throw new ClientFailure(
                        Exit.USAGE, "the value of " + name + " is JSON, such as " + JsonText.compact(now));
            }
            // A word where a number stood is the API's to judge: some settings take both.
            return json.orElse(StringNode.valueOf(value));
        }

        private Optional<JsonNode> json() {
            try {
                return Optional.of(Json.MAPPER.readTree(value)).filter(node -> !node.isMissingNode());
            } catch (JacksonException noJson) {
                return Optional.empty();
            }
        }
    }

    private static ApiPath settings(Session session, String zone) throws ClientFailure {
        return ApiPath.of("zones", session.names.zone(zone).id(), "settings");
    }

    private static JsonNode setting(Session session, ApiPath settings, String name) throws ClientFailure {
        try {
            return session.client.result("GET", settings.then(name));
        } catch (ClientFailure refused) {
            if (refused.exit() != Exit.REFUSED && refused.exit() != Exit.NOT_FOUND) {
                throw refused;
            }
            List<String> known = Names.texts(session.names.all(settings, 1_000), "/id");
            throw known.contains(name) || known.isEmpty() ? refused : Names.unknown("setting", name, known);
        }
    }

    private static void print(Session session, JsonNode setting) {
        if (session.output.isJson()) {
            session.output.json(setting);
            return;
        }
        JsonNode value = setting.path("value");
        session.output.line(value.isString() ? value.stringValue() : JsonText.compact(value));
    }
}
