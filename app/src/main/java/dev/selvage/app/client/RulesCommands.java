package dev.selvage.app.client;

import dev.selvage.app.Exit;
import dev.selvage.toolkit.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `./selvage rules …`
final class RulesCommands {
    private static final String PHASE = "The phase, such as http_request_cache_settings, or its short name: redirect,"
            + " rewrite, config, origin, firewall, ratelimit, request-headers, cache, response-headers, errors.";
    private static final String RULE = "The rule's id or ref.";

    /// What people call the phases, in the order in which a request meets them.
    private static final Map<String, String> PHASES = phases();

    /// The actions of the phases that have one only.
    private static final Map<String, String> ACTIONS = Map.of(
            "http_request_dynamic_redirect", "redirect",
            "http_request_transform", "rewrite",
            "http_config_settings", "set_config",
            "http_request_origin", "route",
            "http_request_late_transform", "rewrite",
            "http_request_cache_settings", "set_cache_settings",
            "http_response_headers_transform", "rewrite",
            "http_custom_errors", "serve_error");

    private static final List<Column> ROW = List.of(
            Column.of("PHASE", "/phase"),
            Column.whole("ENABLED", "/enabled"),
            Column.whole("ACTION", "/action"),
            Column.of("EXPRESSION", "/expression"),
            Column.of("DESCRIPTION", "/description"),
            Column.whole("ID", "/id"));
    private static final List<Column> DETAILS = List.of(
            Column.of("Action", "/action"),
            Column.of("Parameters", "/action_parameters"),
            Column.of("Rate limit", "/ratelimit"),
            Column.of("Expression", "/expression"),
            Column.of("Description", "/description"),
            Column.of("Enabled", "/enabled"),
            Column.of("Ref", "/ref"),
            Column.of("Version", "/version"),
            Column.of("Updated", "/last_updated"),
            Column.of("Id", "/id"));

    private RulesCommands() {}

    private static Map<String, String> phases() {
        Map<String, String> phases = new LinkedHashMap<>();
        phases.put("redirect", "http_request_dynamic_redirect");
        phases.put("rewrite", "http_request_transform");
        phases.put("config", "http_config_settings");
        phases.put("origin", "http_request_origin");
        phases.put("firewall", "http_request_firewall_custom");
        phases.put("ratelimit", "http_ratelimit");
        phases.put("request-headers", "http_request_late_transform");
        phases.put("cache", "http_request_cache_settings");
        phases.put("response-headers", "http_response_headers_transform");
        phases.put("errors", "http_custom_errors");
        return Collections.unmodifiableMap(phases);
    }

    /// @param called the verb, where the command line has one
    static CommandLine of(Surroundings around, String called) {
        return Group.of(
                "rules",
                "Rules of a zone: what happens to which requests.",
                called,
                new Group.Verb("list", () -> new All(around)),
                new Group.Verb("get", () -> new Get(around)),
                new Group.Verb("add", () -> new Add(around)),
                new Group.Verb("set", () -> new Change(around)),
                new Group.Verb("replace", () -> new Replace(around)),
                new Group.Verb("remove", () -> new Remove(around)));
    }

    @Command(name = "list", description = "Lists the rules of a zone, phase by phase.", sortOptions = false)
    private static final class All extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", arity = "0..1", paramLabel = "PHASE", description = PHASE)
        private @Nullable String phase;

