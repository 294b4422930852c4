package dev.selvage.control.dns;

import dev.selvage.control.api.ApiError;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Ids;
import dev.selvage.control.api.Problems;
import dev.selvage.control.api.Refused;
import dev.selvage.control.names.HostName;
import dev.selvage.control.zones.Zone;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Reads a record from a body and says everything that is wrong with it.
final class RecordForm {
    /// The code of a DNS validation error without a code of its own; what it is stands in its chain.
    static final int INVALID = 1004;

    static final int LEAST_TTL = 30;
    static final int MOST_TTL = 86_400;

    private static final int MISSING = 9100;
    private static final int BAD_PRIORITY = 9008;
    private static final int BAD_TTL = 9021;
    private static final int BAD_NAME = 9000;
    private static final int LONGEST_CONTENT = 2_048;

    /// Longest data of a TXT record in bytes, and of its text form with every byte escaped.
    private static final int LONGEST_TXT = 8_192;

    private static final int LONGEST_TXT_CONTENT = 5 * LONGEST_TXT;
    private static final int LONGEST_KEY = 16_384;
    private static final int LONGEST_COMMENT = 500;
    private static final int MOST_TAGS = 20;
    private static final int LONGEST_TAG_NAME = 32;
    private static final int LONGEST_TAG_VALUE = 100;

    private static final Set<String> WRITABLE = Set.of(
            "type",
            "name",
            "content",
            "ttl",
            "proxied",
            "comment",
            "tags",
            "settings",
            "priority",
            "data",
            "private_routing");

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

    private final Body body;
    private final Zone zone;
    private final Warnings warnings;

    private RecordForm(Body body, Zone zone, Warnings warnings) {
        this.body = body;
        this.zone = zone;
        this.warnings = warnings;
    }

    /// The record that `object` describes, in place of `before`.
    ///
    /// @param pointer where `object` is in what the caller sent
    /// @throws Refused with everything that is wrong
    static DnsRecord read(
            ObjectNode object, String pointer, Zone zone, @Nullable DnsRecord before, long now, Warnings warnings) {
        Problems problems = new Problems(INVALID);
        DnsRecord record = new RecordForm(new Body(object, pointer, problems), zone, warnings).read(before, now);
        try {
            problems.refuseIfAny();
        } catch (Refused refused) {
            throw new Refused(
                    refused.status(),
                    refused.errors().stream().map(RecordForm::chained).toList());
        }
        return record;
    }

    /// A record as a body that [#read] accepts.
    static ObjectNode write(DnsRecord record, Zone zone) {
        ObjectNode json = record.json(zone);
        json.remove(READ_ONLY);
        if (record.type().structured()) {
            json.remove("content");
        }
        if (!record.type().prioritised()) {
            json.remove("priority");
        }
        return json;
    }

    /// `before` with the fields of `patch` in place of its own.
    static ObjectNode merge(DnsRecord before, Zone zone, ObjectNode patch) {
        ObjectNode merged = write(before, zone);
        boolean sameType = !patch.hasNonNull("type")
                || patch.get("type").asString("").equals(before.type().name());
        boolean named = patch.hasNonNull("content")
                && !before.content().equals(patch.get("content").asString(""));
        if (!sameType || (named && !patch.has("data"))) {
            merged.remove("data");
        }
        if (patch.has("priority") && merged.get("data") instanceof ObjectNode data) {
            data.remove("priority");
        }
        patch.properties().forEach(field -> {
            boolean fields = field.getKey().equals("data")
                    && merged.get("data") instanceof ObjectNode
                    && field.getValue() instanceof ObjectNode;
            if (fields) {
                ObjectNode data = (ObjectNode) merged.get("data");
                ((ObjectNode) field.getValue()).properties().forEach(part -> data.set(part.getKey(), part.getValue()));
            } else {
                merged.set(field.getKey(), field.getValue());
            }
        });
        return merged;
    }

