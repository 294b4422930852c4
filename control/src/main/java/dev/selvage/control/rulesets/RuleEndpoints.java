package dev.selvage.control.rulesets;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Refused;
import dev.selvage.control.audit.Audit;
import dev.selvage.model.origin.OriginPolicy;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The endpoints of the single rules of a ruleset.
final class RuleEndpoints {
    private static final String TYPE = "ruleset_rule";

    private final Writing writing;
    private final OriginPolicy origins;

    RuleEndpoints(Writing writing, OriginPolicy origins) {
        this.writing = writing;
        this.origins = origins;
    }

    void routes(Api api, String ruleset) {
        String all = ruleset + "/rules";
        String one = all + "/{rule}";
        api.oneOf("POST", all, Phase.toWriteAny(), this::create);
        api.oneOf("PATCH", one, Phase.toWriteAny(), this::change);
        api.oneOf("DELETE", one, Phase.toWriteAny(), this::delete);
    }

    private Answer create(Call call, Caller caller) {
        Phase phase = writing.changeable(call, caller);
        Problems problems = new Problems(RulesetsEndpoints.INVALID);
        Body body = Body.of(call, problems);
        Position position = Position.read(body);
        RuleForm form = form(body, phase);
        if (form.id() != null) {
            problems.add("/id", "a new rule gets its id; leave \"id\" out");
        }
        problems.refuseIfAny();
        return writing.change(call, caller, (tx, zone, now) -> {
            Ruleset before = Writing.ruleset(tx, zone, call);
            List<ObjectNode> rules = new ArrayList<>(before.each());
            if (rules.size() >= RuleForm.MOST) {
                throw new Refused(
                        400,
                        RulesetsEndpoints.INVALID,
                        "a ruleset has at most " + RuleForm.MOST + " rules; delete one first");
            }
            ObjectNode rule = Ruleset.rule(form, null, now);
            place(rules, rule, position, rules.size(), body);
            return new Writing.Changed(before.with(rules, now), Audit.Change.add(TYPE, id(rule), rule), same(rule));
        });
    }

    private Answer change(Call call, Caller caller) {
        Ids.of(call, "rule");
        Phase phase = writing.changeable(call, caller);
        ObjectNode sent = Body.parse(call);
        return writing.change(call, caller, (tx, zone, now) -> {
            Ruleset before = Writing.ruleset(tx, zone, call);
            ObjectNode old = rule(before, call);
            Problems problems = new Problems(RulesetsEndpoints.INVALID);
            Body body = new Body(RuleForm.merged(old, sent.deepCopy()), "", problems);
            Position position = Position.read(body);
            RuleForm form = form(body, phase);
            if (!id(old).equals(form.id())) {
                problems.add("/id", "the id of a rule does not change");
            }
            problems.refuseIfAny();
            ObjectNode rule = Ruleset.rule(form, old, now);
            List<ObjectNode> rules = new ArrayList<>(before.each());
            int place = rules.indexOf(old);
            rules.remove(place);
            place(rules, rule, position, place, body);
            return new Writing.Changed(
                    before.with(rules, now), Audit.Change.change(TYPE, id(rule), old, rule), same(rule));
        });
    }

    private Answer delete(Call call, Caller caller) {
        Ids.of(call, "rule");
        writing.changeable(call, caller);
        return writing.change(call, caller, (tx, zone, now) -> {
            Ruleset before = Writing.ruleset(tx, zone, call);
            ObjectNode old = rule(before, call);
            List<ObjectNode> rules = new ArrayList<>(before.each());
            rules.remove(old);
            return new Writing.Changed(before.with(rules, now), Audit.Change.delete(TYPE, id(old), old), _ -> false);
        });
    }

    private RuleForm form(Body body, Phase phase) {
        body.node().remove(Position.FIELD);
        RuleForm form = RuleForm.one(body, phase);
        RouteParameters.checkAllowed(List.of(form), origins, body.problems());
        return form;
    }

    /// Puts `rule` among the others.
    ///
    /// @param usual where it goes when no position is asked for
    private static void place(
            List<ObjectNode> others, ObjectNode rule, @Nullable Position position, int usual, Body body) {
        Problems problems = body.problems();
        String ref = rule.get("ref").stringValue();
        if (others.stream().anyMatch(other -> other.get("ref").stringValue().equals(ref))) {
            problems.add("/ref", "another rule has the same \"ref\"");
        }
        int place = position == null
                ? usual
                : position.among(others.stream().map(RuleEndpoints::id).toList(), body);
        problems.refuseIfAny();
        others.add(place, rule);
    }

    private static ObjectNode rule(Ruleset ruleset, Call call) {
        String id = Ids.of(call, "rule");
        return ruleset.each().stream()
                .filter(rule -> id(rule).equals(id))
                .findFirst()
                .orElseThrow(() -> new Refused(
                        404, RulesetsEndpoints.NOT_FOUND, "could not find a rule with this id in the ruleset"));
    }

    private static Predicate<ObjectNode> same(ObjectNode rule) {
        return other -> id(other).equals(id(rule));
    }

    private static String id(ObjectNode rule) {
        return Objects.requireNonNull(rule.get("id")).stringValue();
    }
}
