package dev.selvage.control.pagerules;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.rules.UrlPattern;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The endpoints below `/zones/{zone}/pagerules`.
public final class PageRulesEndpoints {
    static final int INVALID = 1004;
    private static final int UNKNOWN = 1002;

    /// The code of a message that the edge does not act on what is stored; as of zone settings.
    private static final int UNAPPLIED = 1300;

    private static final String TYPE = "page_rule";

    private final Store store;
    private final Clock clock;

    public PageRulesEndpoints(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    public void routes(Api api) {
        String all = "/zones/{zone}/pagerules";
        String one = all + "/{pagerule}";
        api.read(all, Permission.PAGE_RULES_READ, this::list);
        api.change("POST", all, Permission.PAGE_RULES_WRITE, this::create);
        api.read(all + "/settings", Permission.PAGE_RULES_READ, this::settings);
        api.read(one, Permission.PAGE_RULES_READ, this::get);
        api.change("PUT", one, Permission.PAGE_RULES_WRITE, (call, caller) -> change(call, caller, false));
        api.change("PATCH", one, Permission.PAGE_RULES_WRITE, (call, caller) -> change(call, caller, true));
        api.change("DELETE", one, Permission.PAGE_RULES_WRITE, this::delete);
    }

    private Answer list(Call call) {
        String status = Query.choice(call, "status", "", PageRuleForm.STATUSES);
        String order = Query.choice(call, "order", "priority", Set.of("priority", "status"));
        boolean ascending =
                Query.choice(call, "direction", "desc", Set.of("asc", "desc")).equals("asc");
        // With one filter, all of them and any of them are the same.
        Query.matchAny(call);
        return store.read(tx -> {
            List<StoredPageRule> rules = new ArrayList<>(StoredPageRule.of(tx, Zone.of(tx, call)));
            rules.removeIf(rule -> !status.isEmpty() && !rule.content().status().equals(status));
            // What comes from the store is descending by priority.
            if (order.equals("status")) {
                Comparator<StoredPageRule> byStatus =
                        Comparator.comparing(rule -> rule.content().status());
                rules.sort(ascending ? byStatus : byStatus.reversed());
            } else if (ascending) {
                rules = rules.reversed();
            }
            ArrayNode result = Envelope.array();
            rules.forEach(rule -> result.add(rule.json()));
            return Envelope.ok(result);
        });
    }

    private Answer settings(Call call) {
        return store.read(tx -> {
            Zone.of(tx, call);
            ArrayNode result = Envelope.array();
            for (Action action : Action.values()) {
                ObjectNode setting = result.addObject().put("id", action.id());
                setting.set("properties", action.properties());
            }
            return Envelope.ok(result);
        });
    }

    private Answer get(Call call) {
        return store.read(tx -> Envelope.ok(rule(tx, Zone.of(tx, call), call).json()));
    }

    private Answer create(Call call, Caller caller) {
        Ids.of(call, "zone");
        ObjectNode body = Body.parse(call);
        return store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            PageRuleForm form = PageRuleForm.read(body, zone);
            if (tx.number("select count(*) as n from page_rule where zone_id = ?", zone.id()) >= Zone.PAGE_RULE_QUOTA) {
                throw new Refused(
                        400, INVALID, "A zone has at most " + Zone.PAGE_RULE_QUOTA + " page rules; delete one first.");
            }
            long now = Times.now(clock);
            StoredPageRule rule = new StoredPageRule(Ids.next(), form, now, now);
            refuseSameTarget(tx, zone, rule);
            rule.insert(tx, zone);
            zone.changed(tx, now);
            Audit.note(tx, caller, now, zone.place(), Audit.Change.add(TYPE, rule.id(), rule.json()));
            return answer(rule);
        });
    }

    private Answer change(Call call, Caller caller, boolean merge) {
        Ids.of(call, "zone");
        Ids.of(call, "pagerule");
        ObjectNode body = Body.parse(call);
        return store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            StoredPageRule before = rule(tx, zone, call);
            PageRuleForm form = PageRuleForm.read(merge ? merged(before, body) : body, zone);
            long now = Times.now(clock);
            StoredPageRule after = new StoredPageRule(before.id(), form, before.createdOn(), now);
            refuseSameTarget(tx, zone, after);
            after.update(tx);
            zone.changed(tx, now);
            Audit.note(
                    tx, caller, now, zone.place(), Audit.Change.change(TYPE, after.id(), before.json(), after.json()));
            return answer(after);
        });
    }

    /// What was sent in place of what is stored; null leaves it.
    private static ObjectNode merged(StoredPageRule before, ObjectNode body) {
        ObjectNode merged = before.json();
        body.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> merged.set(field.getKey(), field.getValue()));
        return merged;
    }

    private Answer delete(Call call, Caller caller) {
        return Envelope.id(store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            StoredPageRule rule = rule(tx, zone, call);
            long now = Times.now(clock);
            rule.delete(tx);
            zone.changed(tx, now);
            Audit.note(tx, caller, now, zone.place(), Audit.Change.delete(TYPE, rule.id(), rule.json()));
            return rule.id();
        }));
    }

    /// Of two rules for the same URLs one would never apply.
    private static void refuseSameTarget(Tx tx, Zone zone, StoredPageRule rule) {
        UrlPattern.Parsed pattern = UrlPattern.parse(rule.content().pattern());
        for (StoredPageRule other : StoredPageRule.of(tx, zone)) {
            if (!other.id().equals(rule.id())
                    && UrlPattern.parse(other.content().pattern()).equals(pattern)) {
                throw new Refused(
                        400, INVALID, "Your zone already has an existing page rule with that URL: " + other.id() + ".");
            }
        }
    }

    /// The rule, and what of it the edge does not do.
    private static Answer answer(StoredPageRule rule) {
        List<ObjectNode> messages = new ArrayList<>();
        for (JsonNode action : rule.content().actions()) {
            Action.named(action.get("id").stringValue())
                    .flatMap(known -> known.unapplied(action.path("value")))
                    .ifPresent(text -> messages.add(Envelope.message(UNAPPLIED, text)));
        }
        return Envelope.ok(rule.json(), messages);
    }

    private static StoredPageRule rule(Tx tx, Zone zone, Call call) {
        return StoredPageRule.find(tx, zone, Ids.of(call, "pagerule"))
                .orElseThrow(() -> new Refused(404, UNKNOWN, "Invalid Page Rule identifier"));
    }
}
