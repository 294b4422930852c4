package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Problems;
import dev.selvage.model.rules.Expression;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Reads the rules of a ruleset from a body and says everything that is wrong with them.
///
/// @param id given by the caller; null when not
/// @param ref given by the caller; null when not
/// @param content what counts for "the same rule as before": action, parameters, expression,
///     description, enabled,
/// logging, as the API answers them
record RuleForm(@Nullable String id, @Nullable String ref, ObjectNode content, String pointer) {
    /// Most rules of a ruleset.
    static final int MOST = 1_000;

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

    private static RuleForm one(Body rule, Phase phase) {
        rule.only(FIELDS);
        ObjectNode content = Envelope.object();
        action(rule, phase, content);
        expression(rule, content);
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

    private static void action(Body rule, Phase phase, ObjectNode content) {
        Problems problems = rule.problems();
        String action = rule.require("action") ? rule.text("action", 100) : null;
        if (action != null && !action.equals(phase.action())) {
            problems.add(
                    rule.pointer("action"),
                    "the action of a rule in the phase " + phase.id() + " must be \"" + phase.action() + "\", not \""
                            + action + "\"");
        }
        Body parameters = rule.require("action_parameters") ? rule.object("action_parameters") : null;
        content.put("action", phase.action());
        if (parameters != null) {
            switch (phase) {
                case HTTP_REQUEST_ORIGIN -> RouteParameters.check(parameters);
                case HTTP_REQUEST_CACHE_SETTINGS -> CacheParameters.check(parameters);
            }
            content.set("action_parameters", parameters.node());
        }
    }

    private static void expression(Body rule, ObjectNode content) {
        String expression = rule.require("expression") ? rule.text("expression", 1 << 20) : null;
        if (expression == null) {
            return;
        }
        switch (Expression.parse(expression)) {
            case Expression.Accepted _ -> content.put("expression", expression);
            case Expression.Refused(String message) -> rule.problems().add(rule.pointer("expression"), message);
        }
    }
}
