package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the rules of a ruleset from a body and says everything that is wrong with them.
///
/// @param id given by the caller; null when not
/// @param ref given by the caller; null when not
/// @param content what counts for "the same rule as before": action, parameters, rate limit, expression,
///     description, enabled, logging, as the API answers them
record RuleForm(@Nullable String id, @Nullable String ref, ObjectNode content, String pointer) {
    /// Most rules of a ruleset.
    static final int MOST = 1_000;

    /// What an answer has and a request need not.
    private static final Set<String> IGNORED = Set.of("version", "last_updated", "categories");

    private static final Set<String> FIELDS = Set.of(
            "id",
            "ref",
            "action",
            "action_parameters",
            "expression",
            "description",
            "enabled",
            "logging",
            "version",
            "last_updated",
            "categories");

    private static final String LIMIT = "ratelimit";

    /// The actions that mean something without parameters.
    private static final Set<String> PLAIN = Set.of("block", "challenge", "js_challenge", "log", "managed_challenge");

    static List<RuleForm> read(Body body, Phase phase) {
        List<RuleForm> rules = new ArrayList<>();
        Set<String> refs = new HashSet<>();
        Set<String> ids = new HashSet<>();
        for (Body rule : body.objects("rules", MOST)) {
            RuleForm form = one(rule, phase);
            if (form.ref != null && !refs.add(form.ref)) {
                rule.problems().add(rule.pointer("ref"), "another rule has the same \"ref\"");
            }
            if (form.id != null && !ids.add(form.id)) {
                rule.problems().add(rule.pointer("id"), "another rule has the same \"id\"");
            }
            rules.add(form);
        }
        return rules;
    }

    /// Reads one rule.
    static RuleForm one(Body rule, Phase phase) {
        withoutNulls(rule.node());
        Set<String> fields = new HashSet<>(FIELDS);
        if (phase == Phase.HTTP_RATELIMIT) {
            fields.add(LIMIT);
        }
        rule.only(fields);
        ObjectNode content = Envelope.object();
        action(rule, phase, content);
        if (rule.require("expression")) {
            content.put("expression", Expressed.condition(rule, "expression", phase.scope()));
        }
        content.put("description", Objects.requireNonNullElse(rule.text("description", 1_000), ""));
        content.put("enabled", !Boolean.FALSE.equals(rule.flag("enabled")));
        Body logging = rule.object("logging");
        if (logging != null) {
            logging.only(Set.of("enabled"));
            Boolean on = logging.require("enabled") ? logging.flag("enabled") : null;
            content.putObject("logging").put("enabled", Boolean.TRUE.equals(on));
        }
        String ref = rule.text("ref", 255);
        if (ref != null && ref.isEmpty()) {
            rule.problems().add(rule.pointer("ref"), "\"ref\" must not be empty; leave it out to have the rule's id");
        }
        return new RuleForm(rule.text("id", 100), ref, content, rule.pointer());
    }

    /// What was sent in place of what is stored, field by field; null takes a field away.
    static ObjectNode merged(ObjectNode stored, ObjectNode sent) {
        ObjectNode merged = stored.deepCopy();
        IGNORED.forEach(merged::remove);
        sent.properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
        return merged;
    }

    private static void action(Body rule, Phase phase, ObjectNode content) {
        Problems problems = rule.problems();
        String action = rule.require("action") ? rule.text("action", 100) : null;
        if (action == null) {
            return;
        }
        if (!phase.actions().contains(action)) {
            String known = String.join(
                    ", ",
                    phase.actions().stream()
                            .sorted()
                            .map(each -> '"' + each + '"')
                            .toList());
            problems.add(
                    rule.pointer("action"),
                    "the action of a rule in the phase " + phase.id() + " must be "
                            + (phase.actions().size() == 1 ? "" : "one of ") + known + ", not \"" + action + "\"");
            return;
        }
        content.put("action", action);
        boolean there = PLAIN.contains(action) ? rule.has("action_parameters") : rule.require("action_parameters");
        Body parameters = there ? rule.object("action_parameters") : null;
        if (parameters != null) {
            parameters(phase, action, parameters);
            content.set("action_parameters", parameters.node());
        }
        if (phase == Phase.HTTP_RATELIMIT) {
            Body limit = rule.require(LIMIT) ? rule.object(LIMIT) : null;
            if (limit != null) {
                RateLimitForm.check(limit);
                content.set(LIMIT, limit.node());
            }
        }
    }

    private static void parameters(Phase phase, String action, Body parameters) {
        switch (phase) {
            case HTTP_REQUEST_DYNAMIC_REDIRECT -> RedirectParameters.check(parameters);
            case HTTP_REQUEST_TRANSFORM -> UrlParameters.check(parameters);
            case HTTP_CONFIG_SETTINGS -> ConfigParameters.check(parameters);
            case HTTP_REQUEST_ORIGIN -> RouteParameters.check(parameters);
            case HTTP_REQUEST_FIREWALL_CUSTOM, HTTP_RATELIMIT -> ScreeningParameters.check(action, parameters);
            case HTTP_REQUEST_LATE_TRANSFORM, HTTP_RESPONSE_HEADERS_TRANSFORM ->
                HeaderParameters.check(parameters, phase.scope());
            case HTTP_REQUEST_CACHE_SETTINGS -> CacheParameters.check(parameters);
            case HTTP_CUSTOM_ERRORS -> ErrorParameters.check(parameters);
        }
    }

    /// A field whose value is null is as one that is absent, and is not stored.
    private static void withoutNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        node.forEach(RuleForm::withoutNulls);
    }
}
