package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `./selvage token …`
final class TokenCommands {
    private static final int PER_PAGE = 50;
    private static final String TOKEN = "The token's name or id.";

    private static final Map<String, String> SCOPES = Map.of(
            "com.cloudflare.api.account.zone", "zone",
            "com.cloudflare.api.account", "account",
            "com.cloudflare.api.user", "user");

    private static final List<Column> ROW = List.of(
            Column.of("NAME", "/name"),
            Column.whole("STATUS", "/status"),
            Column.whole("EXPIRES", "/expires_on"),
            Column.whole("LAST USED", "/last_used_on"),
            Column.whole("ID", "/id"));
    private static final List<Column> DETAILS = List.of(
            Column.of("Name", "/name"),
            Column.of("Id", "/id"),
            Column.of("Status", "/status"),
            Column.of("Not before", "/not_before"),
            Column.of("Expires", "/expires_on"),
            Column.of("From addresses", "/condition/request_ip/in"),
            Column.of("Not from", "/condition/request_ip/not_in"),
            Column.of("Issued", "/issued_on"),
            Column.of("Modified", "/modified_on"),
            Column.of("Last used", "/last_used_on"));
    private static final List<Column> POLICY =
            List.of(Column.whole("EFFECT", "/effect"), Column.of("PERMISSIONS", "/groups"), Column.of("ON", "/on"));
    private static final List<Column> GROUP = List.of(
            Column.of("NAME", "/name"), Column.of("SCOPE", "/scopes").saying(SCOPES), Column.whole("ID", "/id"));
    private static final List<Column> VERIFIED = List.of(
            Column.of("Id", "/id"),
            Column.of("Status", "/status"),
            Column.of("Not before", "/not_before"),
            Column.of("Expires", "/expires_on"));

    private TokenCommands() {}

    /// @param called the verb, where the command line has one
    static CommandLine of(Surroundings around, String called) {
        return Group.of(
                "token",
                "API tokens: who may do what.",
                called,
                new Group.Verb("list", () -> new All(around)),
                new Group.Verb("add", () -> new Add(around)),
                new Group.Verb("show", () -> new Show(around)),
                new Group.Verb("roll", () -> new Roll(around)),
                new Group.Verb("remove", () -> new Remove(around)),
                new Group.Verb("groups", () -> new Groups(around)),
                new Group.Verb("verify", () -> new Verify(around)));
    }

    /// Whose tokens.
    private static final class Owner {
        @Option(
                names = "--owner",
                paramLabel = "ACCOUNT",
                description = "The tokens that belong to this account (name or id) instead of yours.")
        private @Nullable String account;

        ApiPath tokens(Session session) throws ClientFailure {
            return account == null
                    ? ApiPath.of("user", "tokens")
                    : ApiPath.of("accounts", session.names.accountId(account), "tokens");
        }
    }

    @Command(name = "list", description = "Lists the tokens; never their secrets.", sortOptions = false)
    private static final class All extends ClientCommand.Local {
        @Mixin
        private final Owner owner = new Owner();

        @Mixin
        private final ListOptions list = new ListOptions();

        All(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            session.list(owner.tokens(session), PER_PAGE, list.limit, ROW);
        }
    }

