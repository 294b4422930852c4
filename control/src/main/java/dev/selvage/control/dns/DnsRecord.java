package dev.selvage.control.dns;

import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Times;
import dev.selvage.control.names.HostName;
import dev.selvage.control.store.Row;
import dev.selvage.control.store.Tx;
import dev.selvage.control.zones.Zone;
import dev.selvage.toolkit.json.Json;
import java.util.List;
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
/// @param ttl seconds; 1 is automatic
/// @param settings JSON object of flags
/// @param createdOn as all times here, microseconds since 1970
public record DnsRecord(
        String id,
        String name,
        RecordType type,
        String content,
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

    /// The records of a zone in the order of their names.
    public static List<DnsRecord> of(Tx tx, Zone zone) {
        return tx.list(
                DnsRecord::of,
                "select * from dns_record where zone_id = ? order by name, type, created_on, id",
                zone.id());
    }

    static Optional<DnsRecord> find(Tx tx, Zone zone, String id) {
        return tx.first(DnsRecord::of, "select * from dns_record where zone_id = ? and id = ?", zone.id(), id);
    }

    static List<DnsRecord> named(Tx tx, Zone zone, String name) {
        return tx.list(DnsRecord::of, "select * from dns_record where zone_id = ? and name = ?", zone.id(), name);
    }

    /// True when both say the same of the same name.
    boolean sameAs(DnsRecord other) {
        return name.equals(other.name)
                && type == other.type
                && HostName.comparable(content).equals(HostName.comparable(other.content));
    }

    void insert(Tx tx, Zone zone) {
        tx.run(
                """
                insert into dns_record (id, zone_id, name, type, content, proxied, ttl, priority, comment, tags, settings,
                    created_on, modified_on, comment_modified_on, tags_modified_on)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                id,
                zone.id(),
                name,
                type.name(),
                content,
                proxied,
                ttl,
                priority,
                comment,
                array(tags).toString(),
                settings.toString(),
                createdOn,
                modifiedOn,
                commentModifiedOn,
                tagsModifiedOn);
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
        json.set("settings", settings);
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
        Long priority = row.numberOrNull("priority");
        JsonNode tags = Json.MAPPER.readTree(row.text("tags"));
        return new DnsRecord(
                row.text("id"),
                row.text("name"),
                RecordType.valueOf(row.text("type")),
                row.text("content"),
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