        All(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            String wanted = phase == null ? null : phase(phase);
            ApiPath rulesets = rulesets(session, zone);
            session.output.many(
                    item -> {
                        for (Ruled ruled : rules(session, rulesets)) {
                            JsonNode its = ruled.ruleset.path("phase");
                            if (wanted == null || its.asString("").equals(wanted)) {
                                ObjectNode row = Session.object();
                                row.set("phase", its);
                                ruled.rule.properties().forEach(field -> row.set(field.getKey(), field.getValue()));
                                item.accept(row);
                            }
                        }
                    },
                    ROW);
        }
    }

    @Command(
            name = "get",
            description = "Prints the rules of a phase as JSON, as the command replace takes them.",
            sortOptions = false)
    private static final class Get extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "PHASE", description = PHASE)
        private String phase = "";

        Get(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            session.output.json(session.client.result("GET", entryPoint(rulesets(session, zone), phase(phase))));
        }
    }

    /// What a rule can be given.
    private static final class Fields {
        @Option(
                names = {"-e", "--expression"},
                paramLabel = "TEXT",
                description = "Which requests it is for, in the rules language.")
        private @Nullable String expression;

        @Option(
                names = {"-a", "--action"},
                paramLabel = "ACTION",
                description = "What happens to them; may be left out where the phase has one action only.")
        private @Nullable String action;

        @Option(
                names = {"-p", "--parameters"},
                paramLabel = "JSON|@FILE|-",
                description = "The action's parameters: JSON, a file that holds it, or - for the standard input.")
        private @Nullable String parameters;

        @Option(names = "--ratelimit", paramLabel = "JSON|@FILE|-", description = "What a rate limit counts.")
        private @Nullable String ratelimit;

        @Option(names = "--description", paramLabel = "TEXT", description = "A remark; empty takes it away.")
        private @Nullable String description;

        @Option(names = "--ref", paramLabel = "TEXT", description = "A name of yours for the rule.")
        private @Nullable String ref;

        @Option(names = "--enabled", negatable = true, description = "Switches it on, or with --no-enabled off.")
        private @Nullable Boolean enabled;

        @Option(names = "--before", paramLabel = "RULE", description = "Puts it before this rule.")
        private @Nullable String before;

        @Option(names = "--after", paramLabel = "RULE", description = "Puts it after this rule.")
        private @Nullable String after;

        @Option(names = "--first", description = "Puts it before all others.")
        private boolean first;

        @Option(names = "--last", description = "Puts it after all others.")
        private boolean last;

        @Option(names = "--dry-run", description = "Has the API check everything and change nothing.")
        private boolean rehearsal;

        ObjectNode rule(ClientCommand command) throws ClientFailure {
            ObjectNode rule = Session.object();
            put(rule, "ref", ref);
            put(rule, "expression", expression);
            put(rule, "action", action);
            put(rule, "description", description);
            if (parameters != null) {
                rule.set("action_parameters", json(command, "--parameters", parameters));
            }
            if (ratelimit != null) {
                rule.set("ratelimit", json(command, "--ratelimit", ratelimit));
            }
            if (enabled != null) {
                rule.put("enabled", enabled);
            }
            return rule;
        }

        private static void put(ObjectNode rule, String field, @Nullable String value) {
            if (value != null) {
                rule.put(field, value);
            }
        }

        /// @param others the rules that `--before` and `--after` may name
        void place(ObjectNode rule, List<Ruled> others) throws ClientFailure {
            int given = (before == null ? 0 : 1) + (after == null ? 0 : 1) + (first ? 1 : 0) + (last ? 1 : 0);
            if (given > 1) {
                throw new ClientFailure(Exit.USAGE, "of --before, --after, --first and --last only one can be");
            }
            if (given == 1) {
                ObjectNode position = rule.putObject("position");
                if (before != null || first) {
                    position.put("before", before == null ? "" : Names.id(ruled(others, before).rule));
                } else {
                    position.put("after", after == null ? "" : Names.id(ruled(others, after).rule));
                }
            }
        }

        ApiPath path(ApiPath path) {
            return path.with("dry_run", rehearsal ? true : null);
        }
    }

    @Command(
            name = "add",
            description = "Adds a rule to a phase, after the others.",
            sortOptions = false,
            footer = {
                "",
                "Examples:",
                "  ./selvage rules add example.com cache -e 'starts_with(http.request.uri.path, \"/static/\")' \\",
                "      -p '{\"cache\":true,\"edge_ttl\":{\"mode\":\"override_origin\",\"default\":86400}}'",
                "  ./selvage rules add example.com firewall -e 'ip.src in {192.0.2.0/24}' -a block"
            })
    private static final class Add extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "PHASE", description = PHASE)
        private String phase = "";

        @Mixin
        private final Fields fields = new Fields();

        Add(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            String named = phase(phase);
            ObjectNode rule = fields.rule(this);
            String usual = ACTIONS.get(named);
            if (!rule.has("action") && usual != null) {
                rule.put("action", usual);
            }
            ApiPath rulesets = rulesets(session, zone);
            Optional<JsonNode> there = entryPoint(session, rulesets, named);
            List<Ruled> others = there.map(RulesCommands::rules).orElse(List.of());
            fields.place(rule, others);
            JsonNode after;
            if (there.isPresent()) {
                after = session.client.result(
                        "POST", fields.path(rulesets.then(Names.id(there.get())).then("rules")), rule);
            } else {
                rule.remove("position");
                ObjectNode ruleset = Session.object()
                        .put("name", "default")
                        .put("kind", "zone")
                        .put("phase", named);
                ruleset.putArray("rules").add(rule);
                after = session.client.result("POST", fields.path(rulesets), ruleset);
            }
            List<String> known = Names.texts(others.stream().map(Ruled::rule).toList(), "/id");
            show(
                    session,
                    "added a rule to " + named,
                    after,
                    each -> !known.contains(each.path("id").asString("")));
        }
    }

    @Command(name = "set", description = "Changes or moves a rule; what is not named stays.", sortOptions = false)
    private static final class Change extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "RULE", description = RULE)
        private String rule = "";

        @Mixin
        private final Fields fields = new Fields();

        Change(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            ApiPath rulesets = rulesets(session, zone);
            List<Ruled> all = rules(session, rulesets);
            Ruled meant = ruled(all, rule);
            ObjectNode body = fields.rule(this);
            fields.place(body, rules(meant.ruleset));
            if (body.isEmpty()) {
                throw new ClientFailure(Exit.USAGE, "name what to change, such as --expression or --no-enabled");
            }
            String id = Names.id(meant.rule);
            JsonNode after = session.client.result("PATCH", fields.path(meant.path(rulesets)), body);
            show(
                    session,
                    "changed the rule " + id,
                    after,
                    each -> each.path("id").asString("").equals(id));
        }
    }

    @Command(
            name = "replace",
            description = "Replaces all rules of a phase by those of a file, as the command get prints them.",
            sortOptions = false)
    private static final class Replace extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "PHASE", description = PHASE)
        private String phase = "";

        @Parameters(
                index = "2",
                paramLabel = "FILE",
                description = "JSON: a ruleset, or an array of rules; - for the standard input.")
        private String file = "";

        @Option(names = "--dry-run", description = "Has the API check everything and change nothing.")
        private boolean rehearsal;

        Replace(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            String named = phase(phase);
            JsonNode given = parsed(file, input(file));
            ObjectNode body = Session.object();
            body.set("rules", given instanceof ArrayNode ? given : given.path("rules"));
            if (!body.path("rules").isArray()) {
                throw new ClientFailure(Exit.USAGE, file + " has neither an array of rules nor a ruleset");
            }
            if (given.path("description").isString()) {
                body.set("description", given.get("description"));
            }
            ApiPath path = entryPoint(rulesets(session, zone), named).with("dry_run", rehearsal ? true : null);
            JsonNode after = session.client.result("PUT", path, body);
            int count = body.path("rules").size();
            String what = count + (count == 1 ? " rule" : " rules");
            session.output.done(
                    rehearsal ? "nothing is wrong with " + what + "; nothing was changed" : named + " has " + what,
                    after);
        }
    }

    @Command(name = "remove", description = "Removes a rule.", sortOptions = false)
    private static final class Remove extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "RULE", description = RULE)
        private String rule = "";

        @Mixin
        private final ConfirmOptions confirm = new ConfirmOptions();

        Remove(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            ApiPath rulesets = rulesets(session, zone);
            Ruled meant = ruled(rules(session, rulesets), rule);
            String what = "the rule " + Names.id(meant.rule) + " of "
                    + meant.ruleset.path("phase").asString("");
            confirm(session, confirm.yes, "remove " + what);
            JsonNode after = session.client.result("DELETE", meant.path(rulesets));
            session.output.done("removed " + what, after);
        }
    }

    /// A rule and what it is in.
    record Ruled(JsonNode ruleset, JsonNode rule) {
        ApiPath path(ApiPath rulesets) throws ClientFailure {
            return rulesets.then(Names.id(ruleset)).then("rules").then(Names.id(rule));
        }
    }

    interface Meant {
        boolean is(JsonNode rule);
    }

    /// The rule that a change was about; nothing of a rehearsal, which has no result.
    private static void show(Session session, String done, JsonNode after, Meant meant) {
        if (after.isNull()) {
            session.output.done("nothing is wrong with the rule; nothing was changed", after);
            return;
        }
        session.output.note(done);
        for (JsonNode rule : after.path("rules")) {
            if (meant.is(rule)) {
                session.output.one(rule, DETAILS);
            }
        }
    }

    private static String phase(String given) throws ClientFailure {
        String phase = PHASES.getOrDefault(given, given);
        if (!PHASES.containsValue(phase)) {
            List<String> known = new ArrayList<>(PHASES.keySet());
            known.addAll(PHASES.values());
            throw Names.unknown("phase", given, known);
        }
        return phase;
    }

    private static ApiPath rulesets(Session session, String zone) throws ClientFailure {
        return ApiPath.of("zones", session.names.zone(zone).id(), "rulesets");
    }

    private static ApiPath entryPoint(ApiPath rulesets, String phase) {
        return rulesets.then("phases").then(phase).then("entrypoint");
    }

    /// The rules of a phase; empty where it never had any.
    private static Optional<JsonNode> entryPoint(Session session, ApiPath rulesets, String phase) throws ClientFailure {
        for (JsonNode ruleset : session.client.result("GET", rulesets)) {
            if (ruleset.path("phase").asString("").equals(phase)) {
                return Optional.of(session.client.result("GET", rulesets.then(Names.id(ruleset))));
            }
        }
        return Optional.empty();
    }

    /// Every rule of a zone, in the order in which a request meets them.
    private static List<Ruled> rules(Session session, ApiPath rulesets) throws ClientFailure {
        List<Ruled> rules = new ArrayList<>();
        for (JsonNode ruleset : session.client.result("GET", rulesets)) {
            rules.addAll(rules(session.client.result("GET", rulesets.then(Names.id(ruleset)))));
        }
        return rules;
    }

    private static List<Ruled> rules(JsonNode ruleset) {
        return ruleset.path("rules")
                .valueStream()
                .map(rule -> new Ruled(ruleset, rule))
                .toList();
    }

    private static Ruled ruled(List<Ruled> rules, String given) throws ClientFailure {
        List<Ruled> found = rules.stream()
                .filter(ruled -> ruled.rule.path("id").asString("").equals(given)
                        || ruled.rule.path("ref").asString("").equals(given))
                .toList();
        if (found.isEmpty()) {
            List<JsonNode> all = rules.stream().map(Ruled::rule).toList();
            List<String> known = new ArrayList<>(Names.texts(all, "/ref"));
            known.addAll(Names.texts(all, "/id"));
            throw Names.unknown("rule", given, known);
        }
        if (found.size() > 1) {
            throw new ClientFailure(
                    Exit.USAGE, "there are " + found.size() + " rules `" + given + "`; name one by its id");
        }
        return found.getFirst();
    }

    private static JsonNode json(ClientCommand command, String option, String given) throws ClientFailure {
        boolean file = given.startsWith("@") || given.equals("-");
        byte[] bytes = file
                ? command.input(given.startsWith("@") ? given.substring(1) : given)
                : given.getBytes(StandardCharsets.UTF_8);
        return parsed(option, bytes);
    }

    private static JsonNode parsed(String what, byte[] bytes) throws ClientFailure {
        try {
            JsonNode json = Json.MAPPER.readTree(bytes);
            if (json.isContainer()) {
                return json;
            }
        } catch (JacksonException noJson) {
            // then it is not what was wanted
        }
        throw new ClientFailure(Exit.USAGE, what + ": expected JSON, such as {\"cache\": true}");
    }
}