    @Command(
            name = "add",
            description = "Makes a token and prints its secret, which nobody can see again.",
            sortOptions = false,
            footer = {"", "Example: ./selvage token add deploy --allow \"Cache Purge\" --zone example.com --expires 90d"
            })
    private static final class Add extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "NAME", description = "What the token is called.")
        private String name = "";

        @Option(
                names = "--allow",
                paramLabel = "PERMISSION",
                required = true,
                description = "A permission group, such as \"DNS Write\"; may be repeated. ./selvage token groups"
                        + " lists them.")
        private List<String> allowed = List.of();

        @Option(names = "--zone", paramLabel = "ZONE", description = "On this zone (name or id); may be repeated.")
        private List<String> zones = List.of();

        @Option(names = "--all-zones", description = "On every zone, or with --account on every zone of it.")
        private boolean allZones;

        @Option(
                names = "--account",
                paramLabel = "ACCOUNT",
                description = "On this account (name or id); may be repeated.")
        private List<String> accounts = List.of();

        @Option(names = "--user", description = "On the user whose token makes this one.")
        private boolean user;

        @Option(names = "--expires", paramLabel = "TIME", description = "When it ends: 90d, 12h, or a day or time.")
        private @Nullable String expires;

        @Option(names = "--not-before", paramLabel = "TIME", description = "When it begins.")
        private @Nullable String notBefore;

        @Option(names = "--ip", paramLabel = "CIDR", description = "Only from these addresses; may be repeated.")
        private List<String> from = List.of();

        @Option(names = "--not-ip", paramLabel = "CIDR", description = "Not from these; may be repeated.")
        private List<String> notFrom = List.of();

        @Mixin
        private final Owner owner = new Owner();

        Add(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            if (allZones && !zones.isEmpty()) {
                throw new ClientFailure(Exit.USAGE, "--zone and --all-zones cannot both be meant");
            }
            Instant now = Instant.now();
            ObjectNode body = Session.object().put("name", name);
            if (expires != null) {
                body.put("expires_on", Moments.after(now, "--expires", expires));
            }
            if (notBefore != null) {
                body.put("not_before", Moments.after(now, "--not-before", notBefore));
            }
            if (!from.isEmpty() || !notFrom.isEmpty()) {
                ObjectNode addresses = body.putObject("condition").putObject("request_ip");
                put(addresses, "in", from);
                put(addresses, "not_in", notFrom);
            }
            ApiPath tokens = owner.tokens(session);
            body.set("policies", policies(session, tokens));
            JsonNode made = session.client.result("POST", tokens, body);
            session.output.note(
                    "made the token " + name + " (" + made.path("id").asString("") + ")");
            printSecret(session, made, made.path("value").asString(""));
        }

        private static void put(ObjectNode addresses, String name, List<String> blocks) {
            if (!blocks.isEmpty()) {
                blocks.forEach(addresses.putArray(name)::add);
            }
        }

        private ArrayNode policies(Session session, ApiPath tokens) throws ClientFailure {
            Policies policies = new Policies(session.client.result("GET", tokens.then("permission_groups")));
            for (String zone : zones) {
                policies.zone(session.names.zone(zone).id());
            }
            for (String account : accounts) {
                String id = session.names.accountId(account);
                policies.account(id);
                if (allZones) {
                    policies.everyZoneOf(id);
                }
            }
            if (allZones && accounts.isEmpty()) {
                policies.everyZone();
            }
            if (user) {
                policies.user(Names.id(session.client.result("GET", ApiPath.of("user"))));
            }
            return policies.allowing(allowed, allZones);
        }
    }

    @Command(name = "show", description = "Shows a token and what it may do.", sortOptions = false)
    private static final class Show extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "TOKEN", description = TOKEN)
        private String token = "";

        @Mixin
        private final Owner owner = new Owner();

        Show(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            JsonNode found = session.names.token(owner.tokens(session), token);
            session.output.one(found, DETAILS);
            if (!session.output.isJson()) {
                session.output.line("");
                session.output.many(
                        line -> {
                            for (JsonNode policy : found.path("policies")) {
                                line.accept(readable(policy));
                            }
                        },
                        POLICY);
            }
        }

        /// A policy in the words of its table: the names of what it permits, and what on.
        private static ObjectNode readable(JsonNode policy) {
            ObjectNode readable =
                    Session.object().put("effect", policy.path("effect").asString(""));
            ArrayNode groups = readable.putArray("groups");
            policy.path("permission_groups")
                    .forEach(group -> groups.add(
                            group.path("name").asString(group.path("id").asString(""))));
            ArrayNode on = readable.putArray("on");
            policy.path("resources").properties().forEach(resource -> {
                String name = shortened(resource.getKey());
                if (resource.getValue().isObject()) {
                    resource.getValue().propertyNames().forEach(inner -> on.add(name + " " + shortened(inner)));
                } else {
                    on.add(name);
                }
            });
            return readable;
        }

        private static String shortened(String resource) {
            String prefix = "com.cloudflare.api.";
            String name = resource.startsWith(prefix) ? resource.substring(prefix.length()) : resource;
            return name.startsWith("account.zone.") ? name.substring("account.".length()) : name;
        }
    }

    @Command(
            name = "roll",
            description = "Gives a token a new secret and prints it; the old one ends at once.",
            sortOptions = false)
    private static final class Roll extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "TOKEN", description = TOKEN)
        private String token = "";

        @Mixin
        private final Owner owner = new Owner();

        @Mixin
        private final ConfirmOptions confirm = new ConfirmOptions();

        Roll(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            ApiPath tokens = owner.tokens(session);
            JsonNode found = session.names.token(tokens, token);
            String name = found.path("name").asString(token);
            confirm(session, confirm.yes, "end the secret of the token " + name + " at once and make a new one");
            ApiPath value = tokens.then(Names.id(found)).then("value");
            JsonNode secret = session.client.result("PUT", value, Session.object());
            session.output.note("the token " + name + " has a new secret");
            printSecret(session, secret, secret.asString(""));
        }
    }

    @Command(name = "remove", description = "Removes a token; it ends at once.", sortOptions = false)
    private static final class Remove extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "TOKEN", description = TOKEN)
        private String token = "";

        @Mixin
        private final Owner owner = new Owner();

        @Mixin
        private final ConfirmOptions confirm = new ConfirmOptions();

        Remove(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            ApiPath tokens = owner.tokens(session);
            JsonNode found = session.names.token(tokens, token);
            String name = found.path("name").asString(token);
            confirm(session, confirm.yes, "remove the token " + name);
            JsonNode removed = session.client.result("DELETE", tokens.then(Names.id(found)));
            session.output.done("removed the token " + name, removed);
        }
    }

    @Command(name = "groups", description = "Lists the permission groups that --allow takes.", sortOptions = false)
    private static final class Groups extends ClientCommand.Local {
        @Option(names = "--scope", paramLabel = "SCOPE", description = "Only those for zone, account or user.")
        private @Nullable String scope;

        @Mixin
        private final Owner owner = new Owner();

        Groups(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            if (scope != null && !SCOPES.containsValue(scope)) {
                throw new ClientFailure(Exit.USAGE, "--scope: expected zone, account or user");
            }
            JsonNode groups = session.client.result("GET", owner.tokens(session).then("permission_groups"));
            List<JsonNode> shown = new ArrayList<>();
            for (JsonNode group : groups) {
                boolean inScope = scope == null;
                for (JsonNode one : group.path("scopes")) {
                    inScope |= SCOPES.getOrDefault(one.asString(""), "").equals(scope);
                }
                if (inScope) {
                    shown.add(group);
                }
            }
            session.output.many(shown::forEach, GROUP);
        }
    }

    @Command(name = "verify", description = "Asks whether the token in use is good.", sortOptions = false)
    private static final class Verify extends ClientCommand.Local {
        @Mixin
        private final Owner owner = new Owner();

        Verify(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            session.output.one(
                    session.client.result("GET", owner.tokens(session).then("verify")), VERIFIED);
        }
    }

    /// The secret alone on the standard output, so that a script can take it; with `--json` the whole result.
    private static void printSecret(Session session, JsonNode result, String secret) throws ClientFailure {
        if (secret.isEmpty()) {
            throw new ClientFailure(Exit.PROTOCOL, "the API answered no secret; it may have made the token");
        }
        if (session.output.isJson()) {
            session.output.json(result);
        } else {
            session.output.note("this is its secret, shown this once:");
            session.output.line(secret);
        }
    }
}
