package dev.selvage.app.client;

import dev.selvage.app.Exit;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `./selvage dns …`
final class DnsCommands {
    private static final int PER_PAGE = 1_000;
    private static final int AUTOMATIC = 1;
    private static final Map<String, String> TTL = Map.of(String.valueOf(AUTOMATIC), "auto");
    private static final String RECORD = "The record's id, or its name where it is the only one of that name.";
    private static final String NARROWS = "Of several with that name, the one of this type.";

    private static final List<Column> ROW = List.of(
            Column.whole("TYPE", "/type"),
            Column.of("NAME", "/name"),
            Column.of("CONTENT", "/content /data"),
            Column.whole("PROXIED", "/proxied"),
            Column.whole("TTL", "/ttl").saying(TTL),
            Column.of("COMMENT", "/comment"),
            Column.whole("ID", "/id"));
    private static final List<Column> DETAILS = List.of(
            Column.of("Name", "/name"),
            Column.of("Type", "/type"),
            Column.of("Content", "/content /data"),
            Column.of("Proxied", "/proxied"),
            Column.of("TTL", "/ttl").saying(TTL),
            Column.of("Priority", "/priority"),
            Column.of("Comment", "/comment"),
            Column.of("Tags", "/tags"),
            Column.of("Id", "/id"),
            Column.of("Created", "/created_on"),
            Column.of("Modified", "/modified_on"));
    private static final List<Column> IMPORTED =
            List.of(Column.of("Added", "/recs_added"), Column.of("Read", "/total_records_parsed"));

    private DnsCommands() {}

    /// @param called the verb, where the command line has one
    static CommandLine of(Surroundings around, String called) {
        return Group.of(
                "dns",
                "DNS records: which names a zone answers for, and where their origins are.",
                called,
                new Group.Verb("list", () -> new All(around)),
                new Group.Verb("add", () -> new Add(around)),
                new Group.Verb("set", () -> new Change(around)),
                new Group.Verb("remove", () -> new Remove(around)),
                new Group.Verb("import", () -> new Import(around)),
                new Group.Verb("export", () -> new Export(around)));
    }

    @Command(name = "list", description = "Lists the records of a zone.", sortOptions = false)
    private static final class All extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Option(names = "--type", paramLabel = "TYPE", description = "Only those of this type, such as A.")
        private @Nullable String type;

        @Option(names = "--name", paramLabel = "TEXT", description = "Only those whose name contains this.")
        private @Nullable String name;

        @Option(names = "--content", paramLabel = "TEXT", description = "Only those whose content contains this.")
        private @Nullable String content;

        @Option(names = "--comment", paramLabel = "TEXT", description = "Only those whose comment contains this.")
        private @Nullable String comment;

        @Option(names = "--tag", paramLabel = "NAME[:VALUE]", description = "Only those with this tag.")
        private @Nullable String tag;

        @Option(
                names = "--proxied",
                negatable = true,
                description = "Only those that are proxied, or with --no-proxied those that are not.")
        private @Nullable Boolean proxied;

        @Mixin
        private final ListOptions list = new ListOptions();

