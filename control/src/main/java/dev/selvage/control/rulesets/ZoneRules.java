package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Problems;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.zone.CacheRule;
import dev.selvage.model.zone.OriginRule;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The rules of a zone, for the other parts of the management plane.
public final class ZoneRules {
    private ZoneRules() {}

    /// The enabled rules of the phase `http_request_origin`, in order.
    public static List<OriginRule> origin(Tx tx, Zone zone) {
        return enabled(tx, zone, Phase.HTTP_REQUEST_ORIGIN, RouteParameters::compile);
    }

    /// The enabled rules of the phase `http_request_cache_settings`, in order.
    public static List<CacheRule> cache(Tx tx, Zone zone) {
        return enabled(tx, zone, Phase.HTTP_REQUEST_CACHE_SETTINGS, CacheParameters::compile);
    }

    /// The rule with this `ref`, as the API answers it.
    public static Optional<ObjectNode> find(Tx tx, Zone zone, Phase phase, String ref) {
        return rules(tx, zone, phase)
                .filter(rule -> rule.get("ref").stringValue().equals(ref))
                .map(ObjectNode.class::cast)
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

    private static <T> List<T> enabled(Tx tx, Zone zone, Phase phase, BiFunction<String, JsonNode, T> compile) {
        return rules(tx, zone, phase)
                .filter(rule -> rule.get("enabled").booleanValue())
                .map(rule -> compile.apply(rule.get("expression").stringValue(), rule.get("action_parameters")))
                .toList();
    }

    private static Stream<JsonNode> rules(Tx tx, Zone zone, Phase phase) {
        return Ruleset.find(tx, zone, phase).stream()
                .flatMap(ruleset -> StreamSupport.stream(ruleset.rules().spliterator(), false));
    }
}
