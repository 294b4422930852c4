package dev.selvage.control.dns;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Page;
import dev.selvage.control.api.Permission;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Refused;
import dev.selvage.control.api.Times;
import dev.selvage.control.store.Store;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.origin.OriginPolicy;
import dev.selvage.model.zone.ProxiedHost;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import dev.selvage.toolkit.web.Multipart;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The endpoints below `/zones/{zone}/dns_records`.
public final class DnsRecords {
    /// Most changes in one batch.
    private static final int MOST_CHANGES = 3_500;

    /// The parts of a batch in the order in which they are applied.
    private static final List<String> PARTS = List.of("deletes", "patches", "puts", "posts");

    private final Store store;
    private final Clock clock;
    private final OriginPolicy origins;

    public DnsRecords(Store store, Clock clock, OriginPolicy origins) {
        this.store = store;
        this.clock = clock;
        this.origins = origins;
    }

    public void routes(Api api) {
        String all = "/zones/{zone}/dns_records";
        String one = all + "/{record}";
        api.change("POST", all, Permission.DNS_WRITE, this::create);
        api.read(all, Permission.DNS_READ, this::list);
        api.change("POST", all + "/batch", Permission.DNS_WRITE, this::batch);
        api.read(all + "/export", Permission.DNS_READ, this::export);
        api.change("POST", all + "/import", Permission.DNS_WRITE, this::importFile);
        api.read(one, Permission.DNS_READ, this::get);
        api.change("PUT", one, Permission.DNS_WRITE, (call, caller) -> change(call, caller, false));
        api.change("PATCH", one, Permission.DNS_WRITE, (call, caller) -> change(call, caller, true));
        api.change("DELETE", one, Permission.DNS_WRITE, this::delete);
    }

    /// The host names that the edge answers for.
    public static List<ProxiedHost> proxied(Tx tx, Zone zone) {
        record Content(String name, String content) {}
        Map<String, List<String>> contents = new TreeMap<>();
        tx.list(
                        row -> new Content(row.text("name"), row.text("content")),
                        "select name, content from dns_record where zone_id = ? and proxied = 1"
                                + " order by name, type, created_on, id",
                        zone.id())
                .forEach(record -> contents.computeIfAbsent(record.name(), _ -> new ArrayList<>())
                        .add(record.content()));
        return contents.entrySet().stream()
                .map(host -> new ProxiedHost(host.getKey(), host.getValue()))
                .toList();
    }

