package dev.selvage.control.accounts;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Page;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Refused;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Store;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The endpoints below `/memberships`: the user belongs to every account, with every right.
public final class Memberships {
    private static final Map<String, String> ORDERS =
            Map.of("id", "membership_id", "account.name", "name collate nocase", "status", "name collate nocase");
    private static final List<String> RIGHTS =
            List.of("analytics", "cache_purge", "dns_records", "logs", "organization", "ssl", "zones", "zone_settings");

    private final Store store;

    public Memberships(Store store) {
        this.store = store;
    }

    public void routes(Api api) {
        api.read("/memberships", Permission.MEMBERSHIPS_READ, this::list);
        api.read("/memberships/{membership}", Permission.MEMBERSHIPS_READ, this::get);
    }

    private Answer list(Call call) {
        Page page = Page.of(call, 20, 50);
        StringBuilder where = new StringBuilder(" from account where 1 = 1");
        List<Object> arguments = new ArrayList<>();
        for (String parameter : List.of("account.name", "name")) {
            Query.text(call, parameter).ifPresent(name -> {
                where.append(" and name = ? collate nocase");
                arguments.add(name);
            });
        }
        String status = Query.choice(call, "status", "accepted", Set.of("accepted", "pending", "rejected"));
        if (!status.equals("accepted")) {
            where.append(" and 1 = 0");
        }
        String order = Objects.requireNonNull(ORDERS.get(Query.choice(call, "order", "account.name", ORDERS.keySet())))
                + (Query.descending(call) ? " desc" : " asc");
        return store.read(tx -> {
            long total = tx.number("select count(*) as n" + where, arguments.toArray());
            List<Object> all = new ArrayList<>(arguments);
            all.add(page.size());
            all.add(page.offset());
            return Envelope.page(
                    page,
                    total,
                    tx.list(
                            Memberships::json,
                            "select *" + where + " order by " + order + ", id limit ? offset ?",
                            all.toArray()),
                    membership -> membership);
        });
    }

    private Answer get(Call call) {
        String id = Ids.of(call, "membership");
        return Envelope.ok(
                store.read(tx -> tx.first(Memberships::json, "select * from account where membership_id = ?", id))
                        .orElseThrow(() -> new Refused(404, 1003, "Invalid membership identifier")));
    }

    private static ObjectNode json(Row row) {
        Account account = Account.of(row);
        ObjectNode json = Envelope.object()
                .put("id", row.text("membership_id"))
                .put("status", "accepted")
                .put("api_access_enabled", true);
        json.set("account", account.json());
        json.putArray("roles").add("Super Administrator - All Privileges");
        ObjectNode permissions = json.putObject("permissions");
        RIGHTS.forEach(right -> permissions.putObject(right).put("read", true).put("write", true));
        return json;
    }
}
