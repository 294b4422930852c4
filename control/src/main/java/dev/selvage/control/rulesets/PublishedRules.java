package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Problems;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.rules.PhaseRules;
import dev.selvage.model.rules.Rule;
import dev.selvage.model.rules.ZoneRules;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The rules of a zone, for the other parts of the management plane.
public final class PublishedRules {
    private PublishedRules() {}

    /// The enabled rules of a zone, for the edge.
    public static ZoneRules of(Tx tx, Zone zone) {
        Map<Phase, Ruleset> all = new EnumMap<>(Phase.class);
        Ruleset.all(tx, zone).forEach(ruleset -> all.put(ruleset.phase(), ruleset));
        return new ZoneRules(
                enabled(all.get(Phase.HTTP_REQUEST_DYNAMIC_REDIRECT), RedirectParameters::compile),
                enabled(all.get(Phase.HTTP_REQUEST_TRANSFORM), UrlParameters::compile),
                enabled(all.get(Phase.HTTP_CONFIG_SETTINGS), ConfigParameters::compile),
                enabled(all.get(Phase.HTTP_REQUEST_ORIGIN), RouteParameters::compile),
                enabled(all.get(Phase.HTTP_REQUEST_FIREWALL_CUSTOM), ScreeningParameters::compile),
                enabled(all.get(Phase.HTTP_RATELIMIT), RateLimitForm::compile),
                enabled(all.get(Phase.HTTP_REQUEST_LATE_TRANSFORM), HeaderParameters::compile),
                enabled(all.get(Phase.HTTP_REQUEST_CACHE_SETTINGS), CacheParameters::compile),
                enabled(all.get(Phase.HTTP_RESPONSE_HEADERS_TRANSFORM), HeaderParameters::compile),
                enabled(all.get(Phase.HTTP_CUSTOM_ERRORS), ErrorParameters::compile));
    }

    /// Every rule of a zone as the API answers it, by its id.
    public static Map<String, ObjectNode> all(Tx tx, Zone zone) {
        Map<String, ObjectNode> all = new HashMap<>();
        for (Ruleset ruleset : Ruleset.all(tx, zone)) {
            ruleset.each().forEach(rule -> all.put(rule.get("id").stringValue(), rule));
        }
        return all;
    }

    /// The rule with this `ref`, as the API answers it.
    public static Optional<ObjectNode> find(Tx tx, Zone zone, Phase phase, String ref) {
        return rules(tx, zone, phase)
                .filter(rule -> rule.get("ref").stringValue().equals(ref))
                .findFirst();
    }

    /// Puts `wanted`, a rule as the API takes it, first or in the place of the rule with its `ref`; the
    /// others stay.
    public static void put(Tx tx, Zone zone, Phase phase, ObjectNode wanted, long now) {
        String ref = wanted.get("ref").stringValue();
        ArrayNode all = Envelope.array().add(wanted);
        rules(tx, zone, phase)
                .filter(rule -> !rule.get("ref").stringValue().equals(ref))
                .forEach(all::add);
        Problems problems = new Problems(RulesetsEndpoints.INVALID);
        ObjectNode body = Envelope.object();
        body.set("rules", all);
        List<RuleForm> forms = RuleForm.read(new Body(body, "", problems), phase);
        problems.refuseIfAny();
        Ruleset before = Ruleset.find(tx, zone, phase).orElse(null);
        Ruleset.next(
                        before,
                        phase,
                        before == null ? "default" : before.name(),
                        before == null ? "" : before.description(),
                        forms,
                        now)
                .store(tx, zone);
    }

    private static <A> PhaseRules<A> enabled(@Nullable Ruleset ruleset, Function<JsonNode, A> compile) {
        if (ruleset == null) {
            return PhaseRules.none();
        }
        return new PhaseRules<>(
                ruleset.id(),
                Long.toString(ruleset.version()),
                ruleset.each().stream()
                        .filter(rule -> rule.get("enabled").booleanValue())
                        .map(rule -> new Rule<>(
                                rule.get("id").stringValue(),
                                rule.get("description").stringValue(),
                                rule.get("expression").stringValue(),
                                compile.apply(rule)))
                        .toList());
    }

    private static Stream<ObjectNode> rules(Tx tx, Zone zone, Phase phase) {
        return Ruleset.find(tx, zone, phase).stream().flatMap(ruleset -> ruleset.each().stream());
    }
}