    /// Puts `wanted`, a body as POST takes it, in the place of every record of its name that can be
    /// proxied.
    public static void replace(Tx tx, Zone zone, ObjectNode wanted, long now) {
        DnsRecord record = RecordForm.read(wanted, "", zone, null, now, new Warnings());
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
            ZoneRecords records = records(tx, caller, zone);
            DnsRecord record = records.post(body, "");
            records.finish();
            return Envelope.ok(record.json(zone), records.messages());
        });
    }

    private Answer list(Call call) {
        Page page = Page.of(call, 100, 5_000_000);
        RecordFilter filter = new RecordFilter(call);
        return store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            return Envelope.page(
                    page, filter.count(tx, zone), filter.list(tx, zone, page), record -> record.json(zone));
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
            ZoneRecords records = records(tx, caller, zone);
            DnsRecord after = merge ? records.patch(before, body, "") : records.put(before, body, "");
            records.finish();
            return Envelope.ok(after.json(zone), records.messages());
        });
    }

    private Answer delete(Call call, Caller caller) {
        return Envelope.id(store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            ZoneRecords records = records(tx, caller, zone);
            DnsRecord record = records.delete(record(tx, zone, call));
            records.finish();
            return record.id();
        }));
    }

    /// Applies many changes, or none.
    private Answer batch(Call call, Caller caller) {
        Ids.of(call, "zone");
        Problems problems = new Problems(RecordForm.INVALID);
        Body body = Body.of(call, problems);
        body.only(Set.copyOf(PARTS));
        Map<String, List<Body>> parts = new LinkedHashMap<>();
        PARTS.forEach(part -> parts.put(part, body.objects(part, MOST_CHANGES)));
        int count = parts.values().stream().mapToInt(List::size).sum();
        if (count > MOST_CHANGES) {
            problems.add("", "a batch has at most " + MOST_CHANGES + " changes, not " + count);
        }
        problems.refuseIfAny();
        return store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            ZoneRecords records = records(tx, caller, zone);
            Problems wrong = new Problems(RecordForm.INVALID);
            ObjectNode result = Envelope.object();
            parts.forEach((part, elements) -> {
                ArrayNode done = result.putArray(part);
                for (Body element : elements) {
                    try {
                        done.add(apply(tx, zone, records, part, element).json(zone));
                    } catch (Refused refused) {
                        refused.errors().forEach(wrong::add);
                    }
                }
            });
            wrong.refuseIfAny();
            records.finish();
            return Envelope.ok(result, records.messages());
        });
    }

    /// @throws Refused with the pointer of the element; nothing is changed then
    private static DnsRecord apply(Tx tx, Zone zone, ZoneRecords records, String part, Body element) {
        ObjectNode body = element.node();
        String pointer = element.pointer();
        return switch (part) {
            case "deletes" -> records.delete(record(tx, zone, element));
            case "patches" -> records.patch(record(tx, zone, element), body, pointer);
            case "puts" -> records.put(record(tx, zone, element), body, pointer);
            default -> records.post(body, pointer);
        };
    }

    /// The zone's records as a master file.
    private Answer export(Call call) {
        return store.read(tx -> {
            Zone zone = Zone.of(tx, call);
            List<DnsRecord> records =
                    DnsRecord.list(tx, "where r.zone_id = ? order by r.type, r.name, r.created_on, r.id", zone.id());
            return Answer.text(200, ZoneFileWriter.write(zone, records, Times.text(Times.now(clock))))
                    .with("Content-Disposition", "attachment; filename=\"" + zone.name() + ".txt\"");
        });
    }

    /// Makes the records of a master file that are not there yet, all or none.
    private Answer importFile(Call call, Caller caller) {
        Ids.of(call, "zone");
        Map<String, byte[]> form = form(call);
        byte[] file = form.get("file");
        if (file == null) {
            throw invalid("the form has no field \"file\" with the zone file");
        }
        String text = Presentation.utf8(file)
                .orElseThrow(() -> invalid("line " + ZoneFileReader.firstLineNotUtf8(file) + ": it is not UTF-8"));
        boolean proxied = flag(form);
        // Read before anything waits for the transaction; a zone's name never changes.
        String name = store.read(tx -> Zone.of(tx, call)).name();
        ZoneFileReader.Content content = ZoneFileReader.read(text, name, proxied);
        return store.write(tx -> {
            Zone zone = Zone.of(tx, call);
            ZoneRecords records = records(tx, caller, zone);
            Problems wrong = new Problems(RecordForm.INVALID);
            content.errors().forEach(wrong::add);
            int added = 0;
            for (ZoneFileReader.Entry entry : content.entries()) {
                try {
                    added += records.add(entry.body(), pointer(entry)).isPresent() ? 1 : 0;
                } catch (Refused refused) {
                    refused.errors().forEach(error -> wrong.add(ZoneFileReader.at(entry.line(), error)));
                }
            }
            wrong.refuseIfAny();
            finish(records, content);
            return Envelope.ok(
                    Envelope.object()
                            .put("recs_added", added)
                            .put("total_records_parsed", content.entries().size()),
                    records.messages());
        });
    }

    /// Ends an import; what is found only then has its line too.
    private static void finish(ZoneRecords records, ZoneFileReader.Content content) {
        if (content.clamped() > 0) {
            records.warnings()
                    .add(
                            Warnings.TTL,
                            content.clamped() + " times to live were not within " + RecordForm.LEAST_TTL + " to "
                                    + RecordForm.MOST_TTL + " seconds and became the nearest that is");
        }
        try {
            records.finish();
        } catch (Refused refused) {
            Problems wrong = new Problems(RecordForm.INVALID);
            for (ApiError error : refused.errors()) {
                content.entries().stream()
                        .filter(entry -> String.valueOf(error.pointer()).equals(pointer(entry) + "/content"))
                        .forEach(entry -> wrong.add(ZoneFileReader.at(entry.line(), error)));
            }
            wrong.refuseIfAny();
            throw refused;
        }
    }

    private static String pointer(ZoneFileReader.Entry entry) {
        return "/" + entry.line();
    }

    private static Map<String, byte[]> form(Call call) {
        try {
            return Multipart.fields(call);
        } catch (IllegalArgumentException wrong) {
            throw invalid(String.valueOf(wrong.getMessage()));
        }
    }

    private static boolean flag(Map<String, byte[]> form) {
        String text = new String(form.getOrDefault("proxied", new byte[0]), StandardCharsets.UTF_8).strip();
        return switch (text) {
            case "true" -> true;
            case "false", "" -> false;
            default -> throw invalid("the form's field \"proxied\" must be true or false");
        };
    }

    private static Refused invalid(String what) {
        return new Refused(
                400,
                new ApiError(
                        RecordForm.INVALID,
                        "DNS Validation Error",
                        null,
                        List.of(new ApiError(RecordForm.INVALID, what))));
    }

    private ZoneRecords records(Tx tx, Caller caller, Zone zone) {
        return new ZoneRecords(tx, caller, zone, origins, Times.now(clock));
    }

    private static DnsRecord record(Tx tx, Zone zone, Call call) {
        return ZoneRecords.find(tx, zone, Ids.of(call, "record"), 404, "");
    }

    private static DnsRecord record(Tx tx, Zone zone, Body element) {
        Problems problems = new Problems(RecordForm.INVALID);
        Body own = new Body(element.node(), element.pointer(), problems);
        String id = own.require("id") ? own.text("id", 100) : null;
        problems.refuseIfAny();
        return ZoneRecords.find(tx, zone, String.valueOf(id), 400, own.pointer("id"));
    }
}