    /// What the API calls a validation error: a general one, and what it was in its chain.
    private static ApiError chained(ApiError error) {
        if (error.code() != INVALID) {
            return error;
        }
        return new ApiError(
                INVALID,
                "DNS Validation Error",
                error.pointer(),
                error.chain().isEmpty() ? List.of(new ApiError(INVALID, error.message())) : error.chain());
    }

    private DnsRecord read(@Nullable DnsRecord before, long now) {
        ObjectNode known = body.node().deepCopy();
        known.remove(READ_ONLY);
        new Body(known, body.pointer(), body.problems()).only(WRITABLE);

        String typeName = require("type") ? body.choice("type", TYPES) : null;
        RecordType type = typeName == null ? null : RecordType.valueOf(typeName);
        String name = name(before);
        boolean proxied = Boolean.TRUE.equals(body.flag("proxied"));
        if (proxied && type != null && !type.proxiable()) {
            add(9004, "A record of type " + type + " cannot be proxied.", "proxied");
        }
        Integer priority = priority(type);
        ObjectNode data = type == null ? null : data(type, priority);
        String content = content(type, name, data);
        int ttl = ttl(proxied);
        String comment = comment();
        List<String> tags = tags();
        ObjectNode settings = settings();
        body.flag("private_routing");
        if (type == RecordType.SRV && data != null) {
            priority = data.path("priority").asInt(0);
        }

        boolean commentChanged = !Objects.equals(comment, before == null ? null : before.comment());
        boolean tagsChanged = !tags.equals(before == null ? List.of() : before.tags());
        return new DnsRecord(
                before == null ? Ids.next() : before.id(),
                name == null ? "" : name,
                type == null ? RecordType.A : type,
                content == null ? "" : content,
                data,
                proxied,
                ttl,
                type != null && (type.prioritised() || type == RecordType.SRV) ? priority : null,
                comment,
                tags,
                settings,
                before == null ? now : before.createdOn(),
                now,
                commentChanged ? Long.valueOf(now) : before == null ? null : before.commentModifiedOn(),
                tagsChanged ? Long.valueOf(now) : before == null ? null : before.tagsModifiedOn());
    }

    private boolean require(String field) {
        if (!body.has(field)) {
            invalid(MISSING, field + " is a required field.", field);
        }
        return body.has(field);
    }

    private void add(int code, String message, String field) {
        body.problems().add(new ApiError(code, message, body.pointer(field)));
    }

    private void invalid(int code, String what, String field) {
        body.problems().add(new ApiError(INVALID, what, body.pointer(field), List.of(new ApiError(code, what))));
    }

    /// The name completed with the zone's: `@` is the zone itself, and what does not end in it is below it,
    /// but for a name that a full stop says is complete.
    private @Nullable String name(@Nullable DnsRecord before) {
        String text = require("name") ? body.text("name", 1_000) : null;
        if (text == null) {
            return null;
        }
        if (text.equals("@")) {
            return zone.name();
        }
        String name = switch (HostName.read(text, true)) {
            case HostName.Wrong(String why) -> badName(why);
            case HostName.Host(String given) -> within(given, text.endsWith("."));
        };
        if (name != null && (before == null || !before.name().equals(name))) {
            warnings.lookAt(name);
        }
        return name;
    }

    /// @param complete whether the caller says that nothing may be added
    private @Nullable String within(String given, boolean complete) {
        if (HostName.within(given, zone.name())) {
            return given;
        }
        if (complete) {
            return badName(given + " is not within " + zone.name());
        }
        return switch (HostName.read(given + "." + zone.name(), true)) {
            case HostName.Wrong(String why) -> badName(why);
            case HostName.Host(String name) -> {
                warnings.completed(given, zone);
                yield name;
            }
        };
    }

