package dev.selvage.control.pagerules;

import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.toolkit.json.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A page rule.
///
/// @param content what its owner decides
record StoredPageRule(String id, PageRuleForm content, long createdOn, long modifiedOn) {
    /// A zone's, in the order in which they are tried: the highest priority first. Where several have the same, a
    /// new one comes after those that were there.
    static List<StoredPageRule> of(Tx tx, Zone zone) {
        return tx.list(
                StoredPageRule::of,
                "select * from page_rule where zone_id = ? order by priority desc, created_on, rowid",
                zone.id());
    }

    static Optional<StoredPageRule> find(Tx tx, Zone zone, String id) {
        return tx.first(StoredPageRule::of, "select * from page_rule where zone_id = ? and id = ?", zone.id(), id);
    }

    private static StoredPageRule of(Row row) {
        return new StoredPageRule(
                row.text("id"),
                PageRuleForm.stored(
                        (ArrayNode) Json.MAPPER.readTree(row.text("targets")),
                        (ArrayNode) Json.MAPPER.readTree(row.text("actions")),
                        Math.toIntExact(row.number("priority")),
                        row.flag("active")),
                row.number("created_on"),
                row.number("modified_on"));
    }

    void insert(Tx tx, Zone zone) {
        tx.run(
                "insert into page_rule (id, zone_id, priority, active, targets, actions, created_on, modified_on)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                zone.id(),
                content.priority(),
                content.active(),
                content.targets().toString(),
                content.actions().toString(),
                createdOn,
                modifiedOn);
    }

    void update(Tx tx) {
        tx.run(
                "update page_rule set priority = ?, active = ?, targets = ?, actions = ?, modified_on = ? where id = ?",
                content.priority(),
                content.active(),
                content.targets().toString(),
                content.actions().toString(),
                modifiedOn,
                id);
    }

    void delete(Tx tx) {
        tx.run("delete from page_rule where id = ?", id);
    }

    /// The rule as the API answers it.
    ObjectNode json() {
        ObjectNode json = Envelope.object().put("id", id);
        json.set("targets", content.targets());
        json.set("actions", content.actions());
        return json.put("priority", content.priority())
                .put("status", content.status())
                .put("modified_on", Times.text(modifiedOn))
                .put("created_on", Times.text(createdOn));
    }
}
