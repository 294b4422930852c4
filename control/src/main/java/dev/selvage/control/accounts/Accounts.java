package dev.selvage.control.accounts;

import dev.selvage.control.access.Credentials;
import dev.selvage.control.api.Api;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Page;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Store;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The endpoints below `/accounts` and `/user`.
public final class Accounts {
    private static final String FIRST_NAME = "Selvage";

    private final Store store;
    private final Credentials credentials;

    public Accounts(Store store, Credentials credentials) {
        this.store = store;
        this.credentials = credentials;
    }

    /// Makes the first account where there is none.
    public static void make(Store store, Clock clock) {
        if (store.read(tx -> tx.number("select count(*) as n from account")) == 0) {
            store.write(tx -> tx.run(
                    "insert into account (id, name, created_on) values (?, ?, ?)",
                    Ids.next(),
                    FIRST_NAME,
                    Times.now(clock)));
        }
    }

    public void routes(Api api) {
        api.add("GET", "/accounts", this::list);
        api.add("GET", "/accounts/{account}", this::get);
        api.open("GET", "/user/tokens/verify", this::verify);
    }

    private Answer list(Call call) {
        Page page = Page.of(call, 20, 50);
        String name = call.parameter("name").orElse("");
        String order = Query.descending(call) ? "desc" : "asc";
        List<Account> accounts = store.read(tx -> tx.list(
                Account::of,
                "select id, name, created_on from account where ? = '' or lower(name) = lower(?) order by name " + order
                        + ", id",
                name,
                name));
        return Envelope.page(page, accounts.size(), page.cut(accounts), Account::json);
    }

    private Answer get(Call call) {
        String id = Ids.of(call, "account");
        return Envelope.ok(store.read(tx -> Account.find(tx, id))
                .orElseThrow(() -> new Refused(404, 1001, "Invalid account identifier"))
                .json());
    }

    private Answer verify(Call call) {
        ObjectNode token = Envelope.object().put("id", credentials.verify(call)).put("status", "active");
        ObjectNode message = Envelope.object().put("code", 10_000).put("message", "This API Token is valid and active");
        message.putNull("type");
        return Envelope.ok(token, message);
    }
}
