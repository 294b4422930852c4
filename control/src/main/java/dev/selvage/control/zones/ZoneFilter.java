package dev.selvage.control.zones;

import dev.selvage.control.api.Page;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Reach;
import dev.selvage.control.names.HostName;
import dev.selvage.control.store.Tx;
import dev.selvage.toolkit.web.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which zones a list shows, in which order. Everything a caller wrote goes into the query as an argument.
final class ZoneFilter {
    private static final Map<String, String> ORDERS = Map.of(
            "name", "zone.name",
            "status", "zone.name",
            "account.id", "zone.account_id",
            "account.name", "account.name",
            "plan.id", "zone.name");
    private static final Set<String> STATUSES = Set.of("initializing", "pending", "active", "moved");

    private final List<String> conditions = new ArrayList<>();
    private final List<Object> arguments = new ArrayList<>();
    private final String where;
    private final String order;

    ZoneFilter(Call call, Reach reach) {
        call.parameter("name").filter(text -> !text.isEmpty()).ifPresent(text -> {
            String name = HostName.of(text).orElse(text);
            words("zone.name", name);
        });
        call.parameter("account.name").filter(text -> !text.isEmpty()).ifPresent(text -> words("account.name", text));
        call.parameter("account.id").filter(text -> !text.isEmpty()).ifPresent(id -> when("zone.account_id = ?", id));
        call.parameter("type").filter(text -> !text.isEmpty()).ifPresent(type -> when("zone.type = ?", type));
        String status = Query.choice(call, "status", "", STATUSES);
        if (!status.isEmpty()) {
            // Every zone is active from its first moment.
            when("'active' = ?", status);
        }
        boolean any = Query.matchAny(call);
        String wanted = String.join(any ? " or " : " and ", conditions);
        if (reach.limited()) {
            String reached = reach.condition("zone.account_id", "zone.id", arguments);
            where = " where " + (wanted.isEmpty() ? "" : "(" + wanted + ") and ") + reached;
        } else {
            where = wanted.isEmpty() ? "" : " where " + wanted;
        }
        order = " order by " + ORDERS.get(Query.choice(call, "order", "name", ORDERS.keySet()))
                + (Query.descending(call) ? " desc" : " asc") + ", zone.id";
    }

    long count(Tx tx) {
        return tx.number(
                "select count(*) as n from zone join account on account.id = zone.account_id" + where,
                arguments.toArray());
    }

    List<Zone> list(Tx tx, Page page) {
        List<Object> all = new ArrayList<>(arguments);
        all.add(page.size());
        all.add(page.offset());
        return tx.list(Zone::of, Zone.SELECT + where + order + " limit ? offset ?", all.toArray());
    }

    /// A condition on text, by the operator before its first colon.
    private void words(String column, String text) {
        int colon = text.indexOf(':');
        String operator = colon < 0 ? "" : text.substring(0, colon);
        String word = text.substring(colon + 1);
        String lower = "lower(" + column + ")";
        switch (operator) {
            case "equal" -> when(lower + " = lower(?)", word);
            case "not_equal" -> when(lower + " <> lower(?)", word);
            case "starts_with" -> when("substr(" + lower + ", 1, length(?)) = lower(?)", word, word);
            case "starts_with_case_sensitive" -> when("substr(" + column + ", 1, length(?)) = ?", word, word);
            case "ends_with" -> ends(lower, "lower(?)", word);
            case "ends_with_case_sensitive" -> ends(column, "?", word);
            case "contains" -> when("instr(" + lower + ", lower(?)) > 0", word);
            case "contains_case_sensitive" -> when("instr(" + column + ", ?) > 0", word);
            default -> when(lower + " = lower(?)", text);
        }
    }

    private void ends(String value, String word, String argument) {
        when(
                "length(" + value + ") >= length(?) and substr(" + value + ", length(" + value + ") - length(?) + 1) = "
                        + word,
                argument,
                argument,
                argument);
    }

    private void when(String condition, String... words) {
        conditions.add("(" + condition + ")");
        arguments.addAll(List.of(words));
    }
}
