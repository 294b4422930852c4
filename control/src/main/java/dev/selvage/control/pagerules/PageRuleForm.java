package dev.selvage.control.pagerules;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Problems;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.rules.UrlPattern;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the owner of a page rule decides; reads it from a body and says everything that is wrong with it.
///
/// @param targets as the API takes and answers them; the one target's pattern is within the zone
/// @param actions as the API takes and answers them
/// @param priority the higher one counts
record PageRuleForm(ArrayNode targets, ArrayNode actions, int priority, boolean active) {
    private static final int DEFAULT_PRIORITY = 1;
    private static final String ACTIVE = "active";
    private static final String DISABLED = "disabled";
    static final Set<String> STATUSES = Set.of(ACTIVE, DISABLED);

    /// What a row holds.
    static PageRuleForm stored(ArrayNode targets, ArrayNode actions, int priority, boolean active) {
        return new PageRuleForm(targets, actions, priority, active);
    }

    /// @throws dev.selvage.control.api.Refused with everything that is wrong with `sent`
    static PageRuleForm read(ObjectNode sent, Zone zone) {
        Problems problems = new Problems(PageRulesEndpoints.INVALID);
        Body body = new Body(sent, "", problems);
        ArrayNode targets = Envelope.array();
        ArrayNode actions = Envelope.array();
        UrlPattern pattern = body.require("targets") ? target(body, zone, targets) : null;
        if (body.require("actions")) {
            actions(body, pattern, actions);
        }
        Integer priority = body.number("priority", 1, Integer.MAX_VALUE);
        String status = body.choice("status", STATUSES);
        problems.refuseIfAny();
        return new PageRuleForm(
                targets, actions, Objects.requireNonNullElse(priority, DEFAULT_PRIORITY), ACTIVE.equals(status));
    }

    private static @Nullable UrlPattern target(Body body, Zone zone, ArrayNode targets) {
        ArrayNode sent = body.array("targets");
        if (sent == null) {
            return null;
        }
        if (sent.size() != 1) {
            body.problems().add(body.pointer("targets"), "a page rule has exactly one target");
            return null;
        }
        for (Body target : body.objects("targets", 1)) {
            String kind = target.require("target") ? target.choice("target", Set.of("url")) : null;
            Body constraint = target.require("constraint") ? target.object("constraint") : null;
            if (constraint == null) {
                return null;
            }
            // The API knows more operators, which nobody uses: of URLs with asterisks this is the only one.
            String operator = constraint.require("operator") ? constraint.choice("operator", Set.of("matches")) : null;
            String value = constraint.require("value") ? constraint.text("value", UrlPattern.MAX_LENGTH) : null;
            UrlPattern pattern = value == null ? null : pattern(constraint, value, zone);
            if (kind != null && operator != null && pattern != null) {
                ObjectNode kept = targets.addObject().put("target", kind);
                kept.putObject("constraint").put("operator", operator).put("value", value);
            }
            return pattern;
        }
        return null;
    }

    private static @Nullable UrlPattern pattern(Body constraint, String value, Zone zone) {
        String pointer = constraint.pointer("value");
        return switch (UrlPattern.parse(value)) {
            case UrlPattern.Refused(String reason) -> {
                constraint.problems().add(pointer, reason);
                yield null;
            }
            case UrlPattern.Accepted(UrlPattern pattern) -> {
                if (!pattern.within(zone.name())) {
                    constraint
                            .problems()
                            .add(pointer, "the pattern's host must end in the zone's name, " + zone.name());
                    yield null;
                }
                yield pattern;
            }
        };
    }

    private static void actions(Body body, @Nullable UrlPattern pattern, ArrayNode actions) {
        ArrayNode sent = body.array("actions");
        if (sent == null) {
            return;
        }
        if (sent.isEmpty()) {
            body.problems().add(body.pointer("actions"), "a page rule has at least one action");
        }
        Set<Action> seen = EnumSet.noneOf(Action.class);
        List<Body> each = body.objects("actions", Action.values().length);
        for (Body one : each) {
            Action action = action(one);
            if (action == null) {
                continue;
            }
            if (!seen.add(action)) {
                one.problems().add(one.pointer("id"), "another action has the id " + action.id());
            }
            if (action.exclusive() && each.size() > 1) {
                one.problems().add(one.pointer("id"), "\"" + action.id() + "\" may not be used with any setting");
            }
            action.check(one, pattern);
            ObjectNode kept = actions.addObject().put("id", action.id());
            if (one.has("value")) {
                kept.set("value", one.node().get("value"));
            }
        }
    }

    private static @Nullable Action action(Body one) {
        String id = one.require("id") ? one.text("id", 100) : null;
        if (id == null) {
            return null;
        }
        Optional<Action> action = Action.named(id);
        if (action.isEmpty()) {
            one.problems().add(one.pointer("id"), "\"" + id + "\" is not an action of page rules");
        }
        return action.orElse(null);
    }

    String status() {
        return active ? ACTIVE : DISABLED;
    }

    /// The one target's pattern, as it was sent.
    String pattern() {
        return targets.get(0).get("constraint").get("value").stringValue();
    }
}