        All(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            ApiPath path = records(session, zone)
                    .with("type", type == null ? null : type.toUpperCase(Locale.ROOT))
                    .with("name.contains", name)
                    .with("content.contains", content)
                    .with("comment.contains", comment)
                    .with("tag", tag)
                    .with("proxied", proxied);
            session.list(path, PER_PAGE, list.limit, ROW);
        }
    }

    /// What a record can be given.
    private static final class Fields {
        @Option(
                names = "--proxied",
                negatable = true,
                description = "Visitors come to the edge; with --no-proxied they do not.")
        private @Nullable Boolean proxied;

        @Option(names = "--ttl", paramLabel = "SECONDS", description = "60 to 86400, or auto.")
        private @Nullable String ttl;

        @Option(names = "--priority", paramLabel = "NUMBER", description = "For MX.")
        private @Nullable Integer priority;

        @Option(names = "--comment", paramLabel = "TEXT", description = "A remark; empty takes it away.")
        private @Nullable String comment;

        @Option(names = "--tag", paramLabel = "NAME:VALUE", description = "A tag; may be repeated.")
        private @Nullable List<String> tags;

        void writeTo(ObjectNode body) throws ClientFailure {
            if (proxied != null) {
                body.put("proxied", proxied);
            }
            if (ttl != null) {
                body.put("ttl", seconds(ttl));
            }
            if (priority != null) {
                body.put("priority", priority);
            }
            if (comment != null) {
                body.put("comment", comment);
            }
            if (tags != null) {
                tags.forEach(body.putArray("tags")::add);
            }
        }

        private static int seconds(String text) throws ClientFailure {
            if (text.equalsIgnoreCase("auto")) {
                return AUTOMATIC;
            }
            if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw new ClientFailure(Exit.USAGE, "--ttl: `" + text + "` is neither a number of seconds nor auto");
            }
            return Integer.parseInt(text);
        }
    }

    @Command(name = "add", description = "Adds a record to a zone.", sortOptions = false)
    private static final class Add extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "TYPE", description = "A, AAAA, CNAME, TXT, MX, …")
        private String type = "";

        @Parameters(
                index = "2",
                paramLabel = "NAME",
                description = "Full, relative to the zone, or @ for the zone itself.")
        private String name = "";

        @Parameters(index = "3", paramLabel = "CONTENT", description = "The address, host name or text.")
        private String content = "";

        @Mixin
        private final Fields fields = new Fields();

        Add(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            ObjectNode body = Session.object()
                    .put("type", type.toUpperCase(Locale.ROOT))
                    .put("name", name)
                    .put("content", content);
            fields.writeTo(body);
            JsonNode made = session.client.result("POST", records(session, zone), body);
            session.output.note("added " + described(made));
            session.output.one(made, DETAILS);
        }
    }

    @Command(name = "set", description = "Changes what is named of a record; the rest stays.", sortOptions = false)
    private static final class Change extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "RECORD", description = RECORD)
        private String record = "";

        @Option(names = "--type", paramLabel = "TYPE", description = NARROWS)
        private String type = "";

        @Option(names = "--name", paramLabel = "NAME", description = "Another name.")
        private @Nullable String name;

        @Option(names = "--content", paramLabel = "CONTENT", description = "Another content.")
        private @Nullable String content;

        @Mixin
        private final Fields fields = new Fields();

        Change(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            ObjectNode body = Session.object();
            if (name != null) {
                body.put("name", name);
            }
            if (content != null) {
                body.put("content", content);
            }
            fields.writeTo(body);
            if (body.isEmpty()) {
                throw new ClientFailure(Exit.USAGE, "name what to change: --content, --proxied, --ttl, --comment, …");
            }
            Names.Zone inZone = session.names.zone(zone);
            JsonNode found = session.names.record(inZone, record, type);
            ApiPath path = ApiPath.of("zones", inZone.id(), "dns_records", Names.id(found));
            JsonNode changed = session.client.result("PATCH", path, body);
            session.output.note("changed " + described(changed));
            session.output.one(changed, DETAILS);
        }
    }

    @Command(name = "remove", description = "Removes a record.", sortOptions = false)
    private static final class Remove extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "RECORD", description = RECORD)
        private String record = "";

        @Option(names = "--type", paramLabel = "TYPE", description = NARROWS)
        private String type = "";

        @Mixin
        private final ConfirmOptions confirm = new ConfirmOptions();

        Remove(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            Names.Zone inZone = session.names.zone(zone);
            JsonNode found = session.names.record(inZone, record, type);
            confirm(session, confirm.yes, "remove " + described(found));
            ApiPath path = ApiPath.of("zones", inZone.id(), "dns_records", Names.id(found));
            session.output.done("removed " + described(found), session.client.result("DELETE", path));
        }
    }

    @Command(name = "import", description = "Adds the records of a zone file (BIND).", sortOptions = false)
    private static final class Import extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        @Parameters(index = "1", paramLabel = "FILE", description = "The zone file; - is the standard input.")
        private String file = "";

        @Option(names = "--proxied", description = "What can be proxied is.")
        private boolean proxied;

        Import(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            byte[] text = input(file);
            ApiPath path = records(session, zone).then("import");
            JsonNode result = session.client.call("POST", path, form(text)).result();
            session.output.one(result, IMPORTED);
        }

        /// The form of RFC 7578; the random boundary cannot be foreseen by whoever wrote the file.
        private ApiClient.Body form(byte[] text) {
            String boundary = "selvage-" + UUID.randomUUID();
            ByteArrayOutputStream form = new ByteArrayOutputStream(text.length + 512);
            form.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"proxied\"\r\n\r\n" + proxied
                            + "\r\n--" + boundary
                            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"zone.txt\"\r\n"
                            + "Content-Type: text/plain\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            form.writeBytes(text);
            form.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
            return new ApiClient.Body("multipart/form-data; boundary=" + boundary, form.toByteArray());
        }
    }

    @Command(name = "export", description = "Prints the records of a zone as a zone file (BIND).", sortOptions = false)
    private static final class Export extends ClientCommand.Local {
        @Parameters(index = "0", paramLabel = "ZONE", description = ZoneCommands.ZONE)
        private String zone = "";

        Export(Surroundings around) {
            super(around);
        }

        @Override
        void run(Session session) throws ClientFailure {
            String text = session.client.text("GET", records(session, zone).then("export"));
            if (session.output.isJson()) {
                session.output.json(tools.jackson.databind.node.StringNode.valueOf(text));
            } else {
                session.output.text(text);
            }
        }
    }

    private static ApiPath records(Session session, String zone) throws ClientFailure {
        return ApiPath.of("zones", session.names.zone(zone).id(), "dns_records");
    }

    private static String described(JsonNode record) {
        return record.path("type").asString("record") + " "
                + record.path("name").asString("") + " "
                + record.path("content").asString("");
    }
}
