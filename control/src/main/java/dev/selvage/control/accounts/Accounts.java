package dev.selvage.control.accounts;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Page;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Place;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Query;
import dev.selvage.control.api.Reach;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The endpoints below `/accounts`.
public final class Accounts {
    private static final int INVALID = 1004;
    private static final String TYPE = "account";
    private static final String FIRST_NAME = "Selvage";
    private static final int LONGEST_NAME = 100;
    private static final Set<String> TYPES = Set.of("standard", "enterprise");

    private final Store store;
    private final Clock clock;

    public Accounts(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// Makes the first account where there is none.
    public static void make(Store store, Clock clock) {
        if (store.read(tx -> tx.number("select count(*) as n from account")) == 0) {
            store.write(tx -> {
                new Account(Ids.next(), FIRST_NAME, "standard", Times.now(clock)).insert(tx);
                return null;
            });
        }
    }

    public void routes(Api api) {
        api.readAs("/accounts", Permission.ACCOUNT_SETTINGS_READ, this::list);
        api.change("POST", "/accounts", null, this::create);
        api.read("/accounts/{account}", Permission.ACCOUNT_SETTINGS_READ, this::get);
        api.change("PUT", "/accounts/{account}", Permission.ACCOUNT_SETTINGS_WRITE, this::edit);
    }

    private Answer list(Call call, Caller caller) {
        Page page = Page.of(call, 20, 50);
        Reach reach = caller.reach(Permission.ACCOUNT_SETTINGS_READ);
        List<Object> arguments = new ArrayList<>();
        StringBuilder where = new StringBuilder(" from account where ").append(reach.accountCondition("id", arguments));
        Query.text(call, "name").ifPresent(name -> {
            where.append(" and name = ? collate nocase");
            arguments.add(name);
        });
        String order = Query.descending(call) ? "desc" : "asc";
        return store.read(tx -> {
            long total = tx.number("select count(*) as n" + where, arguments.toArray());
            List<Object> all = new ArrayList<>(arguments);
            all.add(page.size());
            all.add(page.offset());
            return Envelope.page(
                    page,
                    total,
                    tx.list(
                            Account::of,
                            "select *" + where + " order by name collate nocase " + order + ", id limit ? offset ?",
                            all.toArray()),
                    Account::json);
        });
    }

    private Answer get(Call call) {
        return Envelope.ok(store.read(tx -> account(tx, call)).json());
    }

    /// For who runs the installation only.
    private Answer create(Call call, Caller caller) {
        if (!caller.operator()) {
            throw new Refused(403, 10_000, "Authentication error: only the operator makes accounts");
        }
        Form form = form(call);
        return Envelope.ok(store.write(tx -> {
            long now = Times.now(clock);
            Account account = new Account(Ids.next(), form.name, form.type == null ? "standard" : form.type, now);
            account.insert(tx);
            Audit.note(
                    tx,
                    caller,
                    now,
                    new Place.Account(account.id()),
                    Audit.Change.add(TYPE, account.id(), account.json()));
            return account.json();
        }));
    }

    private Answer edit(Call call, Caller caller) {
        Ids.of(call, "account");
        Form form = form(call);
        return Envelope.ok(store.write(tx -> {
            Account before = account(tx, call);
            Account after = new Account(
                    before.id(), form.name, form.type == null ? before.type() : form.type, before.createdOn());
            if (!after.type().equals(before.type()) && !caller.operator()) {
                throw new Refused(403, 10_000, "Authentication error: only the operator changes an account's type");
            }
            tx.run("update account set name = ?, type = ? where id = ?", after.name(), after.type(), after.id());
            Audit.note(
                    tx,
                    caller,
                    Times.now(clock),
                    new Place.Account(after.id()),
                    Audit.Change.change(TYPE, after.id(), before.json(), after.json()));
            return after.json();
        }));
    }

    private record Form(String name, @Nullable String type) {}

    private static Form form(Call call) {
        Problems problems = new Problems(INVALID);
        Body body = Body.of(call, problems);
        body.only(Set.of("id", "name", "type", "settings", "created_on", "unit"));
        String name = body.require("name") ? body.text("name", LONGEST_NAME) : null;
        if (name != null && name.isBlank()) {
            problems.add("/name", "\"name\" must not be blank");
        }
        String type = body.choice("type", TYPES);
        Body settings = body.object("settings");
        if (settings != null && Boolean.TRUE.equals(settings.flag("enforce_twofactor"))) {
            problems.add(
                    "/settings/enforce_twofactor",
                    "\"enforce_twofactor\" cannot be true: nobody signs in here, tokens are used instead");
        }
        problems.refuseIfAny();
        return new Form(String.valueOf(name).strip(), type);
    }

    private static Account account(Tx tx, Call call) {
        String id = Ids.of(call, "account");
        return Account.find(tx, id).orElseThrow(() -> new Refused(404, 1001, "Invalid account identifier"));
    }
}
