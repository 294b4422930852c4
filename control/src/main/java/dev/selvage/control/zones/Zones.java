package dev.selvage.control.zones;

import dev.selvage.control.accounts.Account;
import dev.selvage.control.api.Api;
import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Page;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Place;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.names.HostName;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The endpoints of zones themselves.
public final class Zones {
    private static final int INVALID = 1004;

    /// A message, not an error: the name can be mistaken for another.
    private static final int LOOK_ALIKE = 9901;

    private static final String TYPE = "zone";
    private static final Set<String> EDITABLE = Set.of("paused", "type", "vanity_name_servers", "catch_all");

    /// Most zones of one page.
    static final int MOST_LISTED = 1_000;

    private final Store store;
    private final Clock clock;

    /// Lists that look at each zone take a processor for a while: one at a time, so that the others go on.
    private final Semaphore walks = new Semaphore(1, true);

    public Zones(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    public void routes(Api api) {
        api.change("POST", "/zones", Permission.ZONE_WRITE, this::create);
        api.readAs("/zones", Permission.ZONE_READ, this::list);
        api.read("/zones/{zone}", Permission.ZONE_READ, this::get);
        api.change("PATCH", "/zones/{zone}", Permission.ZONE_WRITE, this::edit);
        api.change("DELETE", "/zones/{zone}", Permission.ZONE_WRITE, this::delete);
        api.change("PUT", "/zones/{zone}/activation_check", Permission.ZONE_WRITE, this::check);
    }

    /// Makes a zone, active at once.
    ///
    /// @throws Refused when the name is taken or the account unknown
    public static Zone create(Tx tx, Caller caller, NewZone wanted, long now) {
        if (Account.find(tx, wanted.account()).isEmpty()) {
            throw noAccount(wanted.account());
        }
        if (Zone.named(tx, wanted.name()).isPresent()) {
            throw new Refused(400, new ApiError(1061, wanted.name() + " already exists", "/name"));
        }
        String id = Ids.next();
        tx.run(
                """
                insert into zone (id, account_id, name, type, paused, catch_all, default_caching, version,
                    purge_sequence, development_mode_until, created_on, modified_on)
                values (?, ?, ?, ?, 0, ?, ?, 0, 0, 0, ?, ?)
                """,
                id,
                wanted.account(),
                wanted.name(),
                wanted.type(),
                wanted.catchAll(),
                wanted.defaultCaching().name(),
                now,
                now);
        Zone.find(tx, id).orElseThrow().changed(tx, now);
        Zone zone = Zone.find(tx, id).orElseThrow();
        Audit.note(tx, caller, now, zone.place(), Audit.Change.add(TYPE, id, zone.json(seconds(now))));
        return zone;
    }

    private static long seconds(long micros) {
        return TimeUnit.MICROSECONDS.toSeconds(micros);
    }

    private Answer create(Call call, Caller caller) {
        NewZone wanted = NewZone.of(Body.of(call, new Problems(INVALID)));
        refuseStrangers(caller, wanted.account());
        Zone zone = store.write(tx -> create(tx, caller, wanted, Times.now(clock)));
        return Envelope.ok(
                zone.json(clock.instant().getEpochSecond()),
                HostName.lookAlike(zone.name()).map(text -> Envelope.message(LOOK_ALIKE, text)).stream()
                        .toList());
    }

    /// An account that the caller may do nothing in looks as if it were not there.
    private static void refuseStrangers(Caller caller, String account) {
        if (caller.may(Permission.ZONE_WRITE, new Place.Zone("", account))) {
            return;
        }
        if (caller.may(Permission.ZONE_READ, new Place.Zone("", account))
                || caller.may(Permission.ACCOUNT_SETTINGS_READ, new Place.Account(account))) {
            throw new Refused(403, 10_000, "Authentication error");
        }
        throw noAccount(account);
    }

    private static Refused noAccount(String account) {
        return new Refused(
                400,
                new ApiError(INVALID, "there is no account " + account + "; GET /accounts lists them", "/account/id"));
    }

    private Answer list(Call call, Caller caller) {
        Page page = Page.of(call, 20, MOST_LISTED);
        ZoneFilter filter = new ZoneFilter(call, caller.reach(Permission.ZONE_READ));
        long seconds = clock.instant().getEpochSecond();
        ZoneFilter.Listed listed = store.read(tx -> filter.indexed(tx, page)).orElseGet(() -> walked(filter, page));
        return Envelope.page(page, listed.total(), listed.zones(), zone -> zone.json(seconds));
    }

    private ZoneFilter.Listed walked(ZoneFilter filter, Page page) {
        walks.acquireUninterruptibly();
        try {
            return store.read(tx -> filter.walked(tx, page));
        } finally {
            walks.release();
        }
    }

    private Answer get(Call call) {
        return answer(store.read(tx -> Zone.of(tx, call)));
    }

    private Answer edit(Call call, Caller caller) {
        Problems problems = new Problems(INVALID);
        Body body = Body.of(call, problems);
        body.only(EDITABLE);
        List<String> fields = EDITABLE.stream().filter(body::has).toList();
        if (problems.none() && fields.size() != 1) {
            problems.add("", "expected exactly one of paused, type, catch_all");
        }
        if (body.has("vanity_name_servers")) {
            problems.add("/vanity_name_servers", "vanity name servers are not available: Selvage runs no name servers");
        }
        Boolean paused = body.flag("paused");
        Boolean catchAll = body.flag("catch_all");
        String type = body.choice("type", NewZone.TYPES);
        problems.refuseIfAny();
        return answer(store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            if (paused != null) {
                tx.run("update zone set paused = ? where id = ?", paused, zone.id());
            }
            if (type != null) {
                tx.run("update zone set type = ? where id = ?", type, zone.id());
            }
            if (catchAll != null) {
                // It is about the host names of everybody.
                if (!caller.operator()) {
                    throw new Refused(403, 10_000, "Authentication error: only the operator sets catch_all");
                }
                setCatchAll(tx, zone, catchAll);
            }
            long now = Times.now(clock);
            zone.changed(tx, now);
            Zone after = Zone.find(tx, zone.id()).orElseThrow();
            Audit.note(
                    tx,
                    caller,
                    now,
                    zone.place(),
                    Audit.Change.change(TYPE, zone.id(), zone.json(seconds(now)), after.json(seconds(now))));
            return after;
        }));
    }

    /// The name of the zone that answers for unclaimed host names; empty when there is none.
    public static String catchAll(Tx tx) {
        return tx.first(row -> row.text("name"), "select name from zone where catch_all = 1")
                .orElse("");
    }

    private static void setCatchAll(Tx tx, Zone zone, boolean wanted) {
        String present = catchAll(tx);
        if (wanted && !present.isEmpty() && !present.equals(zone.name())) {
            throw new Refused(
                    400,
                    new ApiError(
                            INVALID,
                            "only one zone can be the catch-all, and " + present
                                    + " is; set its catch_all to false first",
                            "/catch_all"));
        }
        tx.run("update zone set catch_all = ? where id = ?", wanted, zone.id());
    }

    private Answer delete(Call call, Caller caller) {
        return Envelope.id(store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            long now = Times.now(clock);
            Audit.note(tx, caller, now, zone.place(), Audit.Change.delete(TYPE, zone.id(), zone.json(seconds(now))));
            tx.run("delete from zone where id = ?", zone.id());
            tx.run("insert into outbox (zone_id) values (?)", zone.id());
            return zone.id();
        }));
    }

    /// Zones are active from the first moment, so that there is nothing to check.
    private Answer check(Call call, Caller caller) {
        return Envelope.id(store.read(tx -> Zone.of(tx, call)).id());
    }

    private Answer answer(Zone zone) {
        return Envelope.ok(zone.json(clock.instant().getEpochSecond()));
    }
}
