package dev.selvage.control.dns;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Page;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.zone.ProxiedHost;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The endpoints below `/zones/{zone}/dns_records`.
public final class DnsRecords {
    /// Most records of one zone.
    static final int MOST = 3_500;

    private static final String TYPE = "dns_record";

    private final Store store;
    private final Clock clock;

    public DnsRecords(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    public void routes(Api api) {
        String all = "/zones/{zone}/dns_records";
        String one = all + "/{record}";
        api.change("POST", all, Permission.DNS_WRITE, this::create);
        api.read(all, Permission.DNS_READ, this::list);
        api.read(one, Permission.DNS_READ, this::get);
        api.change("PUT", one, Permission.DNS_WRITE, (call, caller) -> change(call, caller, false));
        api.change("PATCH", one, Permission.DNS_WRITE, (call, caller) -> change(call, caller, true));
        api.change("DELETE", one, Permission.DNS_WRITE, this::delete);
    }

    /// The host names that the edge answers for.
    public static List<ProxiedHost> proxied(Tx tx, Zone zone) {
        Map<String, List<String>> contents = new TreeMap<>();
        for (DnsRecord record : DnsRecord.of(tx, zone)) {
            if (record.proxied()) {
                contents.computeIfAbsent(record.name(), _ -> new ArrayList<>()).add(record.content());
            }
        }
        return contents.entrySet().stream()
                .map(host -> new ProxiedHost(host.getKey(), host.getValue()))
                .toList();
    }

    /// Puts `wanted`, a body as POST takes it, in the place of every record of its name that can be
    /// proxied.
    public static void replace(Tx tx, Zone zone, ObjectNode wanted, long now) {
        DnsRecord record = RecordForm.read(wanted, zone, null, now);
        DnsRecord.named(tx, zone, record.name()).stream()
                .filter(old -> old.type().proxiable())
                .forEach(old -> old.delete(tx, zone));
        record.insert(tx, zone);
    }

    private Answer create(Call call, Caller caller) {
        Ids.of(call, "zone");
        ObjectNode body = Body.parse(call);
        return store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            long now = Times.now(clock);
            DnsRecord record = RecordForm.read(body, zone, null, now);
            if (tx.number("select count(*) as n from dns_record where zone_id = ?", zone.id()) >= MOST) {
                throw new Refused(400, 81045, "A zone has at most " + MOST + " records; delete one first.");
            }
            put(tx, zone, record, null);
            zone.changed(tx, now);
            ObjectNode json = record.json(zone);
            Audit.note(tx, caller, now, zone.place(), Audit.Change.add(TYPE, record.id(), json));
            return Envelope.ok(json);
        });
    }

    private Answer list(Call call) {
        Page page = Page.of(call, 100, 5_000_000);
        RecordFilter filter = new RecordFilter(call);
        return store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            List<DnsRecord> records = filter.of(DnsRecord.of(tx, zone));
            return Envelope.page(page, records.size(), page.cut(records), record -> record.json(zone));
        });
    }

    private Answer get(Call call) {
        return store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            return Envelope.ok(record(tx, zone, call).json(zone));
        });
    }

    private Answer change(Call call, Caller caller, boolean merge) {
        Ids.of(call, "zone");
        Ids.of(call, "record");
        ObjectNode body = Body.parse(call);
        return store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            DnsRecord before = record(tx, zone, call);
            long now = Times.now(clock);
            DnsRecord after = RecordForm.read(merge ? merged(before, zone, body) : body, zone, before, now);
            put(tx, zone, after, before);
            zone.changed(tx, now);
            ObjectNode json = after.json(zone);
            Audit.note(tx, caller, now, zone.place(), Audit.Change.change(TYPE, after.id(), before.json(zone), json));
            return Envelope.ok(json);
        });
    }

    private static ObjectNode merged(DnsRecord before, Zone zone, ObjectNode body) {
        ObjectNode merged = RecordForm.write(before, zone);
        body.properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
        return merged;
    }

    private Answer delete(Call call, Caller caller) {
        return Envelope.id(store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            DnsRecord record = record(tx, zone, call);
            long now = Times.now(clock);
            record.delete(tx, zone);
            zone.changed(tx, now);
            Audit.note(tx, caller, now, zone.place(), Audit.Change.delete(TYPE, record.id(), record.json(zone)));
            return record.id();
        }));
    }

    /// Stores `record` in place of `before`, where the zone's other records allow it.
    private static void put(Tx tx, Zone zone, DnsRecord record, @Nullable DnsRecord before) {
        for (DnsRecord other : DnsRecord.named(tx, zone, record.name())) {
            if (other.id().equals(record.id())) {
                continue;
            }
            if (record.sameAs(other)) {
                throw new Refused(400, 81058, "An identical record already exists.");
            }
            boolean both = record.type().proxiable() && other.type().proxiable();
            if (both && (record.type().alias() || other.type().alias())) {
                throw new Refused(400, 81053, "An A, AAAA, or CNAME record with that host already exists.");
            }
        }
        if (before != null) {
            before.delete(tx, zone);
        }
        record.insert(tx, zone);
    }

    private static DnsRecord record(Tx tx, Zone zone, Call call) {
        return DnsRecord.find(tx, zone, Ids.of(call, "record"))
                .orElseThrow(() -> new Refused(404, 81044, "Record does not exist."));
    }
}