    private @Nullable String badName(String why) {
        add(
                BAD_NAME,
                "DNS name is invalid: " + why + "; expected @, a name relative to " + zone.name()
                        + " or a full one within it, of letters, digits, - and _, whose first label may be *",
                "name");
        return null;
    }

    private @Nullable Integer priority(@Nullable RecordType type) {
        Body own = body;
        if (type == RecordType.URI
                && !body.has("priority")
                && body.node().get("data") instanceof ObjectNode data
                && data.hasNonNull("priority")) {
            own = new Body(data, body.pointer("data"), body.problems());
        }
        boolean wanted = type != null && type.prioritised();
        Problems wrong = new Problems(INVALID);
        Integer priority = new Body(own.node(), own.pointer(), wrong).number("priority", 0, 65_535);
        if (!wrong.none() || (wanted && priority == null)) {
            String what = own.has("priority")
                    ? "Invalid priority, priority must be set and be between 0 and 65535"
                    : "priority is a required field.";
            body.problems()
                    .add(new ApiError(
                            INVALID,
                            what,
                            own.pointer("priority"),
                            List.of(new ApiError(own.has("priority") ? BAD_PRIORITY : MISSING, what))));
        }
        return priority;
    }

    /// The checked data of a type that has some, from `data` or else from the text form in `content`.
    private @Nullable ObjectNode data(RecordType type, @Nullable Integer priority) {
        if (!type.structured()) {
            if (body.has("data")) {
                body.problems().add(body.pointer("data"), "\"data\" is not for " + type + " records; send \"content\"");
            }
            return null;
        }
        if (!body.has("data") && body.has("content")) {
            return dataOfContent(type);
        }
        Body data = require("data") ? body.object("data") : null;
        if (data == null) {
            return null;
        }
        ObjectNode given = data.node().deepCopy();
        if (type == RecordType.SRV && priority != null && !data.has("priority")) {
            given.put("priority", priority);
        }
        return RecordData.read(type, new Body(given, data.pointer(), body.problems()));
    }

    private @Nullable ObjectNode dataOfContent(RecordType type) {
        String text = body.text("content", LONGEST_KEY);
        if (text == null) {
            return null;
        }
        Optional<ObjectNode> parsed =
                MasterLexer.tokens(text).flatMap(tokens -> RecordData.parse(type, tokens, UnaryOperator.identity()));
        if (parsed.isEmpty()) {
            body.problems()
                    .add(
                            body.pointer("content"),
                            "the content is not the text form of a " + type + " record; send its fields in \"data\"");
            return null;
        }
        return RecordData.read(type, new Body(parsed.get(), body.pointer("content"), body.problems()));
    }

    private @Nullable String content(@Nullable RecordType type, @Nullable String name, @Nullable ObjectNode data) {
        if (type != null && type.structured()) {
            return data == null || !body.problems().none()
                    ? null
                    : RecordData.text(type, data, UnaryOperator.identity());
        }
        int longest = type == RecordType.TXT
                ? LONGEST_TXT_CONTENT
                : type == RecordType.OPENPGPKEY ? LONGEST_KEY : LONGEST_CONTENT;
        String text = require("content") ? body.text("content", longest) : null;
        if (text == null || type == null) {
            return null;
        }
        return switch (type) {
            case A -> checked(text, HostName.isIpv4(text), 9005, "Content for A record must be a valid IPv4 address.");
            case AAAA ->
                checked(text, HostName.isIpv6(text), 9006, "Content for AAAA record must be a valid IPv6 address.");
            case CNAME, MX, NS, PTR -> host(text, type, name);
            case OPENPGPKEY -> {
                boolean right = RecordData.isBase64(text);
                if (!right) {
                    body.problems().add(body.pointer("content"), "the content must be an OpenPGP key in Base64");
                }
                yield right ? text : null;
            }
            case TXT -> textRecord(text);
            case CAA, CERT, DNSKEY, DS, HTTPS, LOC, NAPTR, SMIMEA, SRV, SSHFP, SVCB, TLSA, URI ->
                throw new IllegalStateException("the content of " + type + " follows from its data");
        };
    }

