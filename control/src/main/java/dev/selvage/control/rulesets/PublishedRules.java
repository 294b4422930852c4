package dev.selvage.control.rulesets;

import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Problems;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.rules.PhaseRules;
import dev.selvage.model.rules.Rule;
import dev.selvage.model.rules.ZoneRules;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The rules of a zone, for the other parts of the management plane.
public final class PublishedRules {
    private PublishedRules() {}

    /// The enabled rules of a zone, for the edge.
    public static ZoneRules of(Tx tx, Zone zone) {
        return new ZoneRules(
                PhaseRules.none(),
                PhaseRules.none(),
                PhaseRules.none(),
                enabled(tx, zone, Phase.HTTP_REQUEST_ORIGIN, RouteParameters::compile),
                PhaseRules.none(),
                PhaseRules.none(),
                PhaseRules.none(),
                enabled(tx, zone, Phase.HTTP_REQUEST_CACHE_SETTINGS, CacheParameters::compile),
                PhaseRules.none(),
                PhaseRules.none());
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

    private static <A> PhaseRules<A> enabled(Tx tx, Zone zone, Phase phase, Function<JsonNode, A> compile) {
        return Ruleset.find(tx, zone, phase)
                .map(ruleset -> new PhaseRules<>(
                        ruleset.id(),
                        Long.toString(ruleset.version()),
                        stream(ruleset)
                                .filter(rule -> rule.get("enabled").booleanValue())
                                .map(rule -> new Rule<>(
                                        rule.get("id").stringValue(),
                                        rule.get("description").stringValue(),
                                        rule.get("expression").stringValue(),
                                        compile.apply(rule.get("action_parameters"))))
                                .toList()))
                .orElseGet(PhaseRules::none);
    }

    private static Stream<JsonNode> rules(Tx tx, Zone zone, Phase phase) {
        return Ruleset.find(tx, zone, phase).stream().flatMap(PublishedRules::stream);
    }

    private static Stream<JsonNode> stream(Ruleset ruleset) {
        return StreamSupport.stream(ruleset.rules().spliterator(), false);
    }
}
