package dev.selvage.control.dns;

import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Times;
import dev.selvage.control.names.HostName;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.toolkit.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A DNS record.
///
/// @param name canonical, within its zone
/// @param content as it was sent, where the type allows that
/// @param data the fields of a type whose content follows from them; null for other types
/// @param ttl seconds; 1 is automatic
/// @param settings JSON object of flags
/// @param createdOn as all times here, microseconds since 1970
public record DnsRecord(
        String id,
        String name,
        RecordType type,
        String content,
        @Nullable ObjectNode data,
        boolean proxied,
        int ttl,
        @Nullable Integer priority,
        @Nullable String comment,
        List<String> tags,
        ObjectNode settings,
        long createdOn,
        long modifiedOn,
        @Nullable Long commentModifiedOn,
        @Nullable Long tagsModifiedOn) {

    public DnsRecord {
        tags = List.copyOf(tags);
    }

    /// All columns of `r`, its tags as a JSON array.
    private static final String SELECT = """
            select r.*, (select json_group_array(tag) from
                (select tag from dns_record_tag where record_id = r.id order by position)) as tags
            from dns_record r
            """;

    /// The records of a zone in the order of their names.
    static List<DnsRecord> of(Tx tx, Zone zone) {
        return list(tx, "where r.zone_id = ? order by r.name, r.type, r.created_on, r.id", zone.id());
    }

    /// The records that a query's rest, which follows `from dns_record r`, chooses.
    static List<DnsRecord> list(Tx tx, String rest, @Nullable Object... arguments) {
        return tx.list(DnsRecord::of, SELECT + rest, arguments);
    }

    static Optional<DnsRecord> find(Tx tx, Zone zone, String id) {
        return tx.first(DnsRecord::of, SELECT + "where r.zone_id = ? and r.id = ?", zone.id(), id);
    }

    static List<DnsRecord> named(Tx tx, Zone zone, String name) {
        return list(tx, "where r.zone_id = ? and r.name = ? order by r.type, r.created_on, r.id", zone.id(), name);
    }

    /// True when both say the same of the same name.
    boolean sameAs(DnsRecord other) {
        return name.equals(other.name)
                && type == other.type
                && Objects.equals(priority, other.priority)
                && comparable().equals(other.comparable());
    }

    /// The same text for the same content, however it was written.
    private String comparable() {
        return switch (type) {
            case AAAA -> HostName.comparable(content);
            case TXT ->
                Presentation.textRecord(content)
                        .map(bytes -> Presentation.quote(bytes))
                        .orElse(content);
            case DS, SMIMEA, SSHFP, TLSA -> content.toLowerCase(Locale.ROOT);
            case A, CAA, CERT, CNAME, DNSKEY, HTTPS, LOC, MX, NAPTR, NS, OPENPGPKEY, PTR, SRV, SVCB, URI -> content;
        };
    }

    void insert(Tx tx, Zone zone) {
        tx.run(
                """
                insert into dns_record (id, zone_id, name, type, content, content_key, data, proxied, ttl, priority,
                    comment, comment_key, settings, created_on, modified_on, comment_modified_on, tags_modified_on)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                id,
                zone.id(),
                name,
                type.name(),
                content,
                key(content),
                data == null ? null : data.toString(),
                proxied,
                ttl,
                priority,
                comment,
                comment == null ? null : key(comment),
                settings.toString(),
                createdOn,
                modifiedOn,
                commentModifiedOn,
                tagsModifiedOn);
        for (int i = 0; i < tags.size(); i++) {
            tx.run(
                    "insert into dns_record_tag (record_id, position, zone_id, tag, key) values (?, ?, ?, ?, ?)",
                    id,
                    i,
                    zone.id(),
                    tags.get(i),
                    key(tags.get(i)));
        }
    }

    /// What filters compare: text without case.
    static String key(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    void delete(Tx tx, Zone zone) {
        tx.run("delete from dns_record where zone_id = ? and id = ?", zone.id(), id);
    }

    ObjectNode json(Zone zone) {
        ObjectNode json = Envelope.object()
                .put("id", id)
                .put("zone_id", zone.id())
                .put("zone_name", zone.name())
                .put("name", name)
                .put("type", type.name())
                .put("content", content)
                .put("proxiable", type.proxiable())
                .put("proxied", proxied)
                .put("ttl", ttl);
        if (priority != null) {
            json.put("priority", priority);
        }
        if (data != null) {
            json.set("data", data.deepCopy());
        }
        json.set("settings", settings.deepCopy());
        json.putObject("meta");
        json.put("comment", comment).set("tags", array(tags));
        json.put("created_on", Times.text(createdOn)).put("modified_on", Times.text(modifiedOn));
        if (commentModifiedOn != null) {
            json.put("comment_modified_on", Times.text(commentModifiedOn));
        }
        if (tagsModifiedOn != null) {
            json.put("tags_modified_on", Times.text(tagsModifiedOn));
        }
        return json;
    }

    private static DnsRecord of(Row row) {
        String data = row.textOrNull("data");
        Long priority = row.numberOrNull("priority");
        JsonNode tags = Json.MAPPER.readTree(row.text("tags"));
        return new DnsRecord(
                row.text("id"),
                row.text("name"),
                RecordType.valueOf(row.text("type")),
                row.text("content"),
                data == null ? null : (ObjectNode) Json.MAPPER.readTree(data),
                row.flag("proxied"),
                (int) row.number("ttl"),
                priority == null ? null : priority.intValue(),
                row.textOrNull("comment"),
                StreamSupport.stream(tags.spliterator(), false)
                        .map(JsonNode::stringValue)
                        .toList(),
                (ObjectNode) Json.MAPPER.readTree(row.text("settings")),
                row.number("created_on"),
                row.number("modified_on"),
                row.numberOrNull("comment_modified_on"),
                row.numberOrNull("tags_modified_on"));
    }

    private static ArrayNode array(List<String> texts) {
        ArrayNode array = Envelope.array();
        texts.forEach(array::add);
        return array;
    }
}