    private @Nullable String textRecord(String text) {
        if (text.isBlank()) {
            return checked(text, false, 9009, "Content for TXT record must not be empty.");
        }
        Optional<byte[]> bytes = Presentation.textRecord(text);
        if (bytes.isEmpty()) {
            return checked(
                    text,
                    false,
                    9009,
                    "Content for TXT record starts with a quote but is not a row of strings in quotes.");
        }
        return checked(
                text,
                bytes.get().length <= LONGEST_TXT,
                9009,
                "Content for TXT record must not have more than " + LONGEST_TXT + " bytes.");
    }

    private @Nullable String host(String text, RecordType type, @Nullable String name) {
        if (type == RecordType.MX && text.equals(".")) {
            // No mail is accepted (RFC 7505).
            return text;
        }
        String host = HostName.of(text).filter(it -> !HostName.isIpv4(it)).orElse(null);
        if (host == null) {
            return checked(text, false, 9007, "Content for " + type + " record must be a valid host name.");
        }
        warnings.lookAt(host);
        return checked(
                host,
                !(type.alias() && host.equals(name)),
                9039,
                "Content for CNAME record must not be the record's own name.");
    }

    private @Nullable String checked(String content, boolean right, int code, String message) {
        if (!right) {
            add(code, message, "content");
            return null;
        }
        return content;
    }

    /// What is proxied has the edge's own time to live.
    private int ttl(boolean proxied) {
        Problems wrong = new Problems(INVALID);
        Integer ttl = new Body(body.node(), body.pointer(), wrong).number("ttl", 1, MOST_TTL);
        if (!wrong.none() || (ttl != null && ttl != 1 && ttl < LEAST_TTL)) {
            invalid(
                    BAD_TTL,
                    "Invalid TTL. Must be between " + LEAST_TTL + " and " + MOST_TTL + " seconds, or 1 for Automatic.",
                    "ttl");
        }
        return ttl == null || proxied ? 1 : ttl;
    }

    private @Nullable String comment() {
        String comment = body.text("comment", LONGEST_COMMENT);
        if (comment == null || comment.isBlank()) {
            return null;
        }
        if (comment.codePoints().anyMatch(Character::isISOControl)) {
            body.problems().add(body.pointer("comment"), "\"comment\" must be one line without control characters");
        }
        return comment;
    }

    private List<String> tags() {
        List<String> tags = body.texts("tags", MOST_TAGS, LONGEST_TAG_NAME + 1 + LONGEST_TAG_VALUE).stream()
                .map(RecordForm::tag)
                .distinct()
                .toList();
        for (String tag : tags) {
            if (!isTag(tag)) {
                body.problems()
                        .add(
                                body.pointer("tags"),
                                "\"" + tag + "\" is not a tag; expected name:value, the name of at most "
                                        + LONGEST_TAG_NAME
                                        + " letters, digits, - and _ that does not start with cf-, the value of at most "
                                        + LONGEST_TAG_VALUE + " characters");
            }
        }
        return tags;
    }

    /// The names of tags have no case.
    private static String tag(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? text.toLowerCase(Locale.ROOT)
                : text.substring(0, colon).toLowerCase(Locale.ROOT) + text.substring(colon);
    }

    private static boolean isTag(String tag) {
        int colon = tag.indexOf(':');
        String name = colon < 0 ? tag : tag.substring(0, colon);
        String value = colon < 0 ? "" : tag.substring(colon + 1);
        return !name.isEmpty()
                && name.length() <= LONGEST_TAG_NAME
                && !name.startsWith("cf-")
                && name.chars().allMatch(RecordForm::inTagName)
                && value.length() <= LONGEST_TAG_VALUE
                && value.codePoints().noneMatch(Character::isISOControl);
    }

    private static boolean inTagName(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private ObjectNode settings() {
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
