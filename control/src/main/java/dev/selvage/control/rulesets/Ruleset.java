package dev.selvage.control.rulesets;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.toolkit.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The entry point ruleset of a phase.
///
/// @param rules as the API answers them
record Ruleset(
        String id, Phase phase, String name, String description, long version, long lastUpdated, ArrayNode rules) {

    static Optional<Ruleset> find(Tx tx, Zone zone, Phase phase) {
        return tx.first(
                row -> new Ruleset(
                        row.text("id"),
                        phase,
                        row.text("name"),
                        row.text("description"),
                        row.number("version"),
                        row.number("last_updated"),
                        (ArrayNode) Json.MAPPER.readTree(row.text("rules"))),
                "select * from ruleset where zone_id = ? and phase = ?",
                zone.id(),
                phase.id());
    }

    /// The version after `before`, or the first.
    ///
    /// @throws dev.selvage.control.api.Refused when a rule gives an id that is not in `before`
    static Ruleset next(
            @Nullable Ruleset before, Phase phase, String name, String description, List<RuleForm> forms, long now) {
        Problems problems = new Problems(RulesetsEndpoints.INVALID);
        ArrayNode rules = Envelope.array();
        Set<String> ids = new HashSet<>();
        Set<String> refs = new HashSet<>();
        for (RuleForm form : forms) {
            ObjectNode old = before == null ? null : before.ruleOf(form);
            if (form.id() != null && old == null) {
                problems.add(new ApiError(
                        RulesetsEndpoints.NOT_FOUND,
                        "there is no rule " + form.id() + " in this ruleset; leave \"id\" out to make a rule",
                        form.pointer() + "/id"));
            } else {
                ObjectNode rule = rule(form, old, now);
                // A rule found by its id and another one by its ref may be the same one.
                if (!ids.add(rule.get("id").stringValue())
                        || !refs.add(rule.get("ref").stringValue())) {
                    problems.add(form.pointer(), "another rule has the same \"id\" or \"ref\"");
                }
                rules.add(rule);
            }
        }
        problems.refuseIfAny();
        return new Ruleset(
                before == null ? Ids.next() : before.id,
                phase,
                name,
                description,
                before == null ? 1 : before.version + 1,
                now,
                rules);
    }

    /// The rule that a caller means: the one with the same id, else the one with the same ref.
    private @Nullable ObjectNode ruleOf(RuleForm form) {
        String field = form.id() != null ? "id" : "ref";
        String wanted = form.id() != null ? form.id() : form.ref();
        for (JsonNode rule : rules) {
            if (wanted != null && rule.get(field).stringValue().equals(wanted)) {
                return (ObjectNode) rule;
            }
        }
        return null;
    }

    private static ObjectNode rule(RuleForm form, @Nullable ObjectNode old, long now) {
        String id = old == null ? Ids.next() : old.get("id").stringValue();
        String oldRef = old == null ? id : old.get("ref").stringValue();
        ObjectNode rule = Envelope.object().put("id", id);
        rule.setAll(form.content());
        rule.put("ref", form.ref() == null ? oldRef : form.ref());
        long version = old == null ? 0 : Long.parseLong(old.get("version").stringValue());
        String updated = Times.text(now);
        if (old != null) {
            // The same but for its version and time: they stay too.
            ObjectNode same = old.deepCopy();
            same.remove("version");
            same.remove("last_updated");
            if (same.equals(rule)) {
                return old;
            }
        }
        return rule.put("version", Long.toString(version + 1)).put("last_updated", updated);
    }

    void store(Tx tx, Zone zone) {
        tx.run("""
                insert into ruleset (id, zone_id, phase, name, description, version, last_updated, rules)
                values (?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (zone_id, phase) do update set name = excluded.name, description = excluded.description,
                    version = excluded.version, last_updated = excluded.last_updated, rules = excluded.rules
                """, id, zone.id(), phase.id(), name, description, version, lastUpdated, rules.toString());
    }

    ObjectNode json() {
        ObjectNode json = Envelope.object()
                .put("id", id)
                .put("name", name)
                .put("description", description)
                .put("kind", "zone")
                .put("phase", phase.id())
                .put("version", Long.toString(version))
                .put("last_updated", Times.text(lastUpdated));
        json.set("rules", rules);
        return json;
    }
}
