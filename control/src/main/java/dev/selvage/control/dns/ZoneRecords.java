package dev.selvage.control.dns;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Caller;
import dev.selvage.control.api.Refused;
import dev.selvage.control.audit.Audit;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.model.origin.OriginPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Changes of one zone's records within one transaction; [#finish] ends them.
final class ZoneRecords {
    /// Most records of one zone.
    static final int MOST = 3_500;

    private static final int UNKNOWN = 81044;
    private static final int TOO_MANY = 81045;
    private static final int ALIAS_CONFLICT = 81053;
    private static final int DELEGATION_CONFLICT = 81056;
    private static final int IDENTICAL = 81058;
    private static final int LOOP = 9039;

    private static final String TYPE = "dns_record";

    private final Tx tx;
    private final Caller caller;
    private final Zone zone;
    private final OriginPolicy origins;
    private final long now;
    private final Warnings warnings = new Warnings();

    /// The aliases that were put, with their places in the body.
    private final Map<String, String> aliases = new LinkedHashMap<>();

    private long count;
    private boolean changed;

    /// @param origins which addresses what is proxied may lead to
    ZoneRecords(Tx tx, Caller caller, Zone zone, OriginPolicy origins, long now) {
        this.tx = tx;
        this.caller = caller;
        this.zone = zone;
        this.origins = origins;
        this.now = now;
        count = tx.number("select count(*) as n from dns_record where zone_id = ?", zone.id());
    }

    /// The record of an id.
    ///
    /// @throws Refused with `status` when there is none
    static DnsRecord find(Tx tx, Zone zone, String id, int status, String pointer) {
        return DnsRecord.find(tx, zone, id)
                .orElseThrow(() -> refused(status, UNKNOWN, "Record does not exist.", pointer));
    }

    /// Makes the record that `body` describes.
    ///
    /// @param pointer where `body` is in what the caller sent
    DnsRecord post(ObjectNode body, String pointer) {
        return store(RecordForm.read(body, pointer, zone, null, now, warnings), pointer);
    }

    /// Makes the record that `body` describes, unless it is there; empty then.
    Optional<DnsRecord> add(ObjectNode body, String pointer) {
        DnsRecord record = RecordForm.read(body, pointer, zone, null, now, warnings);
        boolean there = DnsRecord.named(tx, zone, record.name()).stream().anyMatch(record::sameAs);
        return there ? Optional.empty() : Optional.of(store(record, pointer));
    }

    private DnsRecord store(DnsRecord record, String pointer) {
        if (count >= MOST) {
            throw refused(400, TOO_MANY, "A zone has at most " + MOST + " records; delete one first.", pointer);
        }
        keep(record, null, pointer);
        count++;
        return record;
    }

    /// Puts the record that `body` describes in the place of `before`.
    DnsRecord put(DnsRecord before, ObjectNode body, String pointer) {
        DnsRecord record = RecordForm.read(body, pointer, zone, before, now, warnings);
        keep(record, before, pointer);
        return record;
    }

    /// Changes the fields of `before` that `body` has; null takes a field away.
    DnsRecord patch(DnsRecord before, ObjectNode body, String pointer) {
        return put(before, RecordForm.merge(before, zone, body), pointer);
    }

    DnsRecord delete(DnsRecord record) {
        record.delete(tx, zone);
        count--;
        note(Audit.Change.delete(TYPE, record.id(), record.json(zone)));
        return record;
    }

    /// Checks what can only be seen at the end, and lets the edges know.
    ///
    /// @throws Refused when CNAME records lead in a circle
    void finish() {
        List<ApiError> loops = aliases.entrySet().stream()
                .filter(alias -> DnsRecord.find(tx, zone, alias.getKey())
                        .filter(record -> record.type().alias() && Aliases.leadBack(tx, zone, record))
                        .isPresent())
                .map(alias -> new ApiError(
                        LOOP,
                        "Content for CNAME record must not lead back to the record's own name, not through other CNAME"
                                + " records either.",
                        alias.getValue() + "/content"))
                .toList();
        if (!loops.isEmpty()) {
            throw new Refused(400, loops);
        }
        if (changed) {
            zone.changed(tx, now);
        }
    }

    List<ObjectNode> messages() {
        return warnings.messages();
    }

    Warnings warnings() {
        return warnings;
    }

    /// Stores `record` in place of `before`, where the zone's other records allow it.
    private void keep(DnsRecord record, @Nullable DnsRecord before, String pointer) {
        ProxiedTarget.check(record, origins, pointer);
        for (DnsRecord other : DnsRecord.named(tx, zone, record.name())) {
            if (!other.id().equals(record.id())) {
                check(record, other, pointer);
            }
        }
        if (before != null) {
            before.delete(tx, zone);
        }
        record.insert(tx, zone);
        note(
                before == null
                        ? Audit.Change.add(TYPE, record.id(), record.json(zone))
                        : Audit.Change.change(TYPE, record.id(), before.json(zone), record.json(zone)));
        if (record.type().alias()) {
            aliases.put(record.id(), pointer);
        }
    }

    private void note(Audit.Change change) {
        changed = true;
        Audit.note(tx, caller, now, zone.place(), change);
    }

    private void check(DnsRecord record, DnsRecord other, String pointer) {
        if (record.sameAs(other)) {
            throw refused(400, IDENTICAL, "An identical record already exists.", pointer);
        }
        boolean both = record.type().proxiable() && other.type().proxiable();
        if (both && (record.type().alias() || other.type().alias())) {
            throw refused(400, ALIAS_CONFLICT, "An A, AAAA, or CNAME record with that host already exists.", pointer);
        }
        // A delegation has only its own signer records beside it; the zone's own name servers delegate nothing.
        boolean delegation = !record.name().equals(zone.name())
                && (record.type() == RecordType.NS) != (other.type() == RecordType.NS)
                && record.type() != RecordType.DS
                && other.type() != RecordType.DS;
        if (delegation) {
            throw refused(
                    400,
                    DELEGATION_CONFLICT,
                    other.type() == RecordType.NS
                            ? "NS records with that host already exist."
                            : "NS records cannot share their host with records of other types, and some already exist.",
                    pointer);
        }
    }

    private static Refused refused(int status, int code, String message, String pointer) {
        return new Refused(
                status, pointer.isEmpty() ? new ApiError(code, message) : new ApiError(code, message, pointer));
    }
}
