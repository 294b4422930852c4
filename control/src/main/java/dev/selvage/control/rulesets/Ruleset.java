package dev.selvage.control.rulesets;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.rules.Asked;
import dev.selvage.rules.Condition;
import dev.selvage.rules.Expressions;
import dev.selvage.rules.Reading;
import dev.selvage.toolkit.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The entry point ruleset of a phase, in one of its versions.
///
/// @param rules as the API answers them
record Ruleset(
        String id, Phase phase, String name, String description, long version, long lastUpdated, ArrayNode rules) {
    /// Most versions that are kept of a ruleset, with the current one.
    static final int VERSIONS_KEPT = 20;

    /// Longest text of all rules of a ruleset, in characters.
    private static final int LONGEST = 8 << 20;

    /// Most memory that the regular expressions of a ruleset take at an edge, in bytes.
    private static final long LARGEST_TABLES = 8 << 20;

    /// The ruleset of a phase.
    static Optional<Ruleset> find(Tx tx, Zone zone, Phase phase) {
        return tx.first(Ruleset::of, "select * from ruleset where zone_id = ? and phase = ?", zone.id(), phase.id());
    }

    /// The ruleset with this id.
    static Optional<Ruleset> find(Tx tx, Zone zone, String id) {
        return tx.first(Ruleset::of, "select * from ruleset where zone_id = ? and id = ?", zone.id(), id);
    }

    /// The rulesets of a zone, in the order of their phases.
    static List<Ruleset> all(Tx tx, Zone zone) {
        List<Ruleset> all = new ArrayList<>(tx.list(Ruleset::of, "select * from ruleset where zone_id = ?", zone.id()));
        all.sort((a, b) -> a.phase.compareTo(b.phase));
        return all;
    }

    private static Ruleset of(Row row) {
        return new Ruleset(
                row.text("id"),
                Phase.named(row.text("phase")).orElseThrow(),
                row.text("name"),
                row.text("description"),
                row.number("version"),
                row.number("last_updated"),
                (ArrayNode) Json.MAPPER.readTree(row.text("rules")));
    }

    /// The rulesets of a zone without their rules, in the order of their phases.
    static List<Ruleset> listed(Tx tx, Zone zone) {
        List<Ruleset> all = new ArrayList<>(tx.list(
                Ruleset::of,
                "select id, phase, name, description, version, last_updated, '[]' as rules from ruleset"
                        + " where zone_id = ?",
                zone.id()));
        all.sort((a, b) -> a.phase.compareTo(b.phase));
        return all;
    }

    /// The versions that are kept, without their rules, the newest first.
    List<Ruleset> versions(Tx tx) {
        List<Ruleset> versions = new ArrayList<>(List.of(this));
        versions.addAll(tx.list(
                this::version,
                "select version, name, description, last_updated, '[]' as rules from ruleset_version"
                        + " where ruleset_id = ? order by version desc",
                id));
        return versions;
    }

    /// One of them.
    Optional<Ruleset> version(Tx tx, long version) {
        return version == this.version
                ? Optional.of(this)
                : tx.first(
                        this::version,
                        "select * from ruleset_version where ruleset_id = ? and version = ?",
                        id,
                        version);
    }

    private Ruleset version(Row row) {
        return new Ruleset(
                id,
                phase,
                row.text("name"),
                row.text("description"),
                row.number("version"),
                row.number("last_updated"),
                (ArrayNode) Json.MAPPER.readTree(row.text("rules")));
    }

    /// Forgets a version that is not the current one.
    void deleteVersion(Tx tx, long version) {
        tx.run("delete from ruleset_version where ruleset_id = ? and version = ?", id, version);
    }

    /// Deletes it with all its versions.
    void delete(Tx tx) {
        tx.run("delete from ruleset where id = ?", id);
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

    /// The version after this one, with these rules.
    Ruleset with(List<ObjectNode> rules, long now) {
        ArrayNode array = Envelope.array();
        rules.forEach(array::add);
        return new Ruleset(id, phase, name, description, version + 1, now, array);
    }

    /// The rules, each by itself.
    List<ObjectNode> each() {
        return rules.valueStream().map(ObjectNode.class::cast).toList();
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

    /// The rule that `form` makes of `old`.
    ///
    /// @param old null for a new rule
    static ObjectNode rule(RuleForm form, @Nullable ObjectNode old, long now) {
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

    private void refuseLargeTables() {
        long tables = 0;
        for (int i = 0; i < rules.size(); i++) {
            String expression = rules.get(i).get("expression").stringValue();
            boolean searches = expression.contains("matches") || expression.contains("~");
            if (searches
                    && Expressions.condition(expression, phase.scope())
                            instanceof Reading.Accepted<Condition>(Condition condition)) {
                tables += Asked.by(condition).tables();
            }
            if (tables > LARGEST_TABLES) {
                Problems problems = new Problems(RulesetsEndpoints.INVALID);
                problems.add(
                        "/rules/" + i + "/expression",
                        "the regular expressions up to this one take more than " + (LARGEST_TABLES >> 20)
                                + " MiB together; anchor or bound their repetitions");
                problems.refuseIfAny();
            }
        }
    }

    /// Makes this the current version, and keeps the one before.
    ///
    /// @throws dev.selvage.control.api.Refused when its rules are too long together
    void store(Tx tx, Zone zone) {
        String text = rules.toString();
        if (text.length() > LONGEST) {
            Problems problems = new Problems(RulesetsEndpoints.INVALID);
            problems.add(
                    "/rules",
                    "the rules have " + text.length() + " characters together; at most " + LONGEST + " are allowed");
            problems.refuseIfAny();
        }
        refuseLargeTables();
        tx.run("""
                insert into ruleset_version (ruleset_id, version, name, description, last_updated, rules)
                select id, version, name, description, last_updated, rules from ruleset where id = ?
                """, id);
        tx.run("""
                delete from ruleset_version where ruleset_id = ? and version <=
                    (select version from ruleset_version where ruleset_id = ? order by version desc limit 1 offset ?)
                """, id, id, VERSIONS_KEPT - 1);
        tx.run("""
                insert into ruleset (id, zone_id, phase, name, description, version, last_updated, rules)
                values (?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (zone_id, phase) do update set name = excluded.name, description = excluded.description,
                    version = excluded.version, last_updated = excluded.last_updated, rules = excluded.rules
                """, id, zone.id(), phase.id(), name, description, version, lastUpdated, text);
    }

    ObjectNode json() {
        ObjectNode json = summary();
        json.set("rules", rules);
        return json;
    }

    /// As a list has it: without rules.
    ObjectNode summary() {
        return Envelope.object()
                .put("id", id)
                .put("name", name)
                .put("description", description)
                .put("kind", "zone")
                .put("phase", phase.id())
                .put("version", Long.toString(version))
                .put("last_updated", Times.text(lastUpdated));
    }
}
