package dev.selvage.control.dns;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Problems;
import dev.selvage.control.names.HostName;
import dev.selvage.control.zones.Zone;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Reads a record from a body and says everything that is wrong with it.
final class RecordForm {
    /// The code of a DNS validation error without a code of its own.
    static final int INVALID = 1004;

    private static final int LONGEST_CONTENT = 2_048;
    private static final Set<String> WRITABLE =
            Set.of("type", "name", "content", "ttl", "proxied", "comment", "tags", "settings", "priority", "data");

    /// Clients send a record back as they got it; these of its fields are not theirs to set.
    private static final Set<String> READ_ONLY = Set.of(
            "id",
            "zone_id",
            "zone_name",
            "proxiable",
            "locked",
            "meta",
            "created_on",
            "modified_on",
            "comment_modified_on",
            "tags_modified_on");

    private static final Set<String> SETTINGS = Set.of("ipv4_only", "ipv6_only", "flatten_cname");
    private static final Set<String> TYPES =
            Arrays.stream(RecordType.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

    private RecordForm() {}

    /// The record that `object` describes, in place of `before`.
    ///
    /// @throws dev.selvage.control.api.Refused with everything that is wrong
    static DnsRecord read(ObjectNode object, Zone zone, @Nullable DnsRecord before, long now) {
        Problems problems = new Problems(INVALID);
        Body body = new Body(object, "", problems);
        ObjectNode known = object.deepCopy();
        READ_ONLY.forEach(known::remove);
        new Body(known, "", problems).only(WRITABLE);

        String typeName = body.require("type") ? body.choice("type", TYPES) : null;
        RecordType type = typeName == null ? null : RecordType.valueOf(typeName);
        String name = name(body, zone);
        boolean proxied = Boolean.TRUE.equals(body.flag("proxied"));
        if (proxied && type != null && !type.proxiable()) {
            problems.add(new ApiError(9004, "A record of type " + type + " cannot be proxied.", "/proxied"));
        }
        String content = content(body, type, name);
        Integer priority = body.number("priority", 0, 65_535);
        if (type == RecordType.MX && !body.has("priority")) {
            problems.add("/priority", "\"priority\" is required for an MX record");
        }
        if (body.has("data")) {
            problems.add("/data", "\"data\" is for record types that are not kept here; send \"content\"");
        }
        int ttl = ttl(body, proxied);
        String comment = body.text("comment", 500);
        List<String> tags = tags(body);
        ObjectNode settings = settings(body);
        problems.refuseIfAny();

        boolean commentChanged = !Objects.equals(comment, before == null ? null : before.comment());
        boolean tagsChanged = !tags.equals(before == null ? List.of() : before.tags());
        return new DnsRecord(
                before == null ? Ids.next() : before.id(),
                Objects.requireNonNull(name),
                Objects.requireNonNull(type),
                Objects.requireNonNull(content),
                proxied,
                ttl,
                priority,
                comment == null || comment.isEmpty() ? null : comment,
                tags,
                settings,
                before == null ? now : before.createdOn(),
                now,
                commentChanged ? Long.valueOf(now) : before == null ? null : before.commentModifiedOn(),
                tagsChanged ? Long.valueOf(now) : before == null ? null : before.tagsModifiedOn());
    }

    /// A record as a body that [#read] accepts, for merging.
    static ObjectNode write(DnsRecord record, Zone zone) {
        ObjectNode json = record.json(zone);
        READ_ONLY.forEach(json::remove);
        return json;
    }

    /// The name completed with the zone's: `@` is the zone itself, and what does not end in it is below it.
    private static @Nullable String name(Body body, Zone zone) {
        String text = body.require("name") ? body.text("name", 1_000) : null;
        if (text == null) {
            return null;
        }
        if (text.equals("@")) {
            return zone.name();
        }
        Optional<String> name = HostName.orWildcard(text)
                .map(host -> HostName.within(host, zone.name()) ? host : host + "." + zone.name())
                .flatMap(HostName::orWildcard);
        if (name.isEmpty()) {
            body.problems()
                    .add(new ApiError(
                            9000,
                            "DNS name is invalid: expected @, a name relative to " + zone.name()
                                    + " or a full one, of letters, digits, - and _, whose first label may be *",
                            "/name"));
        }
        return name.orElse(null);
    }

    private static @Nullable String content(Body body, @Nullable RecordType type, @Nullable String name) {
        String text = body.require("content") ? body.text("content", LONGEST_CONTENT) : null;
        if (text == null || type == null) {
            return null;
        }
        return switch (type) {
            case A ->
                checked(body, text, HostName.isIpv4(text), 9005, "Content for A record must be a valid IPv4 address.");
            case AAAA ->
                checked(
                        body,
                        text,
                        HostName.isIpv6(text),
                        9006,
                        "Content for AAAA record must be a valid IPv6 address.");
            case CNAME, MX, NS -> host(body, text, type, name);
            case TXT -> checked(body, text, !text.isBlank(), 9009, "Content for TXT record must not be empty.");
        };
    }

    private static @Nullable String host(Body body, String text, RecordType type, @Nullable String name) {
        String host = HostName.of(text).filter(it -> !HostName.isIpv4(it)).orElse(null);
        if (host == null) {
            return checked(body, text, false, 9007, "Content for " + type + " record must be a valid host name.");
        }
        return checked(
                body,
                host,
                !(type.alias() && host.equals(name)),
                9039,
                "Content for CNAME record must not be the record's own name.");
    }

    private static @Nullable String checked(Body body, String content, boolean right, int code, String message) {
        if (!right) {
            body.problems().add(new ApiError(code, message, "/content"));
            return null;
        }
        return content;
    }

    /// What is proxied has the edge's own time to live.
    private static int ttl(Body body, boolean proxied) {
        Integer ttl = body.number("ttl", 1, 86_400);
        if (ttl != null && ttl != 1 && ttl < 30) {
            body.problems().add("/ttl", "\"ttl\" must be 1 for automatic, or 30 to 86400 seconds, not " + ttl);
        }
        return ttl == null || proxied ? 1 : ttl;
    }

    private static List<String> tags(Body body) {
        List<String> tags = body.texts("tags", 20, 132).stream()
                .map(tag -> tag.toLowerCase(Locale.ROOT))
                .toList();
        for (String tag : tags) {
            if (!tag.matches("[a-z0-9_-]{1,32}(:.{0,99})?")) {
                body.problems().add("/tags", "\"" + tag + "\" is not a tag; expected name:value");
            }
        }
        return tags;
    }

    private static ObjectNode settings(Body body) {
        ObjectNode settings = Envelope.object();
        Body given = body.object("settings");
        if (given != null) {
            given.only(SETTINGS);
            for (String name : SETTINGS.stream().sorted().toList()) {
                Boolean flag = given.flag(name);
                if (flag != null) {
                    settings.put(name, flag);
                }
            }
        }
        return settings;
    }
}
