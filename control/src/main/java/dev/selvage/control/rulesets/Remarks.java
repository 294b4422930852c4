package dev.selvage.control.rulesets;

import dev.selvage.control.api.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a caller should know of rules that he stored: what of them the edge does not act on, and what would give one
/// visitor's own to others.
final class Remarks {
    /// The code of a message that the edge does not act on what is stored; as of zone settings.
    private static final int UNAPPLIED = 1300;

    /// The code of a message that what is private would be stored for everybody.
    private static final int SHARED = 1301;

    /// Most messages of an answer.
    private static final int MOST = 50;

    private static final Set<String> CHALLENGES = Set.of("challenge", "js_challenge", "managed_challenge");

    private final List<ObjectNode> messages = new ArrayList<>();

    private Remarks() {}

    /// @param touched the rules that the caller sent
    /// @param zone every ruleset of the zone
    static List<ObjectNode> of(Ruleset ruleset, Predicate<ObjectNode> touched, List<Ruleset> zone) {
        Remarks remarks = new Remarks();
        remarks.shared(ruleset, zone);
        List<ObjectNode> rules = ruleset.each();
        for (int i = 0; i < rules.size(); i++) {
            if (touched.test(rules.get(i))) {
                remarks.unapplied(ruleset.phase(), rules.get(i), "/rules/" + i);
            }
        }
        return remarks.messages;
    }

    /// A rule before the cache is spoken of when it changes itself, and when the cache's rules do.
    private void shared(Ruleset ruleset, List<Ruleset> zone) {
        for (SharedVariants.Finding finding : SharedVariants.in(zone)) {
            if (finding.phase() == ruleset.phase()) {
                add(SHARED, finding.text(), "/rules/" + finding.rule());
            } else if (ruleset.phase() == Phase.HTTP_REQUEST_CACHE_SETTINGS && messages.size() < MOST) {
                messages.add(Envelope.message(
                        SHARED, "in the phase " + finding.phase().id() + " " + finding.text()));
            }
        }
    }

    private void unapplied(Phase phase, ObjectNode rule, String at) {
        JsonNode parameters = rule.path("action_parameters");
        String inParameters = at + "/action_parameters/";
        switch (phase) {
            case HTTP_REQUEST_CACHE_SETTINGS ->
                parameters.propertyNames().stream()
                        .filter(CacheParameters.UNAPPLIED::contains)
                        .forEach(field -> stored(field, inParameters + field));
            case HTTP_CONFIG_SETTINGS ->
                parameters.propertyNames().stream()
                        .filter(field -> !ConfigParameters.applied(field))
                        .forEach(field -> stored(field, inParameters + field));
            case HTTP_REQUEST_FIREWALL_CUSTOM, HTTP_RATELIMIT -> {
                String action = rule.path("action").stringValue();
                if (CHALLENGES.contains(action)) {
                    add(UNAPPLIED, action + " is answered as a block: there are no challenges here", at + "/action");
                }
                if (parameters.has("products")) {
                    add(
                            UNAPPLIED,
                            "products is stored; there is none of them here to pass over",
                            inParameters + "products");
                }
            }
            case HTTP_REQUEST_DYNAMIC_REDIRECT,
                    HTTP_REQUEST_TRANSFORM,
                    HTTP_REQUEST_ORIGIN,
                    HTTP_REQUEST_LATE_TRANSFORM,
                    HTTP_RESPONSE_HEADERS_TRANSFORM,
                    HTTP_CUSTOM_ERRORS -> {}
        }
    }

    private void stored(String field, String pointer) {
        add(UNAPPLIED, field + " is stored; the edge of this version does not act on it", pointer);
    }

    private void add(int code, String text, String pointer) {
        if (messages.size() < MOST) {
            messages.add(Envelope.message(code, text, pointer));
        }
    }
}
