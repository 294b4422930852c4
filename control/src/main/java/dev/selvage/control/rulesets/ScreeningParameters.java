package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.model.rules.Screening;
import dev.selvage.model.rules.Screening.BlockResponse;
import dev.selvage.model.rules.Screening.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The parameters of the actions that refuse a request, let it pass over rules, or note it.
final class ScreeningParameters {
    /// Longest body of a refusal, in characters.
    static final int LONGEST_CONTENT = 30 << 10;

    /// What a body that an owner writes may be.
    static final Set<String> CONTENT_TYPES = Set.of("application/json", "text/html", "text/plain", "text/xml");

    /// Phases after that of custom rules that can be passed over.
    private static final Set<String> SKIPPABLE =
            Set.of(Phase.HTTP_RATELIMIT.id(), "http_request_firewall_managed", "http_request_sbfm");

    private static final Set<String> PRODUCTS =
            Set.of("bic", "hot", "rateLimit", "securityLevel", "uaBlock", "waf", "zoneLockdown");

    private ScreeningParameters() {}

    static void check(String action, Body parameters) {
        switch (action) {
            case "block" -> block(parameters);
            case "skip" -> skip(parameters);
            default -> {
                if (!parameters.node().isEmpty()) {
                    parameters.problems().add(parameters.pointer(), "the action \"" + action + "\" has no parameters");
                }
            }
        }
    }

    private static void block(Body parameters) {
        parameters.only(Set.of("response"));
        Body response = parameters.object("response");
        if (response == null) {
            return;
        }
        response.only(Set.of("status_code", "content", "content_type"));
        if (response.require("status_code")) {
            response.number("status_code", 400, 499);
        }
        if (response.require("content")) {
            String content = response.text("content", LONGEST_CONTENT);
            if (content != null && content.isEmpty()) {
                response.problems().add(response.pointer("content"), "\"content\" must not be empty");
            }
        }
        if (response.require("content_type")) {
            response.choice("content_type", CONTENT_TYPES);
        }
    }

    private static void skip(Body parameters) {
        for (String field : Set.of("rules", "rulesets")) {
            if (parameters.has(field)) {
                parameters
                        .problems()
                        .add(
                                parameters.pointer(field),
                                "a zone has one ruleset per phase here; use \"ruleset\": \"current\" or \"phases\"");
            }
        }
        parameters.only(Set.of("phase", "phases", "products", "ruleset", "rules", "rulesets"));
        parameters.choice("ruleset", Set.of("current"));
        parameters.choice("phase", Set.of("current"));
        words(parameters, "phases", SKIPPABLE);
        words(parameters, "products", PRODUCTS);
        if (!parameters.has("ruleset")
                && !parameters.has("phase")
                && !parameters.has("phases")
                && !parameters.has("products")) {
            parameters.problems().add(parameters.pointer(), "expected \"ruleset\", \"phases\" or both");
        }
    }

    private static void words(Body body, String field, Set<String> known) {
        List<String> words = body.texts(field, known.size(), 100);
        if (body.node().path(field).isArray() && body.node().path(field).isEmpty()) {
            body.problems().add(body.pointer(field), "\"" + field + "\" must not be empty");
        }
        for (int i = 0; i < words.size(); i++) {
            if (!known.contains(words.get(i)) || words.indexOf(words.get(i)) != i) {
                body.problems()
                        .add(
                                body.pointer(field) + "/" + i,
                                "expected different ones of "
                                        + String.join(
                                                ", ", known.stream().sorted().toList()) + ", not \"" + words.get(i)
                                        + "\"");
            }
        }
    }

    /// The rule for the edge; `rule` passed [#check].
    static Screening compile(JsonNode rule) {
        JsonNode parameters = rule.path("action_parameters");
        JsonNode response = parameters.path("response");
        List<String> phases = new ArrayList<>();
        parameters.path("phases").forEach(phase -> phases.add(phase.stringValue()));
        return new Screening(
                Kind.valueOf(rule.path("action").stringValue().toUpperCase(Locale.ROOT)),
                response.isObject()
                        ? new BlockResponse(
                                response.path("status_code").intValue(),
                                response.path("content").stringValue(),
                                response.path("content_type").stringValue())
                        : null,
                parameters.has("ruleset") || parameters.has("phase"),
                phases);
    }
}
